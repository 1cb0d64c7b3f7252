import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IContainer } from "kubernetes-models/v1/Container";
import { describe, expect, test } from "vitest";

import { imageConfig } from "../apps/build.ts";
import { environments, find, manifestsOf, ofKind } from "../charts/releases.ts";
import { readers, type Variable, variables } from "./application-variables.ts";

const page = "docs/application-contract.md";
const apps = ["backend", "frontend"] as const;
type App = (typeof apps)[number];

const manifests = new Map(["production", "production-mvp"].map((name) => [name, manifestsOf(environments.get(name))]));
const podOf = (app: App, environment: string) => {
  const spec = find(manifests.get(environment) ?? [], "Deployment", app).spec?.template.spec;
  if (spec === undefined) throw new Error(`${environment} renders no ${app}`);
  return spec;
};
const containerOf = (app: App, environment: string): IContainer => podOf(app, environment).containers[0] as IContainer;

/** Variables of a container → what they hold, as a reader would say it. */
function environmentOf(app: App, environment: string): ReadonlyMap<string, string> {
  const config = find(manifests.get(environment) ?? [], "ConfigMap", `${app}-config`).data ?? {};
  const own = (containerOf(app, environment).env ?? []).map(({ name, value, valueFrom }): [string, string] => {
    const { name: secret, key } = valueFrom?.secretKeyRef ?? {};
    return [name, valueFrom === undefined ? `\`${value}\`` : `Secret \`${secret}\`, \`${key}\``];
  });
  return new Map([...Object.entries(config).map(([name, value]): [string, string] => [name, `\`${value}\``]), ...own]);
}

const row = (...cells: (string | number)[]) => `| ${cells.join(" | ")} |`;
const table = (head: string[], rows: string[]) => [row(...head), row(...head.map(() => "---")), ...rows].join("\n");

function variableTable(app: App): string {
  const [production = new Map(), mvp = new Map()] = ["production", "production-mvp"].map((name) => environmentOf(app, name));
  const names = [...new Set([...production.keys(), ...mvp.keys()])];
  return table(
    ["variable", "in production", "with managed data services", "who reads it", "what it is"],
    names.map((name) => {
      const { reader, meaning } = described(name);
      const [here, there] = [production.get(name) ?? "", mvp.get(name) ?? ""];
      return row(`\`${name}\``, here, here === there ? "the same" : there, reader, meaning);
    }),
  );
}

function described(name: string): Variable {
  const found = variables[name];
  if (found === undefined) throw new Error(`test/docs/application-variables.ts says nothing of ${name}`);
  return found;
}

function timeTable(): string {
  const probes = (["startupProbe", "livenessProbe", "readinessProbe"] as const).map((probe) => {
    const cells = apps.map((app) => {
      const { httpGet, periodSeconds = 0, timeoutSeconds, failureThreshold = 0 } = containerOf(app, "production")[probe] ?? {};
      return `\`${httpGet?.path}\` every ${periodSeconds} s, answered within ${timeoutSeconds} s; ${failureThreshold} failures count (${periodSeconds * failureThreshold} s)`;
    });
    return row(probe.replace("Probe", ""), ...cells);
  });
  const preStop = apps.map((app) => `${containerOf(app, "production").lifecycle?.preStop?.sleep?.seconds} s`);
  const drain = apps.map(
    (app) => `${Number(find(manifests.get("production") ?? [], "ConfigMap", `${app}-config`).data?.["SHUTDOWN_DRAIN_MS"] ?? 0) / 1000} s`,
  );
  const grace = apps.map((app) => `${podOf(app, "production").terminationGracePeriodSeconds} s`);
  return table(
    ["", ...apps],
    [
      ...probes,
      row("before SIGTERM, while Traefik forgets the pod", ...preStop),
      row("after SIGTERM, served while not ready", ...drain),
      row("SIGKILL, counted from the beginning", ...grace),
    ],
  );
}

const generated: Readonly<Record<string, string>> = {
  "environment of the backend": variableTable("backend"),
  "environment of the frontend": variableTable("frontend"),
  "probes and times": timeTable(),
};

test(`${page} shows what the charts render (UPDATE_GOLDEN=1 rewrites its tables)`, () => {
  let text = readFileSync(page, "utf8");
  for (const [name, content] of Object.entries(generated)) {
    const [begin, end] = [`<!-- ${name}: made by test/docs/application-contract.test.ts -->\n`, "<!-- end -->"];
    const start = text.indexOf(begin);
    if (start === -1) throw new Error(`${page} has no place for: ${name}`);
    text = `${text.slice(0, start)}${begin}\n${content}\n\n${text.slice(text.indexOf(end, start))}`;
  }
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(page, text);
  expect(readFileSync(page, "utf8")).toBe(text);
});

/** Names of the variables that the sources of an application read, by any of the ways they do it. */
function readBy(app: App): ReadonlySet<string> {
  const files = globSync(["*.ts", "{src,app}/**/*.{ts,tsx}"], { cwd: join("test/apps", app), exclude: ["node_modules"] });
  const text = files.map((file) => readFileSync(join("test/apps", app, file), "utf8")).join("\n");
  const named = [...text.matchAll(/(?:process\.env\.|\b(?:text|number|ifSet)\(")([A-Z][A-Z0-9_]+)/g)].map(([, name = ""]) => name);
  const taken = [...text.matchAll(/\{([^{}]*)\} = process\.env\b/g)].flatMap(([, names = ""]) =>
    names.split(",").map((name) => name.trim()),
  );
  return new Set([...named, ...taken]);
}

/** What no chart sets. */
const ownVariables: Readonly<Record<App, readonly string[]>> = {
  backend: ["CARRIERS_URL"],
  // Next.js sets it.
  frontend: ["NEXT_RUNTIME"],
};

describe.each(apps)("test/apps/%s", (app) => {
  const rendered = [...new Set(["production", "production-mvp"].flatMap((name) => [...environmentOf(app, name).keys()]))];
  const optional = app === "frontend" ? ["METRICS_PORT", "METRICS_PATH"] : [];
  const read = readBy(app);

  test("reads no variable that the chart does not set", () => {
    expect([...read].filter((name) => ![...rendered, ...optional, ...ownVariables[app]].includes(name))).toEqual([]);
  });

  test("reads every variable that the page says an application reads", () => {
    const promised = rendered.filter((name) => described(name).reader === readers.application && !described(name).not?.includes(app));
    expect(promised.filter((name) => !read.has(name))).toEqual([]);
    // And leaves to others what is theirs.
    expect(
      rendered.filter((name) => described(name).reader !== readers.application && read.has(name) && !described(name).also?.includes(app)),
    ).toEqual([]);
  });

  test("has an image that the chart can run", async () => {
    const { user, workdir, entrypoint } = await imageConfig(app);
    const { securityContext } = podOf(app, "production");
    expect(user).toBe(`${securityContext?.runAsUser}:${securityContext?.runAsGroup}`);
    expect(containerOf(app, "production").command).toBeUndefined();
    expect(entrypoint[0]).toBe("node");
    const mounts = (containerOf(app, "production").volumeMounts ?? [])
      .filter(({ readOnly }) => readOnly !== true)
      .map(({ mountPath }) => mountPath);
    expect(mounts).toEqual(app === "backend" ? ["/tmp"] : ["/tmp", `${workdir}/.next/cache`]);
  });
});

test("the command that migrates is in the backend's image", () => {
  const migrate = ofKind(manifests.get("production") ?? [], "Job").find(({ metadata }) => metadata?.name?.startsWith("backend-migrate"));
  const command = migrate?.spec?.template.spec?.containers[0]?.command;
  expect(command).toEqual(["node", "node_modules/typeorm/cli.js", "migration:run", "-d", "dist/data-source.js"]);
  const { dependencies } = JSON.parse(readFileSync("test/apps/backend/package.json", "utf8")) as { dependencies: Record<string, string> };
  expect(dependencies["typeorm"]).toBeDefined();
  expect(existsSync("test/apps/backend/src/data-source.ts")).toBe(true);
});

test(`what ${page} calls a variable is one`, () => {
  const text = readFileSync(page, "utf8");
  const others = ["CARRIERS_URL", "HOME", "NEST_LOG_LEVEL", "SIGTERM", "SIGKILL", "WHEN_REQUIRED"];
  const mentioned = [...text.matchAll(/(?:`|process\.env\.)([A-Z][A-Z0-9_]{3,})\b(?!\*)/g)].map(([, name = ""]) => name);
  expect(
    mentioned.filter((name) => variables[name] === undefined && !others.includes(name) && !/^(NEXT_PUBLIC_|POST$)/.test(name)),
  ).toEqual([]);
});
