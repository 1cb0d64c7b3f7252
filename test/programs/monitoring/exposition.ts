/** What exporters expose, as far as the live test needs it: texts in Prometheus' format that change with the state. */

/** What goes on in the made-up cluster. */
export interface State {
  /** Requests answered so far, by status. */
  readonly answered: Record<"200" | "500", number>;
  /** Memory that the backend's container uses, in MiB. */
  memory: number;
}

const line = (name: string, labels: Readonly<Record<string, string>>, value: number): string =>
  `${name}{${Object.entries(labels)
    .map(([key, text]) => `${key}="${text}"`)
    .join(",")}} ${value}`;

const text = (...lines: string[]): string => `${lines.join("\n")}\n`;

const service = "xpeditis-prod-backend-svc-http@kubernetes";
const request = { method: "GET", protocol: "http", service };

export const traefik = ({ answered }: State): string => {
  const all = answered[200] + answered[500];
  const duration = "traefik_service_request_duration_seconds";
  return text(
    ...Object.entries(answered).map(([code, count]) => line("traefik_service_requests_total", { ...request, code }, count)),
    ...["0.1", "0.3", "1.2", "5", "+Inf"].map((le) => line(`${duration}_bucket`, { ...request, code: "200", le }, all)),
    line(`${duration}_sum`, { ...request, code: "200" }, all / 100),
    line(`${duration}_count`, { ...request, code: "200" }, all),
    line("go_memstats_alloc_bytes", {}, 1),
  );
};

const container = { namespace: "xpeditis-prod", pod: "backend-5d4f8c7b9-abcde", container: "backend" };

export const cadvisor = ({ memory }: State): string =>
  text(
    line("container_memory_working_set_bytes", { ...container, id: "/kubepods/a", image: "backend:1", name: "a" }, memory * 2 ** 20),
    // The pod's own group, which has the same bytes in it, and a group of the system.
    line("container_memory_working_set_bytes", { ...container, container: "", id: "/kubepods", image: "", name: "" }, memory * 2 ** 20),
    line("container_memory_working_set_bytes", { id: "/system.slice", container: "", pod: "", namespace: "" }, 2 ** 30),
    line("container_network_receive_bytes_total", { ...container, container: "", interface: "eth0", id: "/p", image: "" }, 10),
    line("container_network_receive_bytes_total", { ...container, container: "", interface: "veth123", id: "/p", image: "" }, 10),
    line("container_threads", container, 5),
  );

export const kubeStateMetrics = (): string =>
  text(
    line("kube_pod_container_resource_limits", { ...container, resource: "memory", unit: "byte" }, 2 ** 30),
    line("kube_deployment_status_replicas_available", { namespace: "xpeditis-prod", deployment: "backend" }, 2),
    line("kube_deployment_spec_replicas", { namespace: "xpeditis-prod", deployment: "backend" }, 2),
    line("kube_secret_info", { namespace: "xpeditis-prod", secret: "backend-secrets" }, 1),
  );

export const application = (): string =>
  text(
    line("nodejs_eventloop_lag_p99_seconds", {}, 0.01),
    line("http_request_duration_seconds_count", { route: "/rates", method: "GET" }, 7),
  );
