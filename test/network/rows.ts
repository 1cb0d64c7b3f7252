import type { Flow, Matrix } from "./matrix.ts";
import { internet, solver } from "./parties.ts";

/** The connections between two parties. */
export interface Row {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly string[];
}

/** The connections as a person would list them: what is open to a whole group is one row. */
export function rowsOf({ flows, pods }: Matrix): readonly Row[] {
  const rows = Map.groupBy(bothFamilies(everyPodOnce(flows, pods)), connectionOf);
  return [...rows.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, same]) => ({
      from: same[0]?.from ?? "",
      to: same[0]?.to ?? "",
      ports: [...new Set(same.map(({ port }) => port))].toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)),
    }));
}

/** How a connection is told apart from others, whatever its port. */
export const connectionOf = ({ from, to }: Omit<Flow, "port">): string => `${from} → ${to}`;

/** The internet once, where both families are treated alike. */
function bothFamilies(flows: readonly Flow[]): Flow[] {
  const twin = ({ from, port }: Flow, to: string): boolean =>
    flows.some((flow) => flow.from === from && flow.port === port && flow.to === to);
  return flows.filter((flow) => flow.to !== internet.ipv6.name || !twin(flow, internet.ipv4.name));
}

/** Every pod resolves names, but for cert-manager's, which answer and ask nothing. */
function everyPodOnce(flows: readonly Flow[], pods: readonly string[]): Flow[] {
  const asking = pods.filter((name) => name !== solver);
  const isAsked = (name: string): boolean => flows.some(({ from, to, port }) => from === name && to === "DNS" && port === "53/UDP");
  if (!asking.every(isAsked)) return [...flows];
  return flows.flatMap((flow) => {
    if (flow.to !== "DNS" || !flow.port.startsWith("53")) return [flow];
    return flow.from === asking[0] ? [{ ...flow, from: "every pod of the release" }] : [];
  });
}
