import type { IContainer } from "kubernetes-models/v1/Container";
import { describe, expect, test } from "vitest";

import type { Values } from "../../generator/values/defaults.ts";
import { find, literalSecrets, manifestsOf, names, ofKind, overlaid } from "./releases.ts";

const modeOf = (mode: string, more: Values = {}): Values => overlaid({ backend: { migrations: { mode } } }, more);
const jobs = (values: Values) => ofKind(manifestsOf(values), "Job");
const hookOf = ({ metadata }: { metadata?: { annotations?: Readonly<Record<string, string>> } }) => metadata?.annotations?.["helm.sh/hook"];
/** Secrets that a container cannot start without. */
const secretsOf = ({ env = [] }: IContainer) => {
  const keys = env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []).filter(({ optional }) => optional !== true);
  return [...new Set(keys.map(({ name }) => name))];
};

describe("mode job, for any delivery tool", () => {
  test("is an ordinary Job, no hook of anybody's", () => {
    const [job] = jobs(modeOf("job"));
    expect(Object.keys(job?.metadata?.annotations ?? {})).toEqual([]);
    expect(job?.metadata?.name).toMatch(/^backend-migrate-[0-9a-f]{8}$/);
    expect(job?.spec).toMatchObject({ backoffLimit: 2, activeDeadlineSeconds: 600, ttlSecondsAfterFinished: 86400 });
    expect(job?.spec?.template.spec).toMatchObject({ restartPolicy: "Never", serviceAccountName: "backend" });
  });

  const nameWith = (backend: Values) => jobs(modeOf("job", { backend }))[0]?.metadata?.name;

  test.each([
    ["the image", { image: { tag: "2.0.0" } }],
    ["its digest", { image: { digest: `sha256:${"0".repeat(64)}` } }],
    ["a variable", { env: { LOG_LEVEL: "debug" } }],
    ["the command", { migrations: { command: ["node", "migrate.js"] } }],
    ["the Secret", { secrets: { name: "other" } }],
    [
      "anything else of its pod, which Kubernetes lets nobody change",
      { tolerations: [{ operator: "Exists" }], resources: { limits: { memory: "2Gi" } } },
    ],
  ])("has a new name with %s", (_, values) => {
    expect(nameWith(values)).not.toBe(nameWith({}));
  });

  test.each([
    ["what only the server has", { replicas: 5, autoscaling: { maxReplicas: 20 }, probes: { liveness: { periodSeconds: 20 } } }],
    ["what Kubernetes lets change", { migrations: { keepSeconds: 60 } }],
    ["labels of objects", { metrics: { monitor: { enabled: true } }, service: { annotations: { a: "b" } } }],
  ])("keeps its name with %s", (_, values) => {
    expect(nameWith(values)).toBe(nameWith({}));
  });

  test("keeps its name with labels and annotations for everything", () => {
    const values = modeOf("job", { global: { commonLabels: { team: "a" }, commonAnnotations: { a: "b" } } });
    expect(jobs(values)[0]?.metadata?.name).toBe(nameWith({}));
  });
});

describe("mode hook, before anything else of the release is there", () => {
  const values = modeOf("hook", { backend: { secrets: literalSecrets } });
  const hooks = manifestsOf(values).filter(({ object }) => hookOf(object) === "pre-install,pre-upgrade");

  test("brings its own account, configuration and Secret, under names of their own", () => {
    expect(names(hooks)).toEqual([
      "ConfigMap/backend-migrate-config",
      "Job/backend-migrate",
      "Secret/backend-migrate-secrets",
      "ServiceAccount/backend-migrate",
    ]);
    const { spec } = find(hooks, "Job", "backend-migrate").spec?.template ?? {};
    expect(spec?.serviceAccountName).toBe("backend-migrate");
    for (const container of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
      expect(secretsOf(container)).toEqual(["backend-migrate-secrets"]);
    }
    expect(spec?.containers[0]?.envFrom).toEqual([{ configMapRef: { name: "backend-migrate-config" } }]);
    const manifests = manifestsOf(values);
    expect(find(hooks, "ConfigMap", "backend-migrate-config").data).toEqual(find(manifests, "ConfigMap", "backend-config").data);
    expect(find(hooks, "Secret", "backend-migrate-secrets").data).toEqual(find(manifests, "Secret", "backend-secrets").data);
  });

  test("can run again after a failure: each hook names both delete policies, and what it needs comes first", () => {
    for (const { object } of hooks) {
      expect(object.metadata.annotations?.["helm.sh/hook-delete-policy"]).toBe("before-hook-creation,hook-succeeded");
      const weight = Number(object.metadata.annotations?.["helm.sh/hook-weight"]);
      expect([object.kind, Math.sign(weight)]).toEqual([object.kind, object.kind === "Job" ? 0 : -1]);
    }
  });

  test("reads the Secret that somebody else has created, with mode existing", () => {
    const job = find(manifestsOf(modeOf("hook")), "Job", "backend-migrate");
    expect(secretsOf(job.spec?.template.spec?.containers[0] ?? { name: "" })).toEqual(["backend-secrets"]);
    expect(names(manifestsOf(modeOf("hook")))).not.toContain("Secret/backend-migrate-secrets");
  });

  test("runs under the account that the values name, if the chart creates none", () => {
    const manifests = manifestsOf(modeOf("hook", { backend: { serviceAccount: { create: false, name: "shared" } } }));
    expect(find(manifests, "Job", "backend-migrate").spec?.template.spec?.serviceAccountName).toBe("shared");
    expect(names(manifests)).not.toContain("ServiceAccount/backend-migrate");
  });
});

test("mode initContainer migrates in every pod, and there is no Job", () => {
  const values = modeOf("initContainer");
  expect(jobs(values)).toEqual([]);
  const containers = find(manifestsOf(values), "Deployment", "backend").spec?.template.spec?.initContainers;
  expect(containers?.map(({ name }) => name)).toEqual(["wait-for-database", "migrate"]);
});

test("mode none migrates nowhere", () => {
  const values = modeOf("none");
  expect(jobs(values)).toEqual([]);
  expect(find(manifestsOf(values), "Deployment", "backend").spec?.template.spec).not.toHaveProperty("initContainers");
  expect(names(manifestsOf(values))).not.toContain("NetworkPolicy/backend-migrate");
});

test.each(["job", "hook", "initContainer"])("mode %s waits for the database and takes the direct connection", (mode) => {
  const manifests = manifestsOf(modeOf(mode));
  const pod = mode === "initContainer" ? find(manifests, "Deployment", "backend") : ofKind(manifests, "Job")[0];
  const { initContainers = [], containers = [] } = pod?.spec?.template.spec ?? {};
  const [wait, migrate] = mode === "initContainer" ? initContainers : [initContainers[0], containers[0]];
  expect([wait?.name, migrate?.name]).toEqual(["wait-for-database", "migrate"]);
  for (const container of [wait, migrate]) {
    const urls = container?.env?.filter(({ name }) => name === "DATABASE_URL");
    expect(urls).toEqual([{ name: "DATABASE_URL", valueFrom: { secretKeyRef: { name: "backend-secrets", key: "DATABASE_DIRECT_URL" } } }]);
  }
  expect(migrate?.command).toEqual(["node", "node_modules/typeorm/cli.js", "migration:run", "-d", "dist/data-source.js"]);
});

test("a variable that comes from elsewhere is given once, the URL of migrations stays the direct one", () => {
  const values = {
    backend: {
      secrets: { keys: { DATABASE_URL: null } },
      envValueFrom: {
        DATABASE_URL: { secretKeyRef: { name: "pool", key: "url" } },
        NODE_NAME: { fieldRef: { fieldPath: "spec.nodeName" } },
      },
    },
  };
  const migrate = jobs(values)[0]?.spec?.template.spec?.containers[0];
  const variables = migrate?.env?.map(({ name }) => name) ?? [];
  expect(variables.toSorted()).toEqual([...new Set(variables)].toSorted());
  expect(variables).toContain("NODE_NAME");
  expect(migrate?.env?.find(({ name }) => name === "DATABASE_URL")?.valueFrom?.secretKeyRef?.key).toBe("DATABASE_DIRECT_URL");
});
