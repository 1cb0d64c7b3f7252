import { environments } from "../charts/releases.ts";
import { matrixOf, type Matrix } from "./matrix.ts";
import { modes } from "./modes.ts";
import { purposeOf } from "./purposes.ts";
import { connectionOf, rowsOf, type Row } from "./rows.ts";

const intro = `# Network flows

Who may connect to whom, and on which ports: every pod of a release with every other party on every port in question, judged by the
policies as they are rendered. What is not in the tables is refused. The page is made by \`UPDATE_GOLDEN=1 npx vitest run test/network\`, and
the tests fail as soon as the policies and the page differ.

- Policies name pods and container ports: k3s' controller judges packets after Services have been resolved.
- Ports are TCP unless they say otherwise. An answer needs no rule.
- *The internet* is both \`0.0.0.0/0\` and \`::/0\` without the private ranges (\`global.networkPolicy.privateRanges\`), among which are pods, nodes
  and the metadata service of Hetzner.
- Pods on the network of their node (node-exporter) are under no policy; they are *nodes* here. kubelets reach the probes of the pods on
  their own node, whatever the policies say.
- *A pod that no chart knows* has the release's label and nothing else: the policy for whatever comes along.
- \`values/local.yaml\` opens the databases' ports to the private ranges that a laptop's own address is in; it is not in the tables.
`;

/** The environments in the table; the laptop's opens ports to everywhere. */
export const tabled: ReadonlyMap<string, Matrix> = new Map(
  [...environments].filter(([name]) => name !== "local").map(([name, values]) => [name, matrixOf(values)]),
);

/** What each mode renders to. */
export const ofModes: ReadonlyMap<string, Matrix> = new Map([...modes].map(([name, values]) => [name, matrixOf(values)]));

/** docs/network-flows.md. */
export function flowsPage(): string {
  return [intro, environmentTable(), modeSections()].join("\n");
}

function environmentTable(): string {
  const columns = [...tabled].map(([name, matrix]) => ({ name, rows: new Map(rowsOf(matrix).map((row) => [connectionOf(row), row])) }));
  const all = new Map(columns.flatMap(({ rows }) => [...rows]));
  const lines = [...all]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, row]) => [
      row.from,
      row.to,
      purposeOf(row.from, row.to) ?? "?",
      ...columns.map(({ rows }) => rows.get(key)?.ports.join(", ") ?? ""),
    ]);
  return `## By environment\n\n${table(["from", "to", "for", ...columns.map(({ name }) => name)], lines)}`;
}

function modeSections(): string {
  const before = rowsOf(matrixOf());
  const sections = [...ofModes].map(([name, matrix]) => {
    const after = rowsOf(matrix);
    const lines = [...changes(before, after, "closed"), ...changes(after, before, "open")];
    return `### ${name}\n\n${lines.length === 0 ? "Nothing.\n" : table(["", "from", "to", "ports", "for"], lines)}`;
  });
  return `## What single choices change\n\nOver the defaults.\n\n${sections.join("\n")}`;
}

/** Ports of `some` that `others` do not have. */
function changes(some: readonly Row[], others: readonly Row[], verb: string): string[][] {
  const known = new Map(others.map((row) => [connectionOf(row), row.ports]));
  return some.flatMap((row) => {
    const ports = row.ports.filter((port) => known.get(connectionOf(row))?.includes(port) !== true);
    return ports.length === 0 ? [] : [[verb, row.from, row.to, ports.join(", "), purposeOf(row.from, row.to) ?? "?"]];
  });
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...lines.map(line)].join("\n")}\n`;
}
