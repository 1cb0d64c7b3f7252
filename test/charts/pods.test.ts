import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import { describe, expect, test } from "vitest";

import type { RenderedManifest } from "../../generator/check/manifest.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { indexManifests } from "../../generator/check/lint/index-manifests.ts";
import { findPods } from "../../generator/check/lint/pods.ts";
import { environments, find, literalSecrets, manifestsOf, ofKind, overlaid } from "./releases.ts";

const apps = ["backend", "frontend"] as const;
const configOf = (values: Values, app: string) => find(manifestsOf(values), "ConfigMap", `${app}-config`).data ?? {};
const podOf = (values: Values, app: string) => find(manifestsOf(values), "Deployment", app).spec?.template;

/** Every pod that a release may ever start, with the annotations of its template. */
const podsOf = (manifests: readonly RenderedManifest[]) =>
  findPods(indexManifests(manifests)).map(({ manifest, spec, annotations }) => ({
    name: manifest.object.metadata.name,
    spec,
    annotations,
  }));

const containersOf = ({ containers, initContainers = [] }: IPodSpec): IContainer[] => [...initContainers, ...containers];

const restoring: Values = { redis: { mode: "durable", backup: { enabled: true, s3: { bucket: "backups" } }, restore: { enabled: true } } };
const modes: Values[] = [...["job", "hook", "initContainer"].map((mode) => ({ backend: { migrations: { mode } } })), restoring];
const everyPod = [...environments.values(), ...modes].flatMap((values) => podsOf(manifestsOf(values)));

/** Pods of the monitoring that read the host's figures and logs: the only ones outside of the standard (docs/monitoring.md). */
const readsHost = ["node-exporter", "opentelemetry-collector"];
/** Images whose files belong to a user of their own. */
const imageUsers: Readonly<Record<string, number>> = { alertmanager: 65534, grafana: 472, "kube-state-metrics": 65534, prometheus: 65534 };
/** Pods that ask the Kubernetes API. */
const asksApi = ["kube-state-metrics", "prometheus"];

describe("every pod", () => {
  test("satisfies the Pod Security Standard restricted, with a read-only root and a user that the host does not have", () => {
    expect(everyPod.length).toBeGreaterThan(30);
    for (const { name, spec } of everyPod.filter((pod) => !readsHost.includes(pod.name))) {
      const user = imageUsers[name] ?? 10001;
      expect({ name, ...spec.securityContext }).toMatchObject({
        name,
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        seccompProfile: { type: "RuntimeDefault" },
      });
      expect([spec.hostNetwork, spec.hostPID, spec.hostIPC, spec.hostUsers]).toEqual([undefined, undefined, undefined, undefined]);
    }
  });

  test("has containers that can neither gain rights nor write to their image", () => {
    for (const container of everyPod.flatMap(({ spec }) => containersOf(spec))) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
  });

  test("has no token of a service account, and no variables of other Services", () => {
    for (const { name, spec } of everyPod) {
      expect([name, spec.automountServiceAccountToken, spec.enableServiceLinks]).toEqual([name, asksApi.includes(name), false]);
    }
    for (const { automountServiceAccountToken } of [...environments.values()].flatMap((values) =>
      ofKind(manifestsOf(values), "ServiceAccount"),
    )) {
      expect(automountServiceAccountToken).toBe(false);
    }
  });

  test("reserves CPU, memory and disk in each container, and limits the latter two", () => {
    for (const { spec } of everyPod) {
      for (const { resources } of containersOf(spec)) {
        expect(Object.keys(resources?.requests ?? {}).toSorted()).toEqual(["cpu", "ephemeral-storage", "memory"]);
        expect(Object.keys(resources?.limits ?? {}).toSorted()).toEqual(["ephemeral-storage", "memory"]);
      }
    }
  });

  test("bounds its emptyDirs, and tells the cluster autoscaler that it may go in spite of them", () => {
    const scratch = everyPod.map(({ name, spec, annotations }) => {
      const emptyDirs = (spec.volumes ?? []).filter(({ emptyDir }) => emptyDir !== undefined);
      for (const { emptyDir } of emptyDirs) expect(emptyDir?.sizeLimit).toMatch(/^[0-9]+[MG]i$/);
      const onDisk = emptyDirs.filter(({ emptyDir }) => emptyDir?.medium !== "Memory");
      const named = annotations["cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"]?.split(",") ?? [];
      expect([name, ...named.toSorted()]).toEqual([name, ...onDisk.map((volume) => volume.name).toSorted()]);
      return onDisk.length;
    });
    expect(Math.max(...scratch)).toBe(2);
  });

  test("has a pinned image that is not pulled again", () => {
    for (const { spec } of everyPod)
      for (const { image, imagePullPolicy } of containersOf(spec)) {
        expect(image).toMatch(/^(ghcr|docker|quay|registry\.k8s)\.io\/[a-z0-9-]+\/[a-z0-9_-]+:v?[0-9]+\.[0-9]+\.[0-9]+(-alpine)?$/);
        expect(imagePullPolicy).toBe("IfNotPresent");
      }
  });
});

describe("a Deployment", () => {
  test.each(apps)("of the %s spreads its own pods over the nodes, and never waits for a node to do so", (app) => {
    const spec = podOf({}, app)?.spec;
    const own = {
      matchLabels: { "app.kubernetes.io/name": app, "app.kubernetes.io/instance": "xpeditis", "app.kubernetes.io/component": "server" },
    };
    expect(podOf({}, app)?.metadata?.labels).toEqual(own.matchLabels);
    expect(spec?.topologySpreadConstraints).toEqual([
      { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector: own },
    ]);
    expect(find(manifestsOf(), "Deployment", app).spec).toMatchObject({
      selector: own,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
  });

  test.each(apps)("of the %s goes on serving while Traefik learns that a pod leaves, and has time for what runs", (app) => {
    const { spec } = podOf({}, app) ?? {};
    const preStop = spec?.containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
    const drain = Number(configOf({}, app)["SHUTDOWN_DRAIN_MS"] ?? 0) / 1000;
    expect([preStop, drain, spec?.terminationGracePeriodSeconds]).toEqual(app === "backend" ? [10, 15, 60] : [10, 0, 45]);
  });

  test("of the backend serves until its readiness has failed: clients with a sticky cookie are sent there until then", () => {
    const { periodSeconds = 0, failureThreshold = 0 } = podOf({}, "backend")?.spec?.containers[0]?.readinessProbe ?? {};
    expect(Number(configOf({}, "backend")["SHUTDOWN_DRAIN_MS"]) / 1000).toBeGreaterThanOrEqual(periodSeconds * failureThreshold + 3);
  });

  test("has no preStop of zero seconds, which old clusters refuse", () => {
    expect(podOf({ backend: { shutdown: { preStopSeconds: 0 } } }, "backend")?.spec?.containers[0]).not.toHaveProperty("lifecycle");
  });

  test.each(apps)("of the %s has three probes on its public port, with room for a stall of a minute", (app) => {
    const { startupProbe, livenessProbe, readinessProbe } = podOf({}, app)?.spec?.containers[0] ?? {};
    for (const probe of [startupProbe, livenessProbe, readinessProbe]) expect(probe?.httpGet?.port).toBe("http");
    expect((livenessProbe?.periodSeconds ?? 0) * (livenessProbe?.failureThreshold ?? 0)).toBeGreaterThanOrEqual(60);
    expect(livenessProbe?.httpGet?.path).not.toBe(readinessProbe?.httpGet?.path);
  });

  test("restarts its pods for a changed variable or revision, and for nothing else", () => {
    const of = (values: Values) => JSON.stringify(podOf(values, "backend"));
    const plain = of({});
    expect(of({ backend: { env: { LOG_LEVEL: "debug" } } })).not.toBe(plain);
    expect(of({ backend: { rolloutRevision: "2" } })).not.toBe(plain);
    expect(of({ backend: { image: { tag: "2.0.0" } } })).not.toBe(plain);
    const harmless: Values[] = [
      { global: { commonLabels: { a: "b" }, commonAnnotations: { a: "b" } } },
      {
        backend: {
          service: { annotations: { a: "b" } },
          annotations: { a: "b" },
          autoscaling: { maxReplicas: 20 },
          revisionHistoryLimit: 9,
        },
      },
      { backend: { podDisruptionBudget: { enabled: false }, realtime: { sticky: { enabled: true } }, migrations: { keepSeconds: 60 } } },
      { frontend: { env: { A: "b" } }, ingress: { compress: false } },
    ];
    expect(harmless.filter((values) => of(values) !== plain)).toEqual([]);
  });

  test("keeps its selector whatever the labels", () => {
    const values = { global: { commonLabels: { team: "a" } }, backend: { podLabels: { tier: "api", "app.kubernetes.io/name": "mine" } } };
    const { selector, template } = find(manifestsOf(values), "Deployment", "backend").spec ?? {};
    expect(selector).toEqual(find(manifestsOf(), "Deployment", "backend").spec?.selector);
    expect(template?.metadata?.labels).toEqual({ ...selector?.matchLabels, tier: "api" });
  });
});

describe("the environment", () => {
  test("of the backend is the contract with the application", () => {
    const secret = podOf({}, "backend")?.spec?.containers[0]?.env?.map(({ name }) => name);
    expect(secret).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
      "DATABASE_DIRECT_URL",
      "DATABASE_URL",
      "JWT_SECRET",
      // Kubernetes only knows what is defined before.
      "REDIS_PASSWORD",
      "REDIS_URL",
    ]);
    expect(
      configOf(
        { global: { domain: "example.com", tls: { mode: "secret" }, objectStorage: { bucket: "documents", location: "nbg1" } } },
        "backend",
      ),
    ).toEqual({
      NODE_ENV: "production",
      NODE_OPTIONS: "--max-old-space-size=716",
      PORT: "4000",
      UV_THREADPOOL_SIZE: "8",
      KEEP_ALIVE_TIMEOUT: "5000",
      API_URL: "https://api.example.com",
      APP_URL: "https://app.example.com",
      DB_POOL_MAX: "10",
      MAX_UPLOAD_BYTES: "10485760",
      SHUTDOWN_DRAIN_MS: "15000",
      SOCKET_IO_PATH: "/socket.io",
      TRUST_PROXY_HOPS: "1",
      METRICS_PORT: "9464",
      METRICS_PATH: "/metrics",
      AWS_S3_ENDPOINT: "https://nbg1.your-objectstorage.com",
      AWS_S3_BUCKET: "documents",
      AWS_REGION: "eu-central-1",
      AWS_REQUEST_CHECKSUM_CALCULATION: "WHEN_REQUIRED",
      AWS_RESPONSE_CHECKSUM_VALIDATION: "WHEN_REQUIRED",
    });
  });

  test("has no object storage without a bucket, and no metrics without metrics", () => {
    const names = Object.keys(configOf({ backend: { metrics: { enabled: false } } }, "backend"));
    expect(names.filter((name) => /^(AWS|METRICS)_/.test(name))).toEqual([]);
  });

  test.each(["backend", "frontend"])("of the %s says where metrics are to be served", (chart) => {
    expect(configOf({ [chart]: { metrics: { enabled: true, port: 9999, path: "/other" } } }, chart)).toMatchObject({
      METRICS_PORT: "9999",
      METRICS_PATH: "/other",
    });
  });

  test("of the frontend has it listen on all addresses, call the backend inside, and outlive Traefik's idle connections", () => {
    expect(configOf({}, "frontend")).toMatchObject({
      HOSTNAME: "0.0.0.0",
      API_INTERNAL_URL: "http://backend-svc:4000",
      KEEP_ALIVE_TIMEOUT: "95000",
      APP_URL: "http://app.xpeditis.localhost",
    });
    expect(find(manifestsOf(), "ServersTransport", "frontend").spec?.forwardingTimeouts?.idleConnTimeout).toBe("90s");
    expect(find(manifestsOf(), "ServersTransport", "backend").spec?.forwardingTimeouts?.idleConnTimeout).toBe("4s");
  });

  test.each([
    ["1Gi", 70, 716],
    ["512Mi", 75, 384],
    ["1536Mi", 70, 1075],
    ["2Gi", 90, 1843],
    ["1G", 70, 667],
    ["900M", 50, 429],
    ["1048576Ki", 70, 716],
    ["2000000k", 70, 1334],
    ["256Mi", 10, 25],
  ])("gives Node.js a heap within the memory limit: %s at %i %% is %i MiB", (memory, heapPercent, heap) => {
    const values = { backend: { node: { heapPercent }, resources: { limits: { memory }, requests: { memory } } } };
    expect(configOf(values, "backend")["NODE_OPTIONS"]).toBe(`--max-old-space-size=${heap}`);
  });

  test("adds words to NODE_OPTIONS and loses none of its own", () => {
    const options = "--require ./telemetry.js --enable-source-maps";
    expect(configOf({ backend: { node: { options } } }, "backend")["NODE_OPTIONS"]).toBe(`--max-old-space-size=716 ${options}`);
  });

  test("of a user goes into the ConfigMap, and null takes a variable of an earlier file away", () => {
    expect(configOf(overlaid({ backend: { env: { A: "1", B: "2" } } }, { backend: { env: { B: null } } }), "backend")).toMatchObject({
      A: "1",
    });
    expect(configOf(overlaid({ backend: { env: { B: "2" } } }, { backend: { env: { B: null } } }), "backend")).not.toHaveProperty("B");
  });
});

describe("secrets", () => {
  test("of mode existing are somebody else's: nothing is rendered, whatever the name", () => {
    const manifests = manifestsOf({ backend: { secrets: { name: "mine", keys: { JWT_SECRET: "jwt", AWS_ACCESS_KEY_ID: null } } } });
    expect([...ofKind(manifests, "Secret"), ...ofKind(manifests, "ExternalSecret")]).toEqual([]);
    const env = find(manifests, "Deployment", "backend").spec?.template.spec?.containers[0]?.env;
    expect(env?.find(({ name }) => name === "JWT_SECRET")?.valueFrom).toEqual({ secretKeyRef: { name: "mine", key: "jwt" } });
    expect(env?.find(({ name }) => name === "AWS_ACCESS_KEY_ID")).toBeUndefined();
  });

  test("of mode external come from the store", () => {
    const manifests = manifestsOf({
      backend: { secrets: { mode: "external", external: { storeName: "vault", remoteKey: "prod/backend" } } },
    });
    expect(ofKind(manifests, "Secret")).toEqual([]);
    expect(find(manifests, "ExternalSecret", "backend-secrets")).toMatchObject({
      apiVersion: "external-secrets.io/v1",
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { kind: "ClusterSecretStore", name: "vault" },
        target: { name: "backend-secrets" },
        dataFrom: [{ extract: { key: "prod/backend" } }],
      },
    });
  });

  test("of mode literal are what the values say, and stand in no ConfigMap and no pod", () => {
    const odd = { ...(literalSecrets["literal"] as Record<string, string>), JWT_SECRET: 'é"\n{{ x }}\\ 😀' };
    const manifests = manifestsOf({ backend: { secrets: { mode: "literal", literal: odd } } });
    const { data = {} } = find(manifests, "Secret", "backend-secrets");
    expect(Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]))).toEqual(odd);
    const others = JSON.stringify(manifests.filter(({ object }) => object.kind !== "Secret"));
    for (const value of Object.values(odd)) expect(others).not.toContain(JSON.stringify(value).slice(1, -1));
  });

  test.each([...environments.keys()])("stand in no ConfigMap, with %s", (name) => {
    for (const { data = {} } of ofKind(manifestsOf(environments.get(name)), "ConfigMap")) {
      expect(Object.keys(data).filter((key) => /SECRET|PASSWORD|TOKEN|ACCESS_KEY|DATABASE.*URL|REDIS_URL/.test(key))).toEqual([]);
    }
  });

  test("can restart the pods through Reloader, by an annotation of the Deployment and not of its pods", () => {
    const { metadata, spec } = find(manifestsOf({ backend: { secrets: { reloader: true } } }), "Deployment", "backend");
    expect(metadata?.annotations).toEqual({ "secret.reloader.stakater.com/reload": "backend-secrets" });
    expect(Object.keys(spec?.template.metadata?.annotations ?? {})).not.toContain("secret.reloader.stakater.com/reload");
  });
});

describe("an image", () => {
  test.each([
    [{}, "ghcr.io/xpeditis/xpeditis-backend:1.0.0"],
    [{ tag: "1.10" }, "ghcr.io/xpeditis/xpeditis-backend:1.10"],
    [{ tag: "1.10", digest: `sha256:${"ab".repeat(32)}` }, `ghcr.io/xpeditis/xpeditis-backend@sha256:${"ab".repeat(32)}`],
    [{ registry: "" }, "xpeditis/xpeditis-backend:1.0.0"],
    [{ registry: "registry.example.com:5000", repository: "a/b" }, "registry.example.com:5000/a/b:1.0.0"],
  ])("with %j is %s", (image, expected) => {
    expect(podOf({ backend: { image } }, "backend")?.spec?.containers[0]?.image).toBe(expected);
  });

  test("comes from the mirror, for every container of the charts, migrations and tests included", () => {
    const values = {
      global: { imageRegistry: "mirror.example.com", imagePullSecrets: ["mirror"] },
      backend: { imagePullSecrets: ["own"] },
    };
    for (const { name, spec } of podsOf(manifestsOf(overlaid(values, restoring)))) {
      for (const { image } of containersOf(spec)) expect(image).toMatch(/^mirror\.example\.com\/(xpeditis|library|oliver006|rclone)\//);
      expect([name, spec.imagePullSecrets?.map((secret) => secret.name)]).toEqual([
        name,
        name.startsWith("backend") ? ["mirror", "own"] : ["mirror"],
      ]);
    }
  });
});
