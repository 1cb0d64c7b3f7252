import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { checkRelease } from "../../generator/check/check-release.ts";
import { renderChart } from "../../generator/chart/render.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import { release } from "../../generator/release.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { cloudflareRanges } from "../../schemas/cloudflare-ranges.ts";
import { patterns } from "../../schemas/common.ts";
import { find, installation, manifestsOf, ofKind, overlaid } from "../charts/releases.ts";

const behind = (cloudflare: Values = {}, more: Values = {}): Values =>
  overlaid({ global: { tls: { mode: "certManager" }, cloudflare: { enabled: true, ...cloudflare } } }, more);
const modes = ["secret", "certManager", "loadBalancer", "cloudflare"] as const;
const of = (mode: (typeof modes)[number], enabled = true): Values => ({
  global: { tls: { mode, acceptUnencryptedOrigin: true }, cloudflare: { enabled } },
});

/** The middlewares that requests of each Ingress go through, in order, without the release's name. */
function chains(values: Values): (readonly string[])[] {
  const manifests = manifestsOf(values);
  return ofKind(manifests, "Ingress").map(({ metadata }) => {
    const reference = metadata?.annotations?.["traefik.ingress.kubernetes.io/router.middlewares"] ?? "";
    const name = reference.replace(`${installation.namespace}-`, "").replace("@kubernetescrd", "");
    const links = find(manifests, "Middleware", name).spec?.chain?.middlewares ?? [];
    return links.map((link) => (link.name ?? "").replace("xpeditis-", ""));
  });
}

const annotationsOf = (values: Values, name: string): (string | undefined)[] =>
  ofKind(manifestsOf(values), "Ingress").map(({ metadata }) => metadata?.annotations?.[name]);

describe("the list of Cloudflare's addresses", () => {
  test("was compared with the published one less than three months before this release", () => {
    const days = (release.date.getTime() - cloudflareRanges.date.getTime()) / 86_400_000;
    expect(days, "compare schemas/cloudflare-ranges.ts with https://www.cloudflare.com/ips/ and set its date").toBeLessThan(92);
    expect(days).toBeGreaterThanOrEqual(0);
  });

  test("holds ranges, each once", () => {
    for (const range of cloudflareRanges.ipv4) expect(range).toMatch(new RegExp(patterns.ipv4Range));
    for (const range of cloudflareRanges.ipv6) expect(range).toMatch(new RegExp(patterns.ipv6Range));
    const all = [...cloudflareRanges.ipv4, ...cloudflareRanges.ipv6];
    expect(new Set(all).size).toBe(all.length);
  });

  test("is whom Traefik believes and whom it lets in", () => {
    const values = behind({}, { edge: { enabled: true } });
    const all = [...cloudflareRanges.ipv4, ...cloudflareRanges.ipv6];
    expect(find(manifestsOf(values), "Middleware", "xpeditis-cloudflare-only").spec).toEqual({ ipAllowList: { sourceRange: all } });
    const config = manifestsOf(values).find(({ object }) => object.kind === "HelmChartConfig");
    for (const entryPoint of ["web", "websecure"])
      expect(JSON.stringify(config?.object)).toContain(`--entryPoints.${entryPoint}.forwardedHeaders.trustedIPs=${all.join(",")}`);
  });

  test("is believed by nobody where Cloudflare is not in front", () => {
    const config = manifestsOf({ ...of("certManager", false), edge: { enabled: true } }).find(
      ({ object }) => object.kind === "HelmChartConfig",
    );
    expect(JSON.stringify(config?.object)).not.toContain("forwardedHeaders");
    expect(JSON.stringify(config?.object)).toContain("proxyProtocol.trustedIPs=10.0.0.0/16");
  });
});

describe("CF-Connecting-IP cannot be forged", () => {
  test.each(modes)("behind Cloudflare, with TLS mode %s: every route first asks who connects", (mode) => {
    expect(chains(of(mode)).map(([first]) => first)).toEqual(Array.from({ length: 4 }, () => "cloudflare-only"));
  });

  test("without Cloudflare: every route removes it", () => {
    expect(chains({}).map(([first]) => first)).toEqual(Array.from({ length: 4 }, () => "trusted-headers"));
    expect(find(manifestsOf(), "Middleware", "xpeditis-trusted-headers").spec?.headers?.customRequestHeaders).toEqual({
      "CF-Connecting-IP": "",
      "CF-Connecting-IPv6": "",
      "True-Client-IP": "",
    });
  });

  test("whatever else is switched off", () => {
    const off = { ingress: { securityHeaders: { enabled: false }, rateLimit: { enabled: false }, noStore: false, compress: false } };
    for (const values of [off, overlaid(off, behind())]) expect(chains(values).map(([first]) => first)).not.toContain(undefined);
  });
});

describe("authenticated origin pulls", () => {
  const name = "traefik.ingress.kubernetes.io/router.tls.options";
  const pulled = behind({ originPulls: { enabled: true } });

  test("are asked for on every route of every host, by the same name", () => {
    expect(annotationsOf(pulled, name)).toEqual(Array.from({ length: 4 }, () => "xpeditis-prod-xpeditis-origin-pulls@kubernetescrd"));
    const option = manifestsOf(pulled).find(({ object }) => object.kind === "TLSOption")?.object;
    expect(option).toMatchObject({
      metadata: { name: "xpeditis-origin-pulls", namespace: "xpeditis-prod" },
      spec: { clientAuth: { secretNames: ["cloudflare-origin-pull-ca"], clientAuthType: "RequireAndVerifyClientCert" } },
    });
  });

  test("are not asked for otherwise, and the check finds a route that asks for others", async () => {
    expect(annotationsOf(behind(), name)).toEqual(Array.from({ length: 4 }, () => undefined));
    expect(manifestsOf(behind()).filter(({ object }) => object.kind === "TLSOption")).toEqual([]);
    const { manifests, requires } = renderChart(xpeditis, pulled, installation);
    const options = { namespace: installation.namespace, external: { Secret: new Set(requires.map((each) => each.name)) } };
    const other = manifests.map((manifest) => {
      const { metadata } = manifest.object;
      if (metadata.name !== "xpeditis-ingress-api") return manifest;
      return { ...manifest, object: { ...manifest.object, metadata: { ...metadata, annotations: { [name]: "default@file" } } } };
    });
    const messages = (await checkRelease(other, options)).map(({ message }) => message);
    expect(messages.filter((message) => message.endsWith("[traefik-tls-options]")).length).toBeGreaterThan(0);
  });
});

describe("the way in agrees with who ends TLS", () => {
  test.each([
    ["secret", "websecure"],
    ["certManager", "websecure"],
    ["loadBalancer", "web"],
    ["cloudflare", "web"],
  ] as const)("%s: entry point %s", (mode, entryPoint) => {
    const ingresses = ofKind(manifestsOf(of(mode)), "Ingress");
    for (const { metadata, spec } of ingresses) {
      expect(metadata?.annotations?.["traefik.ingress.kubernetes.io/router.entrypoints"]).toBe(entryPoint);
      expect(spec?.tls !== undefined).toBe(entryPoint === "websecure");
      expect(metadata?.annotations?.["cert-manager.io/cluster-issuer"] === undefined || mode === "certManager").toBe(true);
    }
    // For the visitor it is HTTPS in each of them.
    const manifests = manifestsOf(of(mode));
    expect(find(manifests, "ConfigMap", "backend-config").data).toMatchObject({
      APP_URL: "https://app.xpeditis.localhost",
      TRUST_PROXY_HOPS: "2",
    });
    expect(find(manifests, "Middleware", "xpeditis-security-headers").spec?.headers?.stsSeconds).toBe(31_536_000);
  });

  test.each(["loadBalancer", "cloudflare"] as const)("%s: applications are told that it was HTTPS", (mode) => {
    const told = find(manifestsOf(of(mode)), "Middleware", "xpeditis-trusted-headers").spec?.headers?.customRequestHeaders;
    expect(told).toEqual({ "X-Forwarded-Proto": "https" });
    for (const chain of chains(of(mode))) expect(chain).toContain("trusted-headers");
  });

  test("what the user sets for all routes keeps them equal", () => {
    fc.assert(
      fc.property(fc.constantFrom(...modes), fc.boolean(), fc.boolean(), (mode, frontend, realtime) => {
        const values = overlaid(of(mode), { frontend: { enabled: frontend }, backend: { realtime: { enabled: realtime } } });
        const points = annotationsOf(values, "traefik.ingress.kubernetes.io/router.entrypoints");
        expect(new Set(points).size).toBe(1);
      }),
      { numRuns: 20 },
    );
  });
});

describe("external-dns", () => {
  const prefixes = ["external-dns.kubernetes.io", "external-dns.alpha.kubernetes.io"];

  test("is told the same under its old prefix and its new one", () => {
    for (const prefix of prefixes) {
      const values = behind({}, { ingress: { externalDns: { enabled: true, target: "origin.example.com" } } });
      expect(new Set(annotationsOf(values, `${prefix}/cloudflare-proxied`))).toEqual(new Set(["true"]));
      expect(new Set(annotationsOf(values, `${prefix}/target`))).toEqual(new Set(["origin.example.com"]));
      const grey = { ingress: { externalDns: { enabled: true } } };
      expect(new Set(annotationsOf(grey, `${prefix}/cloudflare-proxied`))).toEqual(new Set(["false"]));
      expect(new Set(annotationsOf(grey, `${prefix}/target`))).toEqual(new Set([undefined]));
    }
  });

  test("is told nothing by default", () => {
    const keys = ofKind(manifestsOf(behind()), "Ingress").flatMap(({ metadata }) => Object.keys(metadata?.annotations ?? {}));
    expect(keys.filter((key) => key.includes("external-dns"))).toEqual([]);
  });
});
