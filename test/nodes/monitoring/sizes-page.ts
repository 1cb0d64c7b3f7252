import { readFileSync, writeFileSync } from "node:fs";

const page = "docs/capacity.md";
const [begin, end] = ["<!-- sizes: measured by test/nodes/monitoring.test.ts -->\n", "<!-- end of sizes -->"];

/** The table of sizes on the page, as it was measured last. */
export function readSizes(): string {
  const [, rest = ""] = readFileSync(page, "utf8").split(begin);
  return rest.slice(0, rest.indexOf(end)).trim();
}

/** Puts another table on the page. */
export function writeSizes(table: string): void {
  const [before = "", rest = ""] = readFileSync(page, "utf8").split(begin);
  writeFileSync(page, `${before}${begin}\n${table}\n\n${rest.slice(rest.indexOf(end))}`);
}
