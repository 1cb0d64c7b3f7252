import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import { beforeAll, expect, test } from "vitest";

import type { TraefikValues } from "../../generator/charts/edge/traefik-values.ts";
import type { HelmChartConfig } from "../../generator/kubernetes/helm-chart-config.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { buildFamily } from "../../tools/build.ts";
import { environments, manifestsOf } from "../charts/releases.ts";

const reference = "files/github.com/traefik/traefik/v3/docs/content/reference/install-configuration/configuration-options.md";

/** Traefik's own list of its static settings, in small letters, `_name_` for a name of one's choice. */
let options: ReadonlySet<string>;
beforeAll(async () => {
  const text = await readFile(join(await buildFamily("traefik-reference"), reference), "utf8");
  const names = [...text.matchAll(/id="opt-[^"]*"[^>]*>([^<]+)<\/a>/g)].map(([, name = ""]) => name.replaceAll("\\", ""));
  options = new Set(names);
});

function argumentsOf(values: Values): readonly string[] {
  const config = manifestsOf(values).find(({ object }) => object.kind === "HelmChartConfig")?.object as unknown as HelmChartConfig;
  return (load(config.spec.valuesContent ?? "") as TraefikValues).additionalArguments;
}

/** The setting that an argument is about, as the reference calls it. */
function setting(argument: string): string {
  const [name = ""] = argument.replace(/^--/, "").toLowerCase().split("=");
  return name.replace(/^entrypoints\.[a-z]+\./, "entrypoints._name_.").replace(/^(accesslog\.fields\.headers\.names\.).*/, "$1_name_");
}

const offloaded = {
  edge: { enabled: true, loadBalancer: { certificates: { names: ["one"] } } },
  global: { tls: { mode: "loadBalancer" } },
};

test.each([["production", environments.get("production") ?? {}] as const, ["TLS at the load balancer", offloaded] as const])(
  "every argument is a setting of Traefik's: %s",
  (_, values) => {
    const given = argumentsOf(values);
    expect(given.length).toBeGreaterThan(10);
    expect(given.map(setting).filter((name) => !options.has(name))).toEqual([]);
  },
);

test("a misspelt one would be found", () => {
  expect(options.size).toBeGreaterThan(300);
  expect(options.has(setting("--entryPoints.web.proxyProtocol.trustedIPs=10.0.0.0/8"))).toBe(true);
  expect(options.has(setting("--entryPoints.web.proxyProtocol.trustedIP=10.0.0.0/8"))).toBe(false);
});
