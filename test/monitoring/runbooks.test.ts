import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { ruleGroups } from "../../generator/charts/monitoring/rules/index.ts";
import { environments, installation, manifestsOf, overlaid } from "../charts/releases.ts";
import { runbooksPage } from "./runbooks-page.ts";

const folder = join(import.meta.dirname, "..", "..", "docs", "runbooks");
const index = "README.md";
const pages = readdirSync(folder).filter((file) => file !== index);
const alerts = [...new Set(ruleGroups.flatMap(({ rules }) => rules.flatMap((rule) => ("alert" in rule ? [rule.alert] : []))))];

test("every alert has its page, and every page its alert", () => {
  expect(pages.sort()).toEqual(alerts.map((alert) => `${alert}.md`).sort());
});

test.each(pages)("%s says what it means, where to look and what to do", (page) => {
  const text = readFileSync(join(folder, page), "utf8");
  expect(text).toMatch(/^# (\w+)\n\n[A-Za-z][\s\S]+?\n\n## Look\n\n```sh\n[\s\S]+?\n```\n\n## Do\n\n- [\s\S]+\n$/);
  expect(text).toContain(`# ${page.replace(".md", "")}\n`);
});

test.each(pages)("%s leads to pages and headings that exist", (page) => {
  const text = readFileSync(join(folder, page), "utf8");
  const broken = [...text.matchAll(/\]\(([^)]+)\)/g)].flatMap(([, link = ""]) => {
    const [path = "", heading] = link.split("#");
    const target = join(folder, path);
    if (!existsSync(target)) return [link];
    const headings = [...readFileSync(target, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, words = ""]) =>
      words.toLowerCase().replaceAll(" ", "-"),
    );
    return heading === undefined || headings.includes(heading) ? [] : [link];
  });
  expect(broken).toEqual([]);
});

test("kubectl is always told the namespace, or asks for what has none", () => {
  const kinds =
    "(nodes?|clusterissuers?|storageclasses|volumeattachments|apiservices|pods --all-namespaces|events --all-namespaces|certificates)\\b";
  const without = new RegExp(
    `kubectl (?!--namespace )(?!(get|describe|top|cordon|uncordon|drain|delete) ${kinds})(?!(cordon|uncordon|drain) )(?!get --raw)(?!apply)(?!.*--all-namespaces)`,
  );
  const found = pages.flatMap((page) =>
    readFileSync(join(folder, page), "utf8")
      .split("\n")
      .filter((line) => without.test(line))
      .map((line) => `${page}: ${line}`),
  );
  expect(found).toEqual([]);
});

describe("commands name what is there", () => {
  const production = environments.get("production") ?? {};
  const manifests = manifestsOf(overlaid(production, { monitoring: { blackbox: { enabled: true } } }));
  /** By CloudNativePG and by the templates of StatefulSets. */
  const madeByControllers = new Set(["pod/postgresql-1"]);
  const rendered = new Set(
    manifests.flatMap(({ object: { kind, metadata } }) => {
      const name = `${metadata.namespace ?? installation.namespace} ${kind.toLowerCase()}/${metadata.name}`;
      return kind === "StatefulSet" ? [name, name.replace(/statefulset\/(.*)$/, "pod/$1-0")] : [name];
    }),
  );
  const text = pages.map((page) => readFileSync(join(folder, page), "utf8")).join("\n");
  const commands = [...text.matchAll(/kubectl --namespace (xpeditis-prod|monitoring) ([^\n`|]+)/g)].map(
    ([, namespace = "", rest = ""]) => ({
      namespace,
      rest,
    }),
  );

  test("objects", () => {
    const named = commands.flatMap(({ namespace, rest }) => {
      const slashed = [...rest.matchAll(/\b(deployment|statefulset|service|cronjob|configmap|secret|pod)\/([a-z][a-z0-9-]*)/g)];
      const spaced = [...rest.matchAll(/\b(configmap|persistentvolumeclaim|pooler|pod) ([a-z][a-z0-9-]+)/g)];
      const pods = [...rest.matchAll(/\b(logs|exec|top pod|delete pod|describe pod) ([a-z][a-z0-9-]+-\d)\b/g)].map(
        ([whole, , name = ""]) => [whole, "pod", name],
      );
      return [...slashed, ...spaced, ...pods].map(([, kind = "", name = ""]) => `${namespace} ${kind}/${name}`);
    });
    expect(named.length).toBeGreaterThan(30);
    expect([...new Set(named)].filter((name) => !rendered.has(name) && !madeByControllers.has(name.split(" ")[1] ?? ""))).toEqual([]);
  });

  test("labels of pods", () => {
    const labels = new Set(
      manifests.flatMap(({ object }) => {
        const { template } = (object["spec"] ?? {}) as { template?: { metadata?: { labels?: Readonly<Record<string, string>> } } };
        return Object.entries(template?.metadata?.labels ?? {}).map((pair) => pair.join("="));
      }),
    );
    const selected = commands.flatMap(({ rest }) =>
      [...rest.matchAll(/--selector (\S+)/g)].flatMap(([, selector = ""]) => selector.split(",")),
    );
    expect(selected.length).toBeGreaterThan(10);
    expect([...new Set(selected)].filter((label) => !labels.has(label) && !/^cnpg\.io\/podRole=|=</.test(label))).toEqual([]);
  });

  test("values", () => {
    interface Schema {
      readonly $ref?: string;
      readonly properties?: Readonly<Record<string, Schema>>;
      readonly definitions?: Readonly<Record<string, Schema>>;
    }
    const schema = JSON.parse(readFileSync(join(folder, "..", "..", "schemas", "overlay.schema.json"), "utf8")) as Schema;
    const charts = Object.keys(schema.properties ?? {}).join("|");
    const paths = [...text.matchAll(new RegExp(`\`((?:${charts})(?:\\.[A-Za-z]+)+)\``, "g"))].map(([, path = ""]) => path);
    expect(paths.length).toBeGreaterThan(15);
    const resolved = (at: Schema | undefined) =>
      at?.$ref === undefined ? at : schema.definitions?.[at.$ref.replace("#/definitions/", "")];
    const isThere = (path: string) =>
      path.split(".").reduce<Schema | undefined>((at, key) => resolved(at?.properties?.[key]), schema) !== undefined;
    expect([...new Set(paths)].filter((path) => !isThere(path))).toEqual([]);
  });
});

test("the index tells of every alert (`npx vitest run test/monitoring -u` writes it anew)", async () => {
  await expect(runbooksPage()).toMatchFileSnapshot(join(folder, index));
});
