import type { RenderedManifest } from "../manifest.ts";
import { fieldPath } from "../manifest.ts";
import { namespaceOf } from "./index-manifests.ts";
import type { Release } from "./release.ts";
import type { Finding, Rule } from "./rule.ts";

/**
 * References to Traefik's custom resources. In annotations they read `<namespace>-<name>@kubernetescrd`; a reference
 * to a missing one does not fail, Traefik drops the route with only a line in its log.
 */
export const traefikRules: readonly Rule[] = [
  {
    id: "traefik-reference",
    askedBy: [],
    *check(release): Generator<Finding> {
      for (const manifest of release.manifests) {
        for (const [annotation, value] of Object.entries(manifest.object.metadata.annotations ?? {})) {
          const kind = kindOf(annotation);
          if (kind === undefined) continue;
          for (const reference of value.split(",").map((part) => part.trim())) {
            const fault = referenceFault(release, manifest, kind, reference);
            const path = fieldPath("metadata.annotations", annotation);
            if (fault !== undefined) yield { manifest, path, message: fault };
          }
        }
      }
    },
  },
  {
    id: "traefik-chain",
    askedBy: [],
    *check(release): Generator<Finding> {
      for (const { manifest, object } of release.all("Middleware")) {
        for (const [index, { name = "", namespace }] of (object.spec?.chain?.middlewares ?? []).entries()) {
          if (release.exists("Middleware", namespace ?? namespaceOf(manifest), name)) continue;
          const message = `no Middleware "${name}" is rendered in that namespace; render it or drop the entry`;
          yield { manifest, path: `spec.chain.middlewares[${index}]`, message };
        }
      }
    },
  },
  {
    // Of two routes of one host with different TLS options Traefik follows neither: client certificates are no longer asked for.
    id: "traefik-tls-options",
    askedBy: [],
    *check(release): Generator<Finding> {
      const optionsOf = new Map<string, string>();
      for (const { manifest, object } of release.all("Ingress")) {
        const options = object.metadata?.annotations?.[tlsOptions] ?? "";
        for (const [index, { host = "*" }] of (object.spec?.rules ?? []).entries()) {
          const others = optionsOf.get(host) ?? options;
          optionsOf.set(host, others);
          if (others === options) continue;
          const message = `another Ingress of ${host} has ${others === "" ? "no TLS options" : others}, so neither counts; write the same on both`;
          yield { manifest, path: `spec.rules[${index}].host`, message };
        }
      }
    },
  },
];

const tlsOptions = "traefik.ingress.kubernetes.io/router.tls.options";
const provider = "@kubernetescrd";

function kindOf(annotation: string): "Middleware" | "ServersTransport" | "TLSOption" | undefined {
  switch (annotation) {
    case "traefik.ingress.kubernetes.io/router.middlewares":
      return "Middleware";
    case "traefik.ingress.kubernetes.io/service.serverstransport":
      return "ServersTransport";
    case tlsOptions:
      return "TLSOption";
    default:
      return undefined;
  }
}

function referenceFault(
  release: Release,
  manifest: RenderedManifest,
  kind: "Middleware" | "ServersTransport" | "TLSOption",
  reference: string,
): string | undefined {
  if (!reference.endsWith(provider)) {
    // `name@file` and the like come from Traefik's own configuration.
    return reference.includes("@") ? undefined : `"${reference}" names no provider; write <namespace>-<name>${provider}`;
  }
  const target = reference.slice(0, -provider.length);
  const rendered = release.manifests.filter(({ object }) => object.kind === kind).map(qualify);
  if (rendered.includes(target)) return undefined;
  const own = manifest.object.metadata.namespace ?? release.namespace;
  if (target.startsWith(`${own}-`) && release.exists(kind, namespaceOf(manifest), target.slice(own.length + 1))) {
    return undefined;
  }
  const offered = rendered.map((name) => name + provider).join(", ");
  return `"${reference}" is no ${kind} of this release; ${offered === "" ? "render it" : `write one of ${offered}`}`;

  function qualify({ object }: RenderedManifest): string {
    return `${object.metadata.namespace ?? release.namespace}-${object.metadata.name}`;
  }
}
