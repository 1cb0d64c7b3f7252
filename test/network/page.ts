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

## Trying it on a cluster

Policies do nothing without a controller that enforces them. k3s has one, unless it runs with \`--disable-network-policy\`. Whether yours does is
tried from the real pods of a release:

\`\`\`sh
make connectivity NAMESPACE=xpeditis-prod          # of the cluster of KUBECONFIG; RELEASE=xpeditis
\`\`\`

It takes this repository and kubectl, and a minute or two. Every connection of these tables whose ends are there is tried, and every other that the
policies should refuse; what is open is printed, then what differs and the policies to look at. It fails if anything differs, or if a pod could not
be asked.

- What is expected comes from the release as Helm keeps it in its Secret: a policy that somebody has deleted since is missed, one that somebody has
  added is named. What Argo CD has installed is given as \`CONNECTIVITY_FLAGS="--manifests <file of helm template>"\`.
- In a running pod of the release, one on each node, an ephemeral container tries: it is under exactly the pod's policies. A party without a pod
  that runs, as jobs and tests, or that is not the release's, as Traefik, is stood in for by a pod with its labels, unless a controller or a
  disruption budget would count it.
- A port where nobody listens looks like one that is refused. So these containers listen themselves on every port in question that the pod's own
  containers do not declare, for as long as the run takes; of nodes, the API server and pods of others only the ports count that a pod under no
  policy reaches (in the namespace \`default\`). What listens nowhere is told as *not tried*: on Hetzner the metadata service does.
- The image is the backend's, which holds Node.js; \`--image\` names another, where other namespaces may not pull it. For the internet stands
  1.1.1.1 (\`--internet\`).
- What does not fit is tried three more times within ten seconds, as controllers take a moment to know of a new pod; until then they let it connect
  wherever the other side's policies allow.
- It needs the rights to list pods, Secrets of the release and policies, to make pods in the namespaces of the parties, and to change
  \`pods/ephemeralcontainers\`. It leaves an ended ephemeral container in the status of each pod that it asked, until the pod is replaced:
  Kubernetes cannot remove those. The pods that stood in are deleted (\`kubectl delete pods -A -l xpeditis.com/connectivity\` if the run was
  killed). A container takes some 50 MB of its pod's memory limit meanwhile, and is the first to go if that is exceeded.
- Not tried: connections *from* nodes and the internet, IPv6, and UDP other than DNS.
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
