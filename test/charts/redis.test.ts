import { describe, expect, test } from "vitest";

import { redis as chart } from "../../generator/charts/redis/index.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { environments, find, literalPasswords, manifestsOf, names, ofKind, overlaid } from "./releases.ts";

const s3 = { bucket: "backups" };
const durable = (more: Values = {}): Values => ({ redis: overlaid({ mode: "durable" }, more) });
const podOf = (values: Values = {}) => find(manifestsOf(values), "StatefulSet", "redis").spec?.template;
const redisConf = (values: Values): string => find(manifestsOf(values), "ConfigMap", "redis-config").data?.["redis.conf"] ?? "";
const backendEnv = (values: Values) =>
  find(manifestsOf(values), "Deployment", "backend").spec?.template.spec?.containers[0]?.env?.filter(({ name }) =>
    name.startsWith("REDIS"),
  );

describe("the backend's way to Redis", () => {
  test("is put together from the Service and a password that only Kubernetes reads", () => {
    const values = {
      global: { redis: { serviceName: "cache", port: 6390, secretName: "cache-users", username: "api", passwordKey: "api" } },
    };
    expect(backendEnv(values)).toEqual([
      { name: "REDIS_PASSWORD", valueFrom: { secretKeyRef: { name: "cache-users", key: "api" } } },
      { name: "REDIS_URL", value: "redis://api:$(REDIS_PASSWORD)@cache:6390" },
    ]);
    const manifests = manifestsOf(values);
    expect(find(manifests, "Service", "cache").spec?.ports).toEqual([{ name: "redis", port: 6390, targetPort: "redis" }]);
    expect(find(manifests, "ConfigMap", "redis-config").data?.["users.acl"]).toContain("user api on ~* ");
    expect(podOf(values)?.spec?.volumes?.find(({ name }) => name === "secrets")?.secret).toMatchObject({
      secretName: "cache-users",
      items: expect.arrayContaining([{ key: "api", path: "api" }]),
    });
  });

  test("is a key of its own Secret with an external Redis, and then no Redis is rendered", () => {
    const values = { global: { redis: { mode: "external" } }, redis: { enabled: false } };
    expect(backendEnv(values)).toEqual([{ name: "REDIS_URL", valueFrom: { secretKeyRef: { name: "backend-secrets", key: "REDIS_URL" } } }]);
    expect(names(manifestsOf(values)).filter((name) => name.includes("redis"))).toEqual([]);
  });

  test("does not keep migrations by hook from starting before the first Secret is there", () => {
    const values = { backend: { migrations: { mode: "hook" } }, redis: { secrets: literalPasswords } };
    const job = find(manifestsOf(values), "Job", "backend-migrate").spec?.template.spec?.containers[0];
    expect(job?.env?.find(({ name }) => name === "REDIS_PASSWORD")?.valueFrom?.secretKeyRef?.optional).toBe(true);
    expect(job?.env?.filter(({ name }) => name === "REDIS_URL")).toHaveLength(1);
  });
});

test.each([
  ["cache", "256Mi", {}, 201326592],
  ["durable", "256Mi", {}, 161061273],
  ["durable", "1Gi", {}, 644245094],
  ["cache", "1G", {}, 750000000],
  ["cache", "1Gi", { percentInCacheMode: 50 }, 536870912],
])("maxmemory in mode %s with a limit of %s and %j is %i bytes", (mode, memory, maxmemory, bytes) => {
  const values = { redis: { mode, maxmemory, resources: { requests: { memory }, limits: { memory } } } };
  expect(redisConf(values)).toContain(`\nmaxmemory ${bytes}\n`);
});

describe("mode cache", () => {
  test("has no claim, no backup and no user for them", () => {
    const manifests = manifestsOf();
    expect([...ofKind(manifests, "PersistentVolumeClaim"), ...ofKind(manifests, "CronJob")]).toEqual([]);
    expect(find(manifests, "ConfigMap", "redis-config").data?.["users.acl"]).not.toContain("user backup");
    expect(podOf()?.spec?.volumes?.find(({ name }) => name === "data")).toEqual({ name: "data", emptyDir: { sizeLimit: "64Mi" } });
    expect(podOf()?.spec?.containers[0]).not.toHaveProperty("lifecycle");
  });
});

describe("mode durable", () => {
  test("has a claim of its own that outlives the release, names its class, and is for one pod", () => {
    const claim = find(manifestsOf(durable()), "PersistentVolumeClaim", "redis-data");
    expect(claim.metadata?.annotations).toEqual({ "helm.sh/resource-policy": "keep" });
    expect(claim.spec).toEqual({
      accessModes: ["ReadWriteOncePod"],
      storageClassName: "local-path",
      resources: { requests: { storage: "10Gi" } },
    });
    expect(find(manifestsOf(durable()), "StatefulSet", "redis").spec).not.toHaveProperty("volumeClaimTemplates");
  });

  test("grows by a change of the claim alone", () => {
    const [before, after] = [durable(), durable({ persistence: { size: "20Gi" } })].map((values) => manifestsOf(values));
    const changed = (before ?? []).filter((manifest, index) => JSON.stringify(manifest) !== JSON.stringify(after?.[index]));
    expect(changed.map(({ object }) => `${object.kind}/${object.metadata.name}`)).toEqual(["PersistentVolumeClaim/redis-data"]);
  });

  test.each([
    [{ persistence: { storageClass: "fast" } }, { storageClass: "hcloud-retain" }, "fast"],
    [{}, { storageClass: "hcloud-retain" }, "hcloud-retain"],
  ])("with %j and global %j is on class %s", (more, global, expected) => {
    expect(find(manifestsOf({ ...durable(more), global }), "PersistentVolumeClaim", "redis-data").spec?.storageClassName).toBe(expected);
  });

  test("takes a claim that exists", () => {
    const values = durable({ persistence: { existingClaim: "of-old" } });
    expect(ofKind(manifestsOf(values), "PersistentVolumeClaim")).toEqual([]);
    expect(podOf(values)?.spec?.volumes).toContainEqual({ name: "data", persistentVolumeClaim: { claimName: "of-old" } });
  });
});

describe("the pod", () => {
  test("restarts for a changed configuration, and for nothing about backups", () => {
    const of = (more: Values) => JSON.stringify(podOf(durable(more)));
    expect(of({ extraConfig: ["timeout 300"] })).not.toBe(of({}));
    expect(of({ app: { channels: ["*"] } })).not.toBe(of({}));
    expect(of({ backup: { enabled: true, s3, keepDays: 3 } })).toBe(of({}));
    expect(of({ persistence: { size: "30Gi" }, networkPolicy: { internetPorts: [9000] }, service: { annotations: { a: "b" } } })).toBe(
      of({}),
    );
  });

  test("shows the Secret to its first container only, and each other one what it needs", () => {
    const { initContainers = [], containers = [] } = podOf(durable())?.spec ?? {};
    const mounts = [...initContainers, ...containers].map(({ name, volumeMounts = [] }) => [
      name,
      ...volumeMounts
        .filter((mount) => mount.name === "secrets" || mount.name === "run")
        .map((mount) => `${mount.name}/${mount.subPath ?? ""}`),
    ]);
    expect(mounts).toEqual([
      ["prepare", "secrets/", "run/"],
      ["exporter", "run/exporter"],
      ["redis", "run/server"],
    ]);
    expect(podOf()?.spec?.volumes?.find(({ name }) => name === "run")?.emptyDir?.medium).toBe("Memory");
  });

  test("has the exporter as a sidecar, or not at all", () => {
    expect(podOf()?.spec?.initContainers?.find(({ name }) => name === "exporter")?.restartPolicy).toBe("Always");
    const off = { redis: { metrics: { enabled: false } } };
    expect(podOf(off)?.spec?.initContainers?.map(({ name }) => name)).toEqual(["prepare"]);
    expect(find(manifestsOf(off), "ConfigMap", "redis-config").data?.["users.acl"]).not.toContain("exporter");
    expect(find(manifestsOf(off), "Service", "redis-headless").spec?.ports?.map(({ name }) => name)).toEqual(["redis"]);
  });

  test("has no PodDisruptionBudget: one pod must be allowed to move", () => {
    expect(ofKind(manifestsOf(durable()), "PodDisruptionBudget").filter(({ metadata }) => metadata?.name?.includes("redis"))).toEqual([]);
  });

  test.each([
    [{ repository: "valkey/valkey", tag: "8.1-alpine" }, "docker.io/valkey/valkey:8.1-alpine"],
    [{ digest: `sha256:${"ab".repeat(32)}` }, `docker.io/library/redis@sha256:${"ab".repeat(32)}`],
  ])("with the image %j runs %s in all its containers of Redis", (image, expected) => {
    const { initContainers = [], containers = [] } = podOf({ redis: { image } })?.spec ?? {};
    expect([initContainers[0]?.image, containers[0]?.image]).toEqual([expected, expected]);
  });
});

describe("backups", () => {
  test("never run twice at a time, and say where the endpoint is", () => {
    const values = { ...durable({ backup: { enabled: true, s3 } }), global: { objectStorage: { location: "hel1", region: "eu-central" } } };
    const { spec } = find(manifestsOf(values), "CronJob", "redis-backup");
    expect(spec).toMatchObject({ concurrencyPolicy: "Forbid", suspend: false, startingDeadlineSeconds: 3600, timeZone: "Etc/UTC" });
    const env = spec?.jobTemplate.spec?.template.spec?.containers[0]?.env ?? [];
    const value = (name: string) => env.find((variable) => variable.name === `RCLONE_CONFIG_STORAGE_${name}`)?.value;
    expect([value("ENDPOINT"), value("REGION")]).toEqual(["https://hel1.your-objectstorage.com", "eu-central"]);
  });

  test("rest while one is restored, and so does Redis", () => {
    const manifests = manifestsOf(durable({ backup: { enabled: true, s3 }, restore: { enabled: true } }));
    expect(find(manifests, "StatefulSet", "redis").spec?.replicas).toBe(0);
    expect(find(manifests, "CronJob", "redis-backup").spec?.suspend).toBe(true);
    expect(ofKind(manifests, "Job").filter(({ metadata }) => metadata?.name?.startsWith("redis-restore-"))).toHaveLength(1);
  });

  test("of another name are another Job, because a Job cannot be changed", () => {
    const job = (from: string) =>
      ofKind(manifestsOf(durable({ backup: { s3 }, restore: { enabled: true, from } })), "Job").map(({ metadata }) => metadata?.name);
    expect(job("latest")).not.toEqual(job("redis-20261124T031700Z.rdb"));
  });
});

test.each([...environments.keys()])("no password is in a ConfigMap or a pod, with %s", (name) => {
  const values = overlaid(environments.get(name) ?? {}, { global: { environment: "staging" }, redis: { secrets: literalPasswords } });
  const others = JSON.stringify(manifestsOf(values).filter(({ object }) => object.kind !== "Secret"));
  expect(others).not.toContain("password-of-");
});

test("alone, the chart is named after the release, but for what the backend looks for", () => {
  const alone = names(manifestsOf({}, { name: "blue" }, chart));
  expect(alone.filter((name) => !name.includes("/blue-redis"))).toEqual(["Service/redis-svc"]);
});
