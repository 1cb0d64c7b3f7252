import type { IIngress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import type { IHTTPIngressPath } from "kubernetes-models/networking.k8s.io/v1/HTTPIngressPath";

import {
  all,
  defineMap,
  eq,
  include,
  merge,
  not,
  overlay,
  when,
  type Block,
  type Doc,
  type Expr,
  type Item,
  type Tpl,
} from "../../dsl/index.ts";
import { apiHost, appHost } from "../../kubernetes/hosts.ts";
import { metadata, named } from "../../kubernetes/names.ts";
import { traefikEndsTls } from "../../kubernetes/tls.ts";
import { serviceName } from "../../kubernetes/service.ts";
import { realtimeName } from "../backend/realtime.ts";
import { externalDnsAnnotations } from "./external-dns.ts";
import { chains, referenceTo } from "./middlewares.ts";
import { demandsCertificate, referenceToOriginPulls } from "./origin-pulls.ts";
import { backend, frontend, values as v } from "./values.ts";

const { ingress, global } = v;
const { tls } = global;

type Annotations = Tpl<Readonly<Record<string, string>>>;

interface Route {
  /** What the route leads to. */
  readonly label: string;
  /** Suffix of the Ingress' name. */
  readonly name: string;
  readonly host: Expr<string>;
  readonly chain: (typeof chains)[keyof typeof chains];
  readonly path: Omit<Tpl<IHTTPIngressPath> & object, "backend">;
  readonly service: Expr<string>;
  readonly condition: Expr<unknown>;
  readonly annotations?: Block<Annotations>[];
  /** Hosts of the certificate. */
  readonly hosts?: Item<string>[];
}

const annotationsOf = (label: string, chain: Route["chain"], own: Block<Annotations>[]) =>
  defineMap(
    `${label}Annotations`,
    `Annotations of the Ingress to ${label}, which ingress.annotations may override.`,
    merge<Annotations>(
      { "traefik.ingress.kubernetes.io/router.entrypoints": when(traefikEndsTls, "websecure", "web") },
      when(all(global.traefik.enabled, chain.condition), { "traefik.ingress.kubernetes.io/router.middlewares": referenceTo(chain) }),
      when(demandsCertificate, { "traefik.ingress.kubernetes.io/router.tls.options": referenceToOriginPulls }),
      externalDnsAnnotations,
      ...own,
    ),
  );

/** Middlewares belong to a whole Ingress, so each way of treating requests has an Ingress of its own. */
const route = ({ label, name, host, chain, path, service, condition, annotations = [], hosts = [host] }: Route): Block<Doc<IIngress>> =>
  when(all(ingress.enabled, condition), {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: metadata(named(name), overlay(annotationsOf(label, chain, annotations), global.commonAnnotations, ingress.annotations)),
    spec: {
      ingressClassName: ingress.className,
      tls: [when(traefikEndsTls, { hosts, secretName: tls.secretName })],
      rules: [
        { host, http: { paths: [{ ...path, backend: { service: { name: service, port: { name: "http" } } } } as Tpl<IHTTPIngressPath>] } },
      ],
    },
  });

/** One only may ask for the certificate, an Ingress or a Certificate: of two that want one Secret cert-manager passes over one. */
const issuer: Block<Annotations> = when(
  all(eq(tls.mode, "certManager"), not(all(v.issuers.enabled, v.issuers.certificate.enabled))),
  merge(
    when(eq(tls.issuerKind, "ClusterIssuer"), { "cert-manager.io/cluster-issuer": tls.issuer }, { "cert-manager.io/issuer": tls.issuer }),
  ),
);

const toApp = route({
  label: "app",
  name: "ingress",
  host: include(appHost),
  chain: chains.app,
  path: { path: "/", pathType: "Prefix" },
  service: include(serviceName, frontend),
  condition: v.frontend.enabled,
  annotations: [issuer],
  hosts: [include(appHost), when(v.backend.enabled, include(apiHost))],
});

const toApi = route({
  label: "api",
  name: "ingress-api",
  host: include(apiHost),
  chain: chains.api,
  path: { path: ingress.apiPath, pathType: "Prefix" },
  service: include(serviceName, backend),
  condition: v.backend.enabled,
  annotations: [when(not(v.frontend.enabled), issuer)],
});

const toUploads = route({
  label: "uploads",
  name: "ingress-uploads",
  host: include(apiHost),
  chain: chains.uploads,
  path: { path: ingress.uploads.path, pathType: "ImplementationSpecific" },
  service: include(serviceName, backend),
  condition: v.backend.enabled,
  annotations: [merge({ "traefik.ingress.kubernetes.io/router.pathmatcher": "PathRegexp" })],
});

const toRealtime = route({
  label: "realtime",
  name: "ingress-realtime",
  host: include(apiHost),
  chain: chains.realtime,
  path: { path: v.backend.realtime.path, pathType: "Prefix" },
  service: include(realtimeName, backend),
  condition: all(v.backend.enabled, v.backend.realtime.enabled),
});

/** The Ingress objects: pages, API, uploads and notifications. */
export const ingresses = [toApp, toApi, toUploads, toRealtime];
