import type { Connectivity, Tried } from "./check.ts";

/** Connections that are not as the policies say. */
export const differences = ({ tried }: Connectivity): readonly Tried[] => tried.filter(({ expected, open }) => expected !== open);

/** What was found, as text for a person: a table of what is open, and then whatever differs. */
export function connectivityReport(connectivity: Connectivity): string {
  const { tried, left, failed } = connectivity;
  const pairs = Map.groupBy(tried, ({ from, to }) => `${from} → ${to}`);
  const rows = [...pairs.values()]
    .map((same) => ({
      from: same[0]?.from ?? "",
      to: same[0]?.to ?? "",
      open: portsOf(same.filter(({ open }) => open)),
      refused: new Set(same.filter(({ open }) => !open).map(({ port }) => port)).size,
    }))
    .filter(({ open }) => open !== "");
  const wrong = differences(connectivity);
  const refused = tried.filter(({ open }) => !open).length;
  return [
    table(
      ["from", "to", "open", "refused ports"],
      rows.map(({ from, to, open, refused: count }) => [from, to, open, String(count)]),
    ),
    `${tried.length} connections tried: ${tried.length - refused} open, ${refused} refused. Who is not in the table with another is refused on every port.`,
    ...(left.length === 0 ? [] : ["", "Not tried:", ...left.map((each) => `  ${each}`)]),
    "",
    ...verdict(tried, wrong, failed),
  ].join("\n");
}

// ── internal ────────────────────────────────────────────────────────────────

function verdict(tried: readonly Tried[], wrong: readonly Tried[], failed: readonly string[]): string[] {
  const untried = failed.map((each) => `  ${each}`);
  if (wrong.length === 0) {
    return failed.length === 0
      ? ["Everything is as the policies of the release say."]
      : ["These could not be tried, and the rest is as the policies of the release say:", ...untried];
  }
  if (tried.every(({ open }) => open)) {
    return [
      "Nothing at all is refused: no policy is enforced. Does the cluster have a network policy controller? (k3s: --disable-network-policy)",
    ];
  }
  const groups = Map.groupBy(wrong, ({ from, to, open, suspects }) => JSON.stringify([from, to, open, suspects]));
  return [
    `${wrong.length} are not as the policies of the release say:`,
    ...[...groups.values()].flatMap((same) => {
      const [first] = same;
      if (first === undefined) return [];
      const { from, to, open, ends, suspects } = first;
      return [
        `  ${from} → ${to}, ${portsOf(same)}: ${open ? "open, and should be refused" : "refused, and should be open"} (${ends.join(" → ")})`,
        ...suspects.map((policy) => `      look at NetworkPolicy ${policy}`),
      ];
    }),
    ...(failed.length === 0 ? [] : ["These could not be tried:", ...untried]),
  ];
}

function portsOf(some: readonly Tried[]): string {
  const ports = [...new Set(some.map(({ port }) => port))].toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return ports.join(", ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows.toSorted(([a = "", b = ""], [c = "", d = ""]) => `${a} ${b}`.localeCompare(`${c} ${d}`))];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return (
    all
      .map((row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd(),
      )
      .join("\n") + "\n"
  );
}
