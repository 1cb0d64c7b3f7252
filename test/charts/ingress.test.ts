import { describe, expect, test } from "vitest";

import { renderChart } from "../../generator/chart/render.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { environments, find, installation, manifestsOf, ofKind } from "./releases.ts";

const suffixes = ["", "-api", "-uploads", "-realtime"] as const;
const ingressOf = (values: Values, suffix: (typeof suffixes)[number]) => find(manifestsOf(values), "Ingress", `xpeditis-ingress${suffix}`);
const production = environments.get("production") ?? {};

/** The middlewares that a route goes through, in order, as Traefik follows its annotation. */
function chainOf(values: Values, suffix: (typeof suffixes)[number]): string[] {
  const reference = ingressOf(values, suffix).metadata?.annotations?.["traefik.ingress.kubernetes.io/router.middlewares"];
  if (reference === undefined) return [];
  const [, name] = new RegExp(`^${installation.namespace}-(.+)@kubernetescrd$`).exec(reference) ?? [];
  const { spec } = find(manifestsOf(values), "Middleware", name ?? "");
  return (spec?.chain?.middlewares ?? []).map((link) => {
    expect(link.namespace).toBe(installation.namespace);
    find(manifestsOf(values), "Middleware", link.name ?? "");
    return (link.name ?? "").replace("xpeditis-", "");
  });
}

describe("routes", () => {
  test("lead each path to the right Service", () => {
    const table = suffixes.map((suffix) => {
      const [rule] = ingressOf(production, suffix).spec?.rules ?? [];
      const [path] = rule?.http?.paths ?? [];
      return [rule?.host, path?.path, path?.pathType, path?.backend.service];
    });
    const port = { name: "http" };
    expect(table).toEqual([
      ["app.xpeditis.com", "/", "Prefix", { name: "frontend-svc", port }],
      ["api.xpeditis.com", "/", "Prefix", { name: "backend-svc", port }],
      ["api.xpeditis.com", "/(?i)api/v1/csv-bookings/[^/]+/documents", "ImplementationSpecific", { name: "backend-svc", port }],
      ["api.xpeditis.com", "/socket.io", "Prefix", { name: "backend-realtime", port }],
    ]);
  });

  test("limit bodies on the upload route only, compress nothing that streams, and let no cache keep the API's answers", () => {
    expect(suffixes.map((suffix) => chainOf(production, suffix))).toEqual([
      ["cloudflare-only", "security-headers"],
      ["cloudflare-only", "security-headers", "rate-limit", "no-store", "compress"],
      ["cloudflare-only", "security-headers", "rate-limit", "no-store", "upload-limit"],
      ["cloudflare-only", "security-headers", "rate-limit"],
    ]);
    expect(ingressOf({}, "-uploads").metadata?.annotations).toMatchObject({
      "traefik.ingress.kubernetes.io/router.pathmatcher": "PathRegexp",
    });
  });

  test("leave out what is switched off, and the reference once nothing is left", () => {
    // Behind Cloudflare with its client certificate, no header has to be removed and no address refused.
    const cloudflare = { enabled: true, ipAllowList: false, originPulls: { enabled: true } };
    const off = {
      global: { tls: { mode: "secret" }, cloudflare },
      ingress: { securityHeaders: { enabled: false }, rateLimit: { enabled: false }, noStore: false, compress: false },
    };
    expect(suffixes.map((suffix) => chainOf(off, suffix))).toEqual([[], [], ["upload-limit"], []]);
    const without = { global: { traefik: { enabled: false } } };
    expect(manifestsOf(without).filter(({ object }) => object.apiVersion.startsWith("traefik.io"))).toEqual([]);
    for (const suffix of suffixes) expect(chainOf(without, suffix)).toEqual([]);
    for (const { metadata } of ofKind(manifestsOf(without), "Service")) expect(metadata?.annotations).toBeUndefined();
  });

  test("take a document of the greatest size with the form around it", () => {
    const manifests = manifestsOf(production);
    const limit = find(manifests, "Middleware", "xpeditis-upload-limit").spec?.buffering?.maxRequestBodyBytes ?? 0;
    expect(limit - Number(find(manifests, "ConfigMap", "backend-config").data?.["MAX_UPLOAD_BYTES"])).toBeGreaterThanOrEqual(64 * 1024);
  });

  test("count clients by the address Cloudflare tells, where that is asked for", () => {
    const limit = (values: Values) => find(manifestsOf(values), "Middleware", "xpeditis-rate-limit").spec?.rateLimit;
    expect(limit(production)).toMatchObject({ average: 50, burst: 100, sourceCriterion: { requestHeaderName: "CF-Connecting-IP" } });
    expect(limit({})).not.toHaveProperty("sourceCriterion");
  });
});

describe("TLS", () => {
  test("of none is plain HTTP, without HSTS", () => {
    for (const suffix of suffixes) {
      const { metadata, spec } = ingressOf({}, suffix);
      expect(spec).not.toHaveProperty("tls");
      expect(metadata?.annotations?.["traefik.ingress.kubernetes.io/router.entrypoints"]).toBe("web");
    }
    expect(find(manifestsOf(), "Middleware", "xpeditis-security-headers").spec?.headers).not.toHaveProperty("stsSeconds");
  });

  test("of certManager asks for one certificate for both hosts, once", () => {
    const asking = suffixes.map((suffix) => {
      const { metadata, spec } = ingressOf(production, suffix);
      expect(metadata?.annotations?.["traefik.ingress.kubernetes.io/router.entrypoints"]).toBe("websecure");
      expect(spec?.tls?.map(({ secretName }) => secretName)).toEqual(["xpeditis-tls"]);
      return [metadata?.annotations?.["cert-manager.io/cluster-issuer"], spec?.tls?.[0]?.hosts];
    });
    const api = ["api.xpeditis.com"];
    expect(asking).toEqual([["letsencrypt-prod", ["app.xpeditis.com", "api.xpeditis.com"]], ...[1, 2, 3].map(() => [undefined, api])]);
    const alone = { ...production, frontend: { enabled: false } };
    expect(ingressOf(alone, "-api").metadata?.annotations?.["cert-manager.io/cluster-issuer"]).toBe("letsencrypt-prod");
    expect(find(manifestsOf(production), "Middleware", "xpeditis-security-headers").spec?.headers?.stsSeconds).toBe(31_536_000);
  });

  test("demands Cloudflare's certificate on every route, and names no options that are not there", () => {
    const optionsOf = (cloudflare: Values) => {
      const values = { global: { tls: { mode: "secret" }, cloudflare } };
      const options = ofKind(manifestsOf(values), "TLSOption").map(({ metadata }) => metadata?.name);
      const named = suffixes.map(
        (suffix) => ingressOf(values, suffix).metadata?.annotations?.["traefik.ingress.kubernetes.io/router.tls.options"],
      );
      return { options, named: [...new Set(named)] };
    };
    expect(optionsOf({ enabled: true, originPulls: { enabled: true } })).toEqual({
      options: ["xpeditis-origin-pulls"],
      named: [`${installation.namespace}-xpeditis-origin-pulls@kubernetescrd`],
    });
    expect(optionsOf({ enabled: false, originPulls: { enabled: true } })).toEqual({ options: [], named: [undefined] });
  });

  test("of a namespaced Issuer names it so", () => {
    const values = { global: { tls: { mode: "certManager", issuerKind: "Issuer", issuer: "own" } } };
    expect(ingressOf(values, "").metadata?.annotations).toMatchObject({ "cert-manager.io/issuer": "own" });
    expect(ingressOf(values, "").metadata?.annotations).not.toHaveProperty("cert-manager.io/cluster-issuer");
  });
});

describe("the sticky cookie", () => {
  const annotations = (values: Values, name: string) => find(manifestsOf(values), "Service", name).metadata?.annotations ?? {};
  const sticky = (values: Values, name: string) => Object.keys(annotations(values, name)).filter((key) => key.includes("sticky"));

  test("is off by default", () => {
    for (const name of ["backend-svc", "backend-realtime", "frontend-svc"]) expect(sticky({}, name)).toEqual([]);
  });

  test("stands on the Service of the sockets alone, in front of the same pods", () => {
    const values = { global: { tls: { mode: "secret" } }, backend: { realtime: { sticky: { enabled: true, maxAgeSeconds: 3600 } } } };
    for (const name of ["backend-svc", "frontend-svc"]) expect(sticky(values, name)).toEqual([]);
    const prefix = "traefik.ingress.kubernetes.io/service.sticky.cookie";
    expect(annotations(values, "backend-realtime")).toEqual({
      [prefix]: "true",
      [`${prefix}.name`]: "xpeditis-realtime",
      [`${prefix}.httponly`]: "true",
      [`${prefix}.secure`]: "true",
      [`${prefix}.samesite`]: "lax",
      [`${prefix}.path`]: "/socket.io",
      [`${prefix}.maxage`]: "3600",
      "traefik.ingress.kubernetes.io/service.serverstransport": "xpeditis-prod-backend@kubernetescrd",
    });
    const [realtime, api] = ["backend-realtime", "backend-svc"].map((name) => find(manifestsOf(values), "Service", name).spec?.selector);
    expect(realtime).toEqual(api);
  });

  test("is not marked secure where there is no TLS, or no browser would send it back", () => {
    const values = { backend: { realtime: { sticky: { enabled: true } } } };
    expect(annotations(values, "backend-realtime")).toMatchObject({
      "traefik.ingress.kubernetes.io/service.sticky.cookie.secure": "false",
    });
    expect(annotations(values, "backend-realtime")).not.toHaveProperty("traefik.ingress.kubernetes.io/service.sticky.cookie.maxage");
  });
});

describe("NOTES", () => {
  const notesOf = (values: Values) => renderChart(xpeditis, values, installation).notes;

  test("of production say where it is, what is missing and what to do next", () => {
    expect(notesOf(production)).toMatchInlineSnapshot(`
      "Xpeditis 1.0.0 (chart 0.1.0), release "xpeditis" in namespace "xpeditis-prod".

      Addresses:
        Application  https://app.xpeditis.com
        API          https://api.xpeditis.com

      The backend starts once the Secret "backend-secrets" is there. If it is not yet:

        kubectl --namespace xpeditis-prod create secret generic backend-secrets \\
          --from-literal=AWS_ACCESS_KEY_ID=... \\
          --from-literal=AWS_SECRET_ACCESS_KEY=... \\
          --from-literal=JWT_SECRET=... \\
          --dry-run=client --output yaml | kubectl apply --filename -

      PostgreSQL's backups need the Secret "postgresql-secrets". If it is not there yet:

        kubectl --namespace xpeditis-prod create secret generic postgresql-secrets \\
          --from-literal=AWS_ACCESS_KEY_ID=... \\
          --from-literal=AWS_SECRET_ACCESS_KEY=... \\
          --dry-run=client --output yaml | kubectl apply --filename -

      PostgreSQL takes some minutes to start for the first time. To see it arrive:

        kubectl --namespace xpeditis-prod get clusters.postgresql.cnpg.io postgresql --watch

      Redis starts once the Secret "redis-secrets" is there. If it is not yet:

        kubectl --namespace xpeditis-prod create secret generic redis-secrets \\
          --from-literal=app-password="$(openssl rand -hex 32)" \\
          --from-literal=probe-password="$(openssl rand -hex 32)" \\
          --from-literal=exporter-password="$(openssl rand -hex 32)" \\
          --from-literal=backup-password="$(openssl rand -hex 32)" \\
          --from-literal=AWS_ACCESS_KEY_ID=... \\
          --from-literal=AWS_SECRET_ACCESS_KEY=... \\
          --dry-run=client --output yaml | kubectl apply --filename -

      The monitoring is in namespace "monitoring".
      Grafana answers at https://grafana.xpeditis.com

      Grafana starts once the Secret "grafana-secrets" is there. If it is not yet:

        kubectl --namespace monitoring create secret generic grafana-secrets \\
          --from-literal=admin-user=... \\
          --from-literal=admin-password=... \\
          --dry-run=client --output yaml | kubectl apply --filename -

      Alertmanager starts once the Secret "alertmanager-secrets" is there. If it is not yet:

        kubectl --namespace monitoring create secret generic alertmanager-secrets \\
          --from-literal=slack-url=... \\
          --from-literal=dead-mans-switch-url=... \\
          --dry-run=client --output yaml | kubectl apply --filename -

      Loki starts once the Secret "loki-secrets" is there. If it is not yet:

        kubectl --namespace monitoring create secret generic loki-secrets \\
          --from-literal=access-key-id=... \\
          --from-literal=secret-access-key=... \\
          --dry-run=client --output yaml | kubectl apply --filename -

      cert-manager needs an API token of Cloudflare's that may edit the zone's DNS and read the zone. If its Secret is not there yet:

        kubectl --namespace cert-manager create secret generic cloudflare-api-token \\
          --from-literal=api-token=... \\
          --dry-run=client --output yaml | kubectl apply --filename -

      The certificate comes from ClusterIssuer "letsencrypt-prod". To see it arrive:

        kubectl --namespace xpeditis-prod get certificate xpeditis-tls

      Traefik restarts with the settings of this release, and its load balancer is "xpeditis-production". Its address, what Hetzner
      refused of it, and its protection:

        kubectl --namespace kube-system get service traefik
        kubectl --namespace kube-system get events --field-selector involvedObject.kind=Service,involvedObject.name=traefik
        hcloud load-balancer enable-protection xpeditis-production delete

      Cloudflare needs proxied DNS records for the hosts, and the SSL mode "Full (strict)".
      Past it nobody gets in: this must be answered with 403, or fail:

        curl --insecure --connect-to ::<address of the load balancer> https://api.xpeditis.com/

      Volumes are of the class "hcloud-retain". A node takes 16 volumes of Hetzner's. Those of this namespace:

        kubectl --namespace xpeditis-prod get persistentvolumeclaims

      Next:

        kubectl --namespace xpeditis-prod get pods --watch
        helm test xpeditis --namespace xpeditis-prod
      "
    `);
  });

  test("ask for no Secret that the chart or a store provides, and speak of no chart that is off", () => {
    const notes = notesOf({
      global: { redis: { mode: "external" } },
      redis: { enabled: false },
      backend: { secrets: { mode: "external", external: { storeName: "s", remoteKey: "k" } } },
      frontend: { enabled: false },
    });
    expect(notes).not.toContain("create secret");
    expect(notes).not.toContain("Application ");
    expect(notes).toContain("http://api.xpeditis.localhost");
  });

  test("tell of the two upgrades to and from a load balancer that ends TLS, where there is one", () => {
    const ended = (mode: string) => ({
      global: { tls: { mode } },
      edge: { enabled: true, loadBalancer: mode === "loadBalancer" ? { certificates: { names: ["one"] } } : {} },
    });
    expect(notesOf(ended("loadBalancer"))).toContain("it takes two upgrades (docs/load-balancer.md)");
    expect(notesOf(ended("certManager"))).not.toContain("two upgrades");
  });

  test("promise no address without an Ingress", () => {
    expect(notesOf({ ingress: { enabled: false } })).not.toMatch(/https?:/);
  });
});
