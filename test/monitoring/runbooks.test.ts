import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { ruleGroups } from "../../generator/charts/monitoring/rules/index.ts";
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

test("the index tells of every alert (`npx vitest run test/monitoring -u` writes it anew)", async () => {
  await expect(runbooksPage()).toMatchFileSnapshot(join(folder, index));
});
