/** What users plausibly write where the schema says nothing. */
import fc from "fast-check";

import { hostileStrings } from "../values-fixture.ts";

/** Strings that YAML, Go or JSON read in ways of their own. Not NUL and DEL, which no YAML may hold. */
export const hostile = fc.oneof(
  fc.constantFrom(...hostileStrings),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: "binary-ascii", maxLength: 8 }).map((text) => text.replaceAll(/[\0\x7f]/gu, "")),
);

const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/u);
const matchLabels = fc.record({ matchLabels: fc.dictionary(name, name, { minKeys: 1, maxKeys: 2 }) });
const optional = <T extends Record<string, fc.Arbitrary<unknown>>>(fields: T) => fc.record(fields, { requiredKeys: [] });
const container = fc
  .tuple(
    fc.record({ image: name.map((word) => `${word}:1.0`) }),
    optional({
      args: fc.array(hostile, { maxLength: 2 }),
      command: fc.array(hostile, { minLength: 1, maxLength: 2 }),
      env: fc.uniqueArray(fc.record({ name: fc.constantFrom("A", "B"), value: hostile }), {
        selector: (variable) => variable.name,
        maxLength: 2,
      }),
    }),
  )
  .map(([needed, more]) => ({ ...needed, ...more }));
const peer = fc.oneof(fc.record({ podSelector: matchLabels }), fc.constant({ ipBlock: { cidr: "192.0.2.0/24" } }));
const rulePorts = fc.array(fc.record({ port: fc.integer({ min: 1, max: 65535 }), protocol: fc.constantFrom("TCP", "UDP") }), {
  minLength: 1,
  maxLength: 2,
});
const nodeTerms = fc.array(
  fc.record({
    matchExpressions: fc.tuple(
      fc.record({ key: name, operator: fc.constant("In"), values: fc.array(name, { minLength: 1, maxLength: 2 }) }),
    ),
  }),
  { minLength: 1, maxLength: 2 },
);

/** Plausible contents of what is handed to Kubernetes as it is, by the name of the value: an entry, an item or the whole. */
export const contents: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  affinity: fc.oneof(
    fc.constant({}),
    nodeTerms.map((nodeSelectorTerms) => ({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } })),
  ),
  dnsConfig: optional({
    nameservers: fc.constant(["192.0.2.53"]),
    options: fc.constantFrom([], [{ name: "ndots", value: "5" }], [{ name: "edns0" }]),
  }),
  envFrom: fc.oneof(
    fc.record({ secretRef: fc.record({ name }) }),
    fc.record({ configMapRef: fc.record({ name, optional: fc.boolean() }), prefix: fc.constant("X_") }),
  ),
  envValueFrom: fc.constantFrom(
    { fieldRef: { fieldPath: "status.podIP" } },
    { secretKeyRef: { name: "other", key: "y", optional: true } },
    { resourceFieldRef: { resource: "limits.memory" } },
  ),
  extraContainers: container,
  extraDataSources: fc.record({ name, type: fc.constant("prometheus"), url: fc.constant("https://metrics.example.com") }),
  extraEgress: fc.record({ to: fc.array(peer, { minLength: 1, maxLength: 2 }), ports: rulePorts }),
  extraIngress: fc.record({ from: fc.array(peer, { minLength: 1, maxLength: 2 }), ports: rulePorts }),
  extraObjects: fc
    .record({
      stem: fc.uuid(),
      data: fc.dictionary(
        name,
        hostile.filter((text) => !text.includes("{{")),
        { maxKeys: 3 },
      ),
    })
    .map(({ stem, data }) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: `extra-${stem}` }, data })),
  // Of Alertmanager's and Prometheus' own configuration.
  extraReceivers: fc.record({ name, webhook_configs: fc.constant([{ url: "https://hooks.example.com/a" }]) }),
  extraRoutes: fc.record({ receiver: fc.constant("null"), matchers: fc.constant(['severity="info"']) }),
  extraRules: fc.record({ name, rules: fc.constant([{ alert: "Down", expr: "up == 0" }]) }),
  extraScrapeConfigs: fc.record({ job_name: name, static_configs: fc.constant([{ targets: ["192.0.2.7:9100"] }]) }),
  hostAliases: fc.record({ ip: fc.constant("192.0.2.7"), hostnames: fc.array(name, { minLength: 1, maxLength: 2 }) }),
  initContainers: container,
  nodeAffinity: nodeTerms.map((nodeSelectorTerms) => ({ requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } })),
  podSecurityContext: optional({
    runAsUser: fc.integer({ min: 1, max: 65535 }),
    fsGroup: fc.integer({ min: 0, max: 65535 }),
    supplementalGroups: fc.constant([1000]),
  }),
  securityContext: optional({ readOnlyRootFilesystem: fc.boolean(), runAsUser: fc.integer({ min: 0, max: 65535 }) }),
  strategy: optional({ rollingUpdate: optional({ maxSurge: fc.constantFrom(1, 5, "25%"), maxUnavailable: fc.constantFrom(1, "10%") }) }),
  // Of Traefik's own chart.
  values: fc.constantFrom({}, { hostNetwork: false }, { experimental: { plugins: { x: { moduleName: "m", version: "v1" } } } }),
  tolerations: fc.oneof(
    fc.constant({ operator: "Exists" }),
    fc.record({ key: name, value: name, effect: fc.constantFrom("NoSchedule", "NoExecute") }),
  ),
  topologySpreadConstraints: fc.record({
    maxSkew: fc.integer({ min: 1, max: 9 }),
    topologyKey: fc.constant("topology.kubernetes.io/zone"),
    whenUnsatisfiable: fc.constantFrom("DoNotSchedule", "ScheduleAnyway"),
    labelSelector: matchLabels,
  }),
  volumeMounts: fc.record({ mountPath: name.map((word) => `/mnt/${word}`), readOnly: fc.boolean() }),
  volumes: fc.constantFrom(
    { emptyDir: {} },
    { emptyDir: { medium: "Memory", sizeLimit: "64Mi" } },
    { secret: { secretName: "s" } },
    { configMap: { name: "c" } },
  ),
};
