import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { expect, test } from "vitest";

import type { TraefikValues } from "../../generator/charts/edge/traefik-values.ts";
import type { HelmChartConfig } from "../../generator/kubernetes/helm-chart-config.ts";
import { environments, find, manifestsOf } from "../charts/releases.ts";

const page = readFileSync("docs/request-path.md", "utf8");
const manifests = manifestsOf(environments.get("production"));

const config = manifests.find(({ object }) => object.kind === "HelmChartConfig")?.object as unknown as HelmChartConfig;
const { additionalArguments } = load(config.spec.valuesContent ?? "") as TraefikValues;

/** Seconds of a static setting of Traefik's. */
function setting(name: string): string {
  const argument = additionalArguments.find((each) => each.startsWith(`--entryPoints.websecure.transport.${name}=`));
  return /=([0-9]+)s$/.exec(argument ?? "")?.[1] ?? "is not set";
}

const idle = (chart: string) => find(manifests, "ServersTransport", chart).spec?.forwardingTimeouts?.idleConnTimeout as unknown as string;

test.each([
  ["idle", setting("respondingTimeouts.idleTimeout"), "`edge.traefik.timeouts.idleSeconds`"],
  ["a whole request with its body", setting("respondingTimeouts.readTimeout"), "`edge.traefik.timeouts.readSeconds`"],
  ["shutdown: accept on, until the load balancer has noticed", setting("lifeCycle.requestAcceptGraceTimeout"), "health check"],
  ["shutdown: finish what runs", setting("lifeCycle.graceTimeOut"), "`edge.traefik.timeouts.drainSeconds`"],
  ["idle", idle("backend").replace(/s$/, ""), "`backend.keepAlive.traefikIdleSeconds`"],
  ["idle", idle("frontend").replace(/s$/, ""), "`frontend.keepAlive.traefikIdleSeconds`"],
])("docs/request-path.md tells the time of production: %s, %s s", (what, seconds, value) => {
  expect(page).toContain(`| ${what} | ${seconds} | ${value}`);
});

test("docs/request-path.md tells how many proxies the application believes", () => {
  const hops = find(manifests, "ConfigMap", "backend-config").data?.["TRUST_PROXY_HOPS"];
  expect(page).toContain(`\`TRUST_PROXY_HOPS\`: ${hops}, or 1 without Cloudflare`);
});

test("each side that opens connections forgets idle ones first", () => {
  const cloudflareReuse = 900;
  expect(Number(setting("respondingTimeouts.idleTimeout"))).toBeGreaterThan(cloudflareReuse);
  const node = Number(find(manifests, "ConfigMap", "frontend-config").data?.["KEEP_ALIVE_TIMEOUT"]) / 1000;
  expect(Number.parseInt(idle("frontend"), 10)).toBeLessThan(node);
});
