import type { IMiddleware } from "@kubernetes-models/traefik/traefik.io/v1alpha1/Middleware";
import type { ITLSOption } from "@kubernetes-models/traefik/traefik.io/v1alpha1/TLSOption";
import type { IIngress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import type { IIngressTLS } from "kubernetes-models/networking.k8s.io/v1/IngressTLS";

import {
  all,
  defineMap,
  eq,
  include,
  merge,
  overlay,
  spread,
  str,
  when,
  type Block,
  type Doc,
  type Expr,
  type Item,
  type Tpl,
} from "../../../dsl/index.ts";
import { traefikEndsTls } from "../../../kubernetes/tls.ts";
import { inNamespace } from "../component.ts";
import { grafana } from "../components.ts";
import { namespace, values as v } from "../values.ts";
import { grafanaHost } from "./url.ts";

const { ingress } = v.grafana;
const { cloudflare, tls, traefik } = v.global;

type Annotations = Tpl<Readonly<Record<string, string>>>;

const entryPoint: Annotations = { "traefik.ingress.kubernetes.io/router.entrypoints": when(traefikEndsTls, "websecure", "web") };

const issuer: Block<Annotations> = when(
  eq(tls.mode, "certManager"),
  merge(
    when(eq(tls.issuerKind, "ClusterIssuer"), { "cert-manager.io/cluster-issuer": tls.issuer }, { "cert-manager.io/issuer": tls.issuer }),
  ),
);

const isOpen = all(grafana.enabled, ingress.enabled);
const reference = (name: Expr<string>): Expr<string> => str`${include(namespace)}-${name}@kubernetescrd`;

/** As for the application: who goes around Cloudflare is not let in. */
const restricted = all(isOpen, traefik.enabled, cloudflare.enabled, cloudflare.ipAllowList);
const cloudflareOnly = str`${grafana.name}-cloudflare-only`;

/** The same in the handshake: an option of a host, which every Ingress of the host has to name. */
export const demandsCertificate = all(isOpen, traefik.enabled, cloudflare.enabled, cloudflare.originPulls.enabled);
const originPulls = str`${grafana.name}-origin-pulls`;
const tlsOptions: Block<Annotations> = when(demandsCertificate, {
  "traefik.ingress.kubernetes.io/router.tls.options": reference(originPulls),
});

const annotations = defineMap(
  "grafanaIngressAnnotations",
  "Annotations of Grafana's Ingress, which grafana.ingress.annotations may override.",
  merge<Annotations>(
    entryPoint,
    when(restricted, { "traefik.ingress.kubernetes.io/router.middlewares": reference(cloudflareOnly) }),
    tlsOptions,
    issuer,
  ),
);

const rule = (path: string, pathType: "Exact" | "Prefix") => [
  {
    host: include(grafanaHost),
    http: { paths: [{ path, pathType, backend: { service: { name: grafana.name, port: { name: "http" } } } }] },
  },
];

const certificate: Item<IIngressTLS>[] = [when(traefikEndsTls, { hosts: [include(grafanaHost)], secretName: ingress.secretName })];

/** The way in for people. */
export const grafanaIngress: Block<Doc<IIngress>> = when(isOpen, {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: inNamespace(grafana.name, overlay(annotations, v.global.commonAnnotations, ingress.annotations)),
  spec: { ingressClassName: ingress.className, tls: certificate, rules: rule("/", "Prefix") },
});

const hidden = str`${grafana.name}-hide-metrics`;

export const cloudflareMiddleware: Block<Doc<IMiddleware>> = when(restricted, {
  apiVersion: "traefik.io/v1alpha1",
  kind: "Middleware",
  metadata: inNamespace(cloudflareOnly),
  spec: { ipAllowList: { sourceRange: [spread(cloudflare.ranges.ipv4), spread(cloudflare.ranges.ipv6)] } },
});

/** Connections need Cloudflare's client certificate; the CA's Secret has to be in Grafana's own namespace. */
export const clientCertificate: Block<Doc<ITLSOption>> = when(demandsCertificate, {
  apiVersion: "traefik.io/v1alpha1",
  kind: "TLSOption",
  metadata: inNamespace(originPulls),
  spec: {
    minVersion: "VersionTLS12",
    clientAuth: { secretNames: [cloudflare.originPulls.secretName], clientAuthType: "RequireAndVerifyClientCert" },
  },
});

/** Grafana serves its metrics on the same port, without a password: not to the internet. */
export const hideMetrics: [Block<Doc<IMiddleware>>, Block<Doc<IIngress>>] = [
  when(all(isOpen, traefik.enabled), {
    apiVersion: "traefik.io/v1alpha1",
    kind: "Middleware",
    metadata: inNamespace(hidden),
    spec: { ipAllowList: { sourceRange: ["127.0.0.1/32"] } },
  }),
  when(all(isOpen, traefik.enabled), {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: inNamespace(
      hidden,
      merge<Annotations>(
        entryPoint,
        { "traefik.ingress.kubernetes.io/router.middlewares": reference(hidden) },
        tlsOptions,
        v.global.commonAnnotations,
      ),
    ),
    spec: { ingressClassName: ingress.className, tls: certificate, rules: rule("/metrics", "Exact") },
  }),
];
