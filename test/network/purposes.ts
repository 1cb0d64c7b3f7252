/** What each connection is for. One without a purpose is refused by the tests, and so is a purpose without a connection. */
const purposes: readonly (readonly [from: RegExp, to: RegExp, purpose: string])[] = [
  [/^prometheus$/, /^metrics-server$/, "metrics of the cluster autoscaler; open to its whole namespace"],
  [/^prometheus$/, /^(DNS|volume driver)$/, "metrics; among them the cluster autoscaler's, open to its whole namespace"],
  [/./, /^DNS$/, "names"],
  [/^Traefik$/, /^ACME solver$/, "challenges of Let's Encrypt"],
  [/^Traefik$/, /./, "requests of visitors"],
  [/^frontend$/, /^backend$/, "API calls while a page is rendered"],
  [/ test$/, /^(backend|frontend|redis)$/, "`helm test`"],
  [/^redis backup$/, /^redis$/, "the data to keep"],
  [/^backend$/, /^redis$/, "queues, cache, notifications between pods"],
  [/^backend( migration)?$/, /^the internet/, "carriers, object storage, databases outside the cluster"],
  [/^backend( migration)?$/, /^nodes$/, "what `extraEgress` opens"],
  [/^frontend$/, /^the internet/, "what pages fetch from elsewhere"],
  [/^(redis backup|backend storage-test)$/, /^the internet/, "object storage"],
  [/^backend( migration)?$/, /^postgresql/, "queries"],
  [/^postgresql pooler$/, /^postgresql$/, "queries"],
  [/^postgresql( set-up)?$/, /^postgresql$/, "replication, and what instances ask each other"],
  [/^CloudNativePG$/, /^postgresql/, "the operator's questions and orders"],
  [/^postgresql( set-up)?$/, /^the internet/, "backups and write-ahead log, imports"],
  [/^postgresql/, /^nodes$/, "API server"],
  [/^(prometheus|another Prometheus)$/, /^(backend|frontend|redis|postgresql)/, "metrics; open to the whole namespace of the monitoring"],
  [/^prometheus$/, /^nodes$/, "metrics of nodes and kubelets; API server"],
  [/^prometheus$/, /^alertmanager$/, "alerts, metrics"],
  [/^prometheus$/, /./, "metrics"],
  [/^grafana$/, /^(prometheus|loki|alertmanager)$/, "what dashboards show"],
  [/^opentelemetry-collector$/, /^loki$/, "logs"],
  [/^alertmanager$/, /^the internet/, "notifications"],
  [/^loki$/, /^the internet/, "object storage"],
  [/^kube-state-metrics$/, /^nodes$/, "API server"],
  [/^KEDA$/, /^prometheus$/, "memory, for autoscaling"],
];

/** The purpose of a connection; undefined if nobody has thought of it. */
export function purposeOf(from: string, to: string): string | undefined {
  return found(from, to)?.[2];
}

/** Purposes that none of the connections has. */
export function unusedPurposes(connections: readonly { readonly from: string; readonly to: string }[]): string[] {
  const used = new Set(connections.map(({ from, to }) => found(from, to)));
  return purposes.filter((purpose) => !used.has(purpose)).map(([from, to]) => `${from.source} → ${to.source}`);
}

const found = (from: string, to: string) => purposes.find(([source, target]) => source.test(from) && target.test(to));
