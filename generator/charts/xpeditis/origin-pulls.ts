import type { ITLSOption } from "@kubernetes-models/traefik/traefik.io/v1alpha1/TLSOption";

import { all, helm, str, when, type Block, type Doc, type Expr } from "../../dsl/index.ts";
import { metadata, named } from "../../kubernetes/names.ts";
import { values as v } from "./values.ts";

const { cloudflare, traefik } = v.global;

const name = named("origin-pulls");

/**
 * What the Ingress objects call it. Options belong to a host: of two routes of one host with different options Traefik follows
 * neither and asks for no certificate, so every Ingress of the release names these.
 */
export const referenceToOriginPulls: Expr<string> = str`${helm.Release.Namespace}-${name}@kubernetescrd`;

/** When the options are there: Traefik serves no route that names options it does not find. */
export const demandsCertificate = all(traefik.enabled, cloudflare.enabled, cloudflare.originPulls.enabled);

/** Connections need Cloudflare's client certificate. */
export const originPulls: Block<Doc<ITLSOption>> = when(demandsCertificate, {
  apiVersion: "traefik.io/v1alpha1",
  kind: "TLSOption",
  metadata: metadata(name),
  spec: {
    minVersion: "VersionTLS12",
    clientAuth: { secretNames: [cloudflare.originPulls.secretName], clientAuthType: "RequireAndVerifyClientCert" },
  },
});
