import { namespaceOf } from "./index-manifests.ts";
import type { Located } from "./index-manifests.ts";
import type { Kinds } from "./kinds.ts";
import type { Release } from "./release.ts";
import type { Fault, Finding, Rule, ToolCheck } from "./rule.ts";

/** Ingresses: every path ends at a Service, every host has a certificate. */
export const ingressRules: readonly Rule[] = [
  ingressRule(
    "ingress-targets-service",
    ["kube-score/ingress-targets-service", "kube-linter/dangling-ingress"],
    function* (ingress, release) {
      for (const { backend, path } of backendsOf(ingress)) {
        const service = backend.service;
        if (service === undefined) continue;
        const namespace = namespaceOf(ingress.manifest);
        const target = release.find("Service", namespace, service.name);
        if (target === undefined) {
          if (release.exists("Service", namespace, service.name)) continue;
          yield [`${path}.service.name`, `no Service "${service.name}" is rendered in the same namespace; write the name of one that is`];
          continue;
        }
        const { name, number } = service.port ?? {};
        const ports = target.object.spec?.ports ?? [];
        if (ports.some((port) => (name === undefined ? port.port === number : port.name === name))) continue;
        const offered = ports.map((port) => `${port.name ?? ""} (${port.port})`).join(" or ");
        yield [`${path}.service.port`, `${service.name} has no port ${name ?? number ?? ""}; write ${offered}`];
      }
    },
  ),
  ingressRule("ingress-class", [], function* ({ object }) {
    if (object.spec?.ingressClassName !== undefined) return;
    yield ["spec.ingressClassName", "is not set, so which controller answers depends on the cluster; write one"];
  }),
  ingressRule("tls-settings-missing", ["polaris/tlsSettingsMissing"], function* ({ object }) {
    if ((object.spec?.tls ?? []).length > 0) return;
    yield ["spec.tls", "is empty, so hosts are served without a certificate; write hosts and secretName"];
  }),
  ingressRule("ingress-tls-hosts", [], function* ({ object }) {
    const tls = object.spec?.tls ?? [];
    const covered = new Set(tls.flatMap(({ hosts }) => hosts ?? []));
    for (const [index, { host }] of (object.spec?.rules ?? []).entries()) {
      if (tls.length === 0 || host === undefined || covered.has(host)) continue;
      if (covered.has(host.replace(/^[^.]+/, "*"))) continue;
      yield [`spec.rules[${index}].host`, `${host} is in no entry of spec.tls; add it to the hosts of one`];
    }
  }),
  ingressRule("ingress-tls-secret", [], function* ({ manifest, object }, release) {
    for (const [index, { secretName }] of (object.spec?.tls ?? []).entries()) {
      if (secretName === undefined || release.exists("Secret", namespaceOf(manifest), secretName)) continue;
      yield [
        `spec.tls[${index}].secretName`,
        `nothing makes the Secret "${secretName}": no Certificate, no cert-manager annotation on the Ingress; add one or name it as external`,
      ];
    }
  }),
  {
    id: "unique-ingress-path",
    askedBy: [],
    *check(release): Generator<Finding> {
      const seen = new Set<string>();
      for (const { manifest, object } of release.all("Ingress")) {
        for (const [index, { host = "*", http }] of (object.spec?.rules ?? []).entries()) {
          for (const [at, { path = "/", pathType }] of (http?.paths ?? []).entries()) {
            const key = `${object.spec?.ingressClassName ?? ""} ${host} ${pathType} ${path}`;
            const field = `spec.rules[${index}].http.paths[${at}]`;
            if (seen.has(key)) yield { manifest, path: field, message: `${host}${path} is routed twice; keep one` };
            seen.add(key);
          }
        }
      }
    },
  },
];

type Ingress = Located<Kinds["Ingress"]>;
type Backend = NonNullable<NonNullable<Kinds["Ingress"]["spec"]>["defaultBackend"]>;

function ingressRule(id: string, askedBy: readonly ToolCheck[], faults: (ingress: Ingress, release: Release) => Iterable<Fault>): Rule {
  return {
    id,
    askedBy,
    *check(release): Generator<Finding> {
      for (const ingress of release.all("Ingress")) {
        for (const [path, message] of faults(ingress, release)) yield { manifest: ingress.manifest, path, message };
      }
    },
  };
}

function* backendsOf({ object }: Ingress): Generator<{ readonly backend: Backend; readonly path: string }> {
  const { defaultBackend, rules = [] } = object.spec ?? {};
  if (defaultBackend !== undefined) yield { backend: defaultBackend, path: "spec.defaultBackend" };
  for (const [index, { http }] of rules.entries()) {
    for (const [at, { backend }] of (http?.paths ?? []).entries()) {
      yield { backend, path: `spec.rules[${index}].http.paths[${at}].backend` };
    }
  }
}
