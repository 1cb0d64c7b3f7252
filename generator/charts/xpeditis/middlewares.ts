import type { IMiddleware } from "@kubernetes-models/traefik/traefik.io/v1alpha1/Middleware";

import { all, any, eq, gt, helm, not, spread, str, when, type Block, type Doc, type Expr, type Tpl } from "../../dsl/index.ts";
import { metadata, named } from "../../kubernetes/names.ts";
import { tlsEndedBefore } from "../../kubernetes/tls.ts";
import { values as v } from "./values.ts";

const { ingress, global } = v;
const { securityHeaders, rateLimit } = ingress;
const { cloudflare } = global;

/** A middleware of Traefik's, and the condition under which it is there. */
interface Middleware {
  readonly name: Expr<string>;
  readonly condition: Expr<unknown>;
  readonly document: Block<Doc<IMiddleware>>;
}

const headers = middleware("security-headers", securityHeaders.enabled, {
  headers: {
    contentTypeNosniff: true,
    customFrameOptionsValue: securityHeaders.frameOptions,
    referrerPolicy: securityHeaders.referrerPolicy,
    stsSeconds: when(all(not(eq(global.tls.mode, "none")), gt(securityHeaders.hstsSeconds, 0)), securityHeaders.hstsSeconds),
  },
});

/** Cloudflare's addresses, which the connections come from: PROXY protocol has told them. Headers could say anything. */
const cloudflareOnly = middleware("cloudflare-only", all(cloudflare.enabled, cloudflare.ipAllowList), {
  ipAllowList: { sourceRange: [spread(cloudflare.ranges.ipv4), spread(cloudflare.ranges.ipv6)] },
});

/**
 * Headers that applications believe. Traefik itself passes on Cloudflare's from anybody, and calls requests plain HTTP where TLS
 * ended before it.
 */
const trustedHeaders = middleware("trusted-headers", any(not(cloudflare.enabled), tlsEndedBefore), {
  headers: {
    customRequestHeaders: {
      "CF-Connecting-IP": when(not(cloudflare.enabled), ""),
      "CF-Connecting-IPv6": when(not(cloudflare.enabled), ""),
      "True-Client-IP": when(not(cloudflare.enabled), ""),
      "X-Forwarded-Proto": when(tlsEndedBefore, "https"),
    },
  },
});

const limit = middleware("rate-limit", rateLimit.enabled, {
  rateLimit: {
    average: rateLimit.average,
    burst: rateLimit.burst,
    sourceCriterion: when(cloudflare.enabled, { requestHeaderName: "CF-Connecting-IP" }),
  },
});

const compression = middleware("compress", ingress.compress, { compress: {} });

const noStore = middleware("no-store", ingress.noStore, { headers: { customResponseHeaders: { "Cache-Control": "private, no-store" } } });

const uploadLimit = middleware("upload-limit", ingress.enabled, { buffering: { maxRequestBodyBytes: ingress.uploads.maxBytes } });

/** What each route goes through. Never compression or buffering on pages and sockets: both are streams. */
export const chains = {
  app: chain("app", cloudflareOnly, trustedHeaders, headers),
  api: chain("api", cloudflareOnly, trustedHeaders, headers, limit, noStore, compression),
  uploads: chain("uploads", cloudflareOnly, trustedHeaders, headers, limit, noStore, uploadLimit),
  realtime: chain("realtime", cloudflareOnly, trustedHeaders, headers, limit),
};

/** All middlewares, the chains last. */
export const middlewares = [
  cloudflareOnly,
  trustedHeaders,
  headers,
  limit,
  compression,
  noStore,
  uploadLimit,
  ...Object.values(chains),
].map(({ document }) => document);

/** What an Ingress calls a middleware in its annotations. */
export const referenceTo = ({ name }: Middleware): Expr<string> => str`${helm.Release.Namespace}-${name}@kubernetescrd`;

function middleware(suffix: string, condition: Expr<unknown>, spec: Tpl<NonNullable<IMiddleware["spec"]>>): Middleware {
  const name = named(suffix);
  const rendered = all(global.traefik.enabled, condition);
  return {
    name,
    condition,
    document: when(rendered, { apiVersion: "traefik.io/v1alpha1", kind: "Middleware", metadata: metadata(name), spec }),
  };
}

function chain(suffix: string, ...links: Middleware[]): Middleware {
  return middleware(suffix, any(...links.map(({ condition }) => condition)), {
    chain: { middlewares: links.map(({ name, condition }) => when(condition, { name, namespace: helm.Release.Namespace })) },
  });
}
