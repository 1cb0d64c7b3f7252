import { describe, expect, test } from "vitest";

import { renderChart } from "../../generator/chart/render.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import { runHelm } from "../../generator/helm.ts";
import { helm, helmMajors } from "../helm/client.ts";
import { bundled, least, operator, passing } from "../fixtures/monitoring-switched.ts";
import {
  environments,
  installation,
  literalPasswords,
  literalSecrets,
  renderedByHelm,
  renderedInProcess,
  subchartFolder,
  umbrella,
} from "./releases.ts";

/** Everything that the environments leave off, switched on, in as few sets as the choices allow. */
const switchedOn = {
  "every switch, first choices": {
    global: {
      commonAnnotations: { team: "freight" },
      commonLabels: { team: "freight" },
      imageRegistry: "registry.example.com:5000",
      imagePullSecrets: ["mirror"],
      hosts: { api: "rates.example.com" },
      tls: { mode: "secret" },
      cloudflare: { enabled: true, originPulls: { enabled: true } },
      objectStorage: { bucket: "documents", endpoint: "https://s3.example.com" },
    },
    backend: {
      migrations: { mode: "hook" },
      secrets: { ...literalSecrets, reloader: true },
      realtime: { sticky: { enabled: true, maxAgeSeconds: 3600 } },
      env: { LOG_LEVEL: "debug", REMOVED: null },
      envValueFrom: { NODE_NAME: { fieldRef: { fieldPath: "spec.nodeName" } } },
      extraContainers: { proxy: { image: "envoyproxy/envoy:v1.34.0" } },
      initContainers: { warm: { image: "busybox:1.37.0" } },
      volumes: { certificates: { secret: { secretName: "carriers" } } },
      volumeMounts: { certificates: { mountPath: "/certificates", readOnly: true } },
      autoscaling: { memory: { mode: "resource" } },
      metrics: { monitor: { enabled: true, labels: { release: "monitoring" } } },
      rolloutRevision: "2",
      tolerations: [{ key: "apps", operator: "Exists" }],
    },
    edge: {
      enabled: true,
      loadBalancer: {
        networkZone: "eu-central",
        privateNetwork: { ipv4: "10.0.0.7", subnetRange: "10.0.0.0/24" },
        status: { hostname: "origin.example.com" },
        healthCheck: { protocol: "http", port: 0, http: { path: "/healthz", tls: false, statusCodes: ["2??"] } },
        annotations: { "example.com/team": "freight" },
      },
      traefik: { tolerations: [{ key: "edge", operator: "Exists" }], arguments: ["--log.level=INFO"], values: { hostNetwork: false } },
      storageClasses: { volumeLabels: ["team=freight", "tier=data"], encrypted: { enabled: true, filesystem: "xfs" } },
    },
    issuers: {
      enabled: true,
      email: "ops@example.com",
      annotations: { "helm.sh/resource-policy": "keep" },
      challenge: { type: "dns01", dns01: { mode: "external", external: { storeName: "vault", remoteKey: "cloudflare" } } },
    },
    ingress: { externalDns: { enabled: true, target: "origin.example.com" } },
    postgresql: {
      enabled: true,
      acceptUnused: true,
      instances: 3,
      image: { digest: `sha256:${"1".repeat(64)}` },
      extensions: { "uuid-ossp": null, citext: "1.6" },
      parameters: { work_mem: "8MB", shared_buffers: "1GB" },
      walStorage: { enabled: true, storageClass: "hcloud-encrypted" },
      nodeSelector: { pool: "database" },
      tolerations: [{ key: "pool", operator: "Exists" }],
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchFields: [] } }] },
      priorityClassName: "data",
      podLabels: { tier: "data" },
      podAnnotations: { team: "data" },
      imagePullSecrets: ["own"],
      bootstrap: { mode: "import", import: { host: "db.example.com", passwordSecret: "origin", caSecret: "origin-ca" } },
      pooler: { parameters: { server_idle_timeout: "60" }, tolerations: [{ operator: "Exists" }], nodeSelector: { pool: "apps" } },
      backup: { enabled: true, s3: { bucket: "backups", endpoint: "https://s3.example.com", region: "eu-west-1" } },
      secrets: { mode: "literal", literal: { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "s" } },
      networkPolicy: { extraIngress: [{ from: [{ podSelector: { matchLabels: { app: "tool" } } }] }], operatorPodLabels: { a: "b" } },
      metrics: { monitor: { enabled: true, labels: { release: "monitoring" } } },
    },
    redis: {
      mode: "durable",
      secrets: { ...literalPasswords, reloader: true },
      persistence: { storageClass: "hcloud-volumes", annotations: { team: "data" } },
      backup: { enabled: true, s3: { bucket: "backups", endpoint: "https://s3.example.com", secretName: "backup-credentials" } },
      extraConfig: ["slowlog-log-slower-than 20000"],
      tolerations: [{ key: "data", operator: "Exists" }],
      metrics: { monitor: { enabled: true } },
      volumes: { tools: { emptyDir: {} } },
      volumeMounts: { tools: { mountPath: "/tools" } },
      initContainers: { tune: { image: "busybox:1.37.0" } },
      extraContainers: { shell: { image: "busybox:1.37.0" } },
      rolloutRevision: "2",
    },
    monitoring: bundled,
    frontend: { metrics: { enabled: true }, serviceAccount: { create: false }, image: { digest: `sha256:${"0".repeat(64)}` } },
  },
  "every switch, second choices": {
    global: {
      tls: { mode: "certManager", issuerKind: "Issuer", issuer: "own" },
      postgresql: { mode: "cloudnativePG", clusterName: "restored" },
    },
    issuers: {
      enabled: true,
      accounts: {
        "letsencrypt-prod": null,
        own: {
          server: "https://acme.example.com/directory",
          profile: "tlsserver",
          preferredChain: "ISRG Root X1",
          caBundle: "UEVN",
          externalAccountBinding: { keyID: "kid-1", secretName: "binding", secretKey: "key" },
        },
      },
      challenge: { http01: { nodeSelector: { "kubernetes.io/arch": "amd64" }, tolerations: [{ key: "edge", operator: "Exists" }] } },
      certificate: { enabled: true, keyAlgorithm: "ECDSA", renewBeforePercentage: 33 },
    },
    postgresql: {
      enabled: true,
      retain: false,
      bootstrap: { mode: "recover", recover: { from: "postgresql", targetTime: "2026-11-24T03:17:00Z" } },
      backup: { s3: { bucket: "backups" } },
      secrets: { mode: "external", external: { storeName: "vault", remoteKey: "xpeditis/backups" } },
      pooler: { instances: 1, image: { digest: `sha256:${"2".repeat(64)}` } },
      extensions: { "uuid-ossp": null, pg_trgm: null },
    },
    ingress: { annotations: { "traefik.ingress.kubernetes.io/router.priority": "10" } },
    backend: {
      autoscaling: { engine: "keda", memory: { mode: "external" } },
      migrations: { mode: "initContainer" },
      secrets: { mode: "external", external: { storeName: "vault", remoteKey: "xpeditis/backend" } },
      extraContainers: { proxy: { image: "envoyproxy/envoy:v1.34.0" } },
      command: ["node", "dist/main.js"],
      image: { tag: "1.10" },
    },
    frontend: { autoscaling: { enabled: false }, replicas: 0 },
    redis: {
      mode: "durable",
      secrets: { mode: "external", external: { storeName: "vault", remoteKey: "xpeditis/redis" } },
      persistence: { existingClaim: "redis-of-old" },
      backup: { s3: { bucket: "backups" } },
      restore: { enabled: true, from: "redis-20261124T031700Z.rdb" },
      image: { repository: "valkey/valkey", tag: "8.1-alpine" },
    },
    monitoring: passing,
    extraObjects: { note: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "note" }, data: { text: "a: b" } } },
  },
  "TLS at the load balancer": {
    global: { tls: { mode: "loadBalancer" } },
    monitoring: operator,
    edge: {
      enabled: true,
      loadBalancer: {
        certificates: { names: ["one", "two"] },
        http: { stickySessions: false, cookieName: "node", cookieLifetimeSeconds: 60 },
      },
    },
  },
  "a certificate that Hetzner issues": {
    global: { tls: { mode: "loadBalancer" } },
    edge: { enabled: true, loadBalancer: { certificates: { managedDomains: ["example.com", "*.example.com"], managedName: "one" } } },
  },
  "TLS at Cloudflare": {
    global: { tls: { mode: "cloudflare", acceptUnencryptedOrigin: true }, cloudflare: { enabled: true } },
    edge: { enabled: true, loadBalancer: { http: { idleTimeoutSeconds: 60 } }, traefik: { accessLog: { enabled: false } } },
  },
  "as little as possible": {
    global: { traefik: { enabled: false }, networkPolicy: { enabled: false } },
    ingress: { enabled: false },
    backend: {
      secrets: { keys: { JWT_SECRET: null } },
      migrations: { mode: "none" },
      metrics: { enabled: false },
      realtime: { enabled: false },
      podDisruptionBudget: { enabled: false },
      dnsConfig: { options: null },
      shutdown: { preStopSeconds: 0 },
      networkPolicy: { internetPorts: [] },
    },
    frontend: { enabled: false },
    redis: { metrics: { enabled: false }, serviceAccount: { create: false } },
    monitoring: least,
  },
};

const sets = [...environments, ...Object.entries(switchedOn)];

describe.each(helmMajors)("helm %i renders what is evaluated", (major) => {
  test.each(sets)("with %s", async (_, values) => {
    const theirs = await renderedByHelm(major, values);
    const ours = renderedInProcess(values);
    expect(ours).toHaveProperty("objects");
    expect(ours).toEqual(theirs);
  });

  test.each(xpeditis.subcharts.map((chart) => [chart.name, chart] as const))("of %s alone", async (name, chart) => {
    expect(renderedInProcess({}, chart)).toEqual(await renderedByHelm(major, {}, subchartFolder(name)));
  });

  test.each(["v1.34.9", "v1.35.0-rc.1+k3s1", "v1.33.0"])("for Kubernetes %s", async (version) => {
    const into = { ...installation, kubeVersion: version };
    expect(renderedInProcess({}, undefined, into)).toEqual(await renderedByHelm(major, {}, umbrella, into));
  });
});

test.each(sets)("NOTES are what is evaluated, with %s", async (_, values) => {
  // Helm 3 asks a cluster for its version before it prints NOTES.
  const { stdout, stderr, code } = await runHelm(
    await helm(4),
    ["install", installation.name, umbrella, "--dry-run=client", "--namespace", installation.namespace, "--values", "-"],
    { input: `${JSON.stringify(values)}\n` },
  );
  expect({ code, stderr: stderr.replace(/^level=WARN.*\n/gm, "") }).toEqual({ code: 0, stderr: "" });
  // Without a cluster Helm assumes the Kubernetes that it was built with.
  const version = await runHelm(await helm(4), ["version", "--template", "{{.KubeClientVersion}}"]);
  const { notes } = renderChart(xpeditis, values, { ...installation, kubeVersion: version.stdout });
  expect(stdout.slice(stdout.indexOf("\nNOTES:\n") + "\nNOTES:\n".length).trimEnd()).toBe(notes.trimEnd());
});
