import type { IContainerPort } from "kubernetes-models/v1/ContainerPort";
import type { IProbe } from "kubernetes-models/v1/Probe";
import type { Pod, PodContainer } from "./pods.ts";
import { containerRule, podRule } from "./rule.ts";
import type { Fault, Finding, Rule } from "./rule.ts";
import { podsOf } from "./services.ts";

/** Ports of containers, probes and Services fit together. */
export const portRules: readonly Rule[] = [
  probePort("liveness-port", "livenessProbe"),
  probePort("readiness-port", "readinessProbe"),
  probePort("startup-port", "startupProbe"),
  {
    id: "invalid-target-ports",
    askedBy: ["kube-linter/invalid-target-ports"],
    *check(release): Generator<Finding> {
      for (const service of release.all("Service")) {
        for (const pod of podsOf(release, service)) {
          for (const [index, port] of (service.object.spec?.ports ?? []).entries()) {
            const target = port.targetPort ?? port.port;
            if (declaresPort(pod, target, port.protocol ?? "TCP")) continue;
            yield {
              manifest: service.manifest,
              path: `spec.ports[${index}].targetPort`,
              message: `no container of ${pod.owner}/${pod.manifest.object.metadata.name} declares the ${port.protocol ?? "TCP"} port ${target}; write ${portList(pod)}`,
            };
          }
        }
      }
    },
  },
  {
    id: "unique-service-port",
    askedBy: [],
    *check(release): Generator<Finding> {
      for (const { manifest, object } of release.all("Service")) {
        const ports = object.spec?.ports ?? [];
        const faults = [
          ...twice(
            "spec.ports",
            ports.map(({ name }) => name),
            "name",
          ),
          ...twice(
            "spec.ports",
            ports.map(({ port, protocol }) => `${port}/${protocol ?? "TCP"}`),
            "port",
          ),
        ];
        for (const [path, message] of faults) yield { manifest, path, message };
        for (const [index, { name }] of ports.entries()) {
          if (ports.length < 2 || name !== undefined) continue;
          yield { manifest, path: `spec.ports[${index}].name`, message: "is not set; with several ports each needs one" };
        }
      }
    },
  },
  podRule("unique-container-port", [], function* (pod) {
    const ports = pod.containers
      .filter(({ init }) => !init)
      .flatMap(({ container, path }) => (container.ports ?? []).map((port, index) => ({ port, at: `${path}.ports[${index}]` })));
    const seen = new Map<string, string>();
    for (const { port, at } of ports) {
      const number = `${port.containerPort}/${port.protocol ?? "TCP"}`;
      for (const key of port.name === undefined ? [number] : [number, port.name]) {
        if (seen.has(key)) yield { path: at, message: `${key} is also the port at ${seen.get(key) ?? ""}; change one` };
        else seen.set(key, at);
      }
    }
  }),
  containerRule("port-name", [], function* ({ container }) {
    for (const [index, { name }] of (container.ports ?? []).entries()) {
      if (name === undefined || isPortName(name)) continue;
      yield [
        `ports[${index}].name`,
        `"${name}" is not a valid port name; write at most 15 lower-case letters, digits and single '-', with a letter among them`,
      ];
    }
  }),
  containerRule("ssh-port", ["kube-linter/ssh-port"], function* ({ container }) {
    for (const [index, { containerPort, protocol = "TCP" }] of (container.ports ?? []).entries()) {
      if (containerPort === 22 && protocol === "TCP") yield [`ports[${index}].containerPort`, "is SSH's port; use another"];
    }
  }),
  containerRule("host-port", ["polaris/hostPortSet"], function* ({ container }) {
    for (const [index, { hostPort = 0 }] of (container.ports ?? []).entries()) {
      if (hostPort !== 0) yield [`ports[${index}].hostPort`, "takes a port of the node; use a Service and leave it out"];
    }
  }),
  {
    id: "service-type",
    askedBy: ["kube-score/service-type"],
    *check(release): Generator<Finding> {
      for (const { manifest, object } of release.all("Service")) {
        if (object.spec?.type !== "NodePort") continue;
        yield { manifest, path: "spec.type", message: "NodePort opens a port on every node; write ClusterIP" };
      }
    },
  },
];

/** Whether a container of the pod that stays up declares the port, by number or name. */
export function declaresPort(pod: Pod, port: string | number, protocol: string): boolean {
  return portsOf(pod).some(
    ({ name, containerPort, protocol: declared = "TCP" }) =>
      declared === protocol && (typeof port === "number" ? containerPort === port : name === port),
  );
}

/** The pod's ports for a message: `http (4000), metrics (9100)`. */
export function portList(pod: Pod): string {
  const ports = portsOf(pod).map(({ name, containerPort }) => (name === undefined ? String(containerPort) : `${name} (${containerPort})`));
  return ports.length === 0 ? "a port that the container declares" : ports.join(" or ");
}

function portsOf(pod: Pod): IContainerPort[] {
  return pod.containers.filter(({ init }) => !init).flatMap(({ container }) => container.ports ?? []);
}

function probePort(id: string, field: "livenessProbe" | "readinessProbe" | "startupProbe"): Rule {
  return containerRule(id, [`kube-linter/${id}`], function* (each) {
    const probe = each.container[field];
    if (probe === undefined) return;
    const [handler, port] = probedPort(probe);
    if (port === undefined || containerDeclares(each, port)) return;
    yield [`${field}.${handler}.port`, `${port} is no port of this container; write ${portList(each.pod)}`];
  });
}

function probedPort({ grpc, httpGet, tcpSocket }: IProbe): readonly [handler: string, port: string | number | undefined] {
  if (httpGet !== undefined) return ["httpGet", httpGet.port];
  if (tcpSocket !== undefined) return ["tcpSocket", tcpSocket.port];
  return ["grpc", grpc?.port];
}

function containerDeclares({ container }: PodContainer, port: string | number): boolean {
  return (container.ports ?? []).some(({ name, containerPort }) => (typeof port === "number" ? containerPort === port : name === port));
}

function* twice(path: string, keys: readonly (string | undefined)[], field: string): Generator<Fault> {
  const seen = new Set<string>();
  for (const [index, key] of keys.entries()) {
    if (key === undefined) continue;
    if (seen.has(key)) yield [`${path}[${index}].${field}`, `${key} is written twice; change one`];
    seen.add(key);
  }
}

function isPortName(name: string): boolean {
  return name.length <= 15 && /[a-z]/.test(name) && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
}
