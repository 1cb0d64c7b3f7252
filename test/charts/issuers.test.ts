import type { IClusterIssuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer";
import { describe, expect, test } from "vitest";

import { issuers } from "../../generator/charts/issuers/index.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { environments, find, installation, manifestsOf, names, ofKind, overlaid, renderedByHelm, subchartFolder } from "./releases.ts";

const on = (values: Values, more: Values = {}): Values =>
  overlaid({ global: { tls: { mode: "certManager" } }, issuers: { enabled: true, ...values } }, more);

/** Who of a release asks cert-manager to fill the Secret with the hosts' certificate. */
function claims(values: Values): string[] {
  const manifests = manifestsOf(values);
  const asking = ofKind(manifests, "Ingress").filter(({ metadata }) =>
    Object.keys(metadata?.annotations ?? {}).some((key) => /^cert-manager\.io\/(cluster-)?issuer$/.test(key)),
  );
  return [...asking.map((ingress) => `Ingress ${ingress.metadata?.name}`), ...ofKind(manifests, "Certificate").map(() => "Certificate")];
}

const solverOf = (values: Values): NonNullable<IClusterIssuer["spec"]["acme"]>["solvers"] =>
  find(manifestsOf(values), "ClusterIssuer", "letsencrypt-prod").spec.acme?.solvers;

describe("issuers", () => {
  test.each(["staging", "production", "production-mvp"])(
    "of %s are the two ClusterIssuers of the owner's, and the Ingress names one",
    (name) => {
      const manifests = manifestsOf(environments.get(name));
      const made = ofKind(manifests, "ClusterIssuer").map(({ metadata, spec }) => [metadata?.name, spec.acme?.server]);
      expect(made).toEqual([
        ["letsencrypt-prod", "https://acme-v02.api.letsencrypt.org/directory"],
        ["letsencrypt-staging", "https://acme-staging-v02.api.letsencrypt.org/directory"],
      ]);
      const asked = find(manifests, "Ingress", "xpeditis-ingress").metadata?.annotations?.["cert-manager.io/cluster-issuer"];
      expect(asked).toBe(name === "staging" ? "letsencrypt-staging" : "letsencrypt-prod");
    },
  );

  test("keep the account's key of each apart, where cert-manager looks for it", () => {
    const keys = ofKind(manifestsOf(on({})), "ClusterIssuer").map(({ spec }) => spec.acme?.privateKeySecretRef.name);
    expect(keys).toEqual(["letsencrypt-prod-account-key", "letsencrypt-staging-account-key"]);
  });

  test("belong to no namespace, or to the release's", () => {
    const namespaces = (issuerKind: string) =>
      manifestsOf(on({}, { global: { tls: { issuerKind } } }))
        .filter(({ object }) => object.kind === issuerKind)
        .map(({ object }) => object.metadata.namespace);
    expect(namespaces("ClusterIssuer")).toEqual([undefined, undefined]);
    expect(namespaces("Issuer")).toEqual(["xpeditis-prod", "xpeditis-prod"]);
  });

  test("leave to cert-manager and the server what nobody has set", () => {
    const { spec } = find(manifestsOf(on({})), "ClusterIssuer", "letsencrypt-prod");
    expect(Object.keys(spec.acme ?? {}).toSorted()).toEqual(["privateKeySecretRef", "server", "solvers"]);
    const { spec: certificate } = find(manifestsOf(on({ certificate: { enabled: true } })), "Certificate", "xpeditis-tls");
    expect(Object.keys(certificate ?? {}).toSorted()).toEqual(["dnsNames", "issuerRef", "secretName"]);
  });

  test("go when a values file sets one to null", async () => {
    const values: Values = { accounts: { "letsencrypt-staging": null } };
    expect(names(manifestsOf(values, {}, issuers))).toContain("ClusterIssuer/letsencrypt-prod");
    expect(names(manifestsOf(values, {}, issuers))).not.toContain("ClusterIssuer/letsencrypt-staging");
    for (const major of [3, 4] as const) {
      expect(await renderedByHelm(major, values, subchartFolder("issuers"))).toHaveProperty("objects");
      expect(await renderedByHelm(major, on(values))).toHaveProperty("objects");
    }
  });
});

describe("the pods of HTTP-01", () => {
  test("pass Pod Security restricted with the context that replaces cert-manager's", () => {
    const { spec } = solverOf(on({}))?.[0]?.http01?.ingress?.podTemplate ?? {};
    expect(spec?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(spec?.securityContext?.runAsUser).toBeGreaterThanOrEqual(10000);
    expect(spec?.resources).toEqual({ requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "100m", memory: "64Mi" } });
  });

  test("come from the same mirror as all others", () => {
    const { spec } = solverOf(on({}, { global: { imagePullSecrets: ["mirror"] } }))?.[0]?.http01?.ingress?.podTemplate ?? {};
    expect(spec?.imagePullSecrets).toEqual([{ name: "mirror" }]);
  });

  test("are reached by Traefik alone, whatever it is called, and reach nobody", () => {
    const values = on({}, { global: { traefik: { namespace: "edge", podLabels: { "app.kubernetes.io/name": "ingress" } } } });
    expect(find(manifestsOf(values), "NetworkPolicy", "xpeditis-issuers-solver").spec).toEqual({
      podSelector: { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "edge" } },
              podSelector: { matchLabels: { "app.kubernetes.io/name": "ingress" } },
            },
          ],
          ports: [{ port: 8089, protocol: "TCP" }],
        },
      ],
    });
    expect(names(manifestsOf(on({ challenge: { type: "dns01" } })))).not.toContain("NetworkPolicy/xpeditis-issuers-solver");
  });
});

describe("the token of DNS-01", () => {
  const byRecord = (dns01: Values, issuerKind: string): Values =>
    on({ challenge: { type: "dns01", dns01 }, clusterResourceNamespace: "certificates" }, { global: { tls: { issuerKind } } });

  test.each([
    ["ClusterIssuer", "certificates"],
    ["Issuer", installation.namespace],
  ])("of an %s is in %s", (kind, namespace) => {
    const literal = find(manifestsOf(byRecord({ mode: "literal", literal: "t0ken" }, kind)), "Secret", "cloudflare-api-token");
    expect([literal.metadata?.namespace, literal.data]).toEqual([namespace, { "api-token": "dDBrZW4=" }]);
    const external = { mode: "external", external: { storeName: "vault", remoteKey: "cloudflare" } };
    expect(find(manifestsOf(byRecord(external, kind)), "ExternalSecret", "cloudflare-api-token").metadata?.namespace).toBe(namespace);
  });

  test("is read by the name and the key that were given", () => {
    const solvers = solverOf(byRecord({ secretName: "cf", secretKey: "token" }, "ClusterIssuer"));
    expect(solvers).toEqual([{ dns01: { cloudflare: { apiTokenSecretRef: { name: "cf", key: "token" } } } }]);
  });
});

describe("the Secret of the hosts' certificate", () => {
  test.each<[string, Values, string[]]>([
    ["the Ingress asks, issuers or not", { global: { tls: { mode: "certManager" } } }, ["Ingress xpeditis-ingress"]],
    ["the Ingress asks as long as there is no Certificate", on({}), ["Ingress xpeditis-ingress"]],
    ["the Certificate asks instead", on({ certificate: { enabled: true } }), ["Certificate"]],
    [
      "a chart that is off asks for nothing",
      overlaid(on({ certificate: { enabled: true } }), { issuers: { enabled: false } }),
      ["Ingress xpeditis-ingress"],
    ],
    ["without pages the API asks", on({}, { frontend: { enabled: false } }), ["Ingress xpeditis-ingress-api"]],
    ["without pages, too, only the Certificate", on({ certificate: { enabled: true } }, { frontend: { enabled: false } }), ["Certificate"]],
  ])("%s", (_, values, expected) => {
    expect(claims(values)).toEqual(expected);
  });

  test("has one name for Certificate, Secret and Ingress", () => {
    const manifests = manifestsOf(on({ certificate: { enabled: true } }, { global: { tls: { secretName: "hosts" } } }));
    const { spec } = find(manifests, "Certificate", "hosts");
    expect(spec).toMatchObject({
      secretName: "hosts",
      dnsNames: ["app.xpeditis.localhost", "api.xpeditis.localhost"],
      issuerRef: { kind: "ClusterIssuer", name: "letsencrypt-prod" },
    });
    expect(find(manifests, "Ingress", "xpeditis-ingress").spec?.tls?.[0]?.secretName).toBe("hosts");
  });

  test("names a host once, and the given ones instead", () => {
    const one = { api: "xpeditis.example.com", app: "xpeditis.example.com" };
    const dnsNames = (certificate: Values, more: Values = {}) =>
      find(manifestsOf(on({ certificate: { enabled: true, ...certificate } }, more)), "Certificate", "xpeditis-tls").spec?.dnsNames;
    expect(dnsNames({}, { global: { hosts: one }, ingress: { apiPath: "/api" } })).toEqual(["xpeditis.example.com"]);
    expect(dnsNames({ hosts: ["xpeditis.com"] })).toEqual(["xpeditis.com"]);
  });
});
