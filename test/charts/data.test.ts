/** PostgreSQL, and the way from one production file to the other. */
import type { ICluster } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster";
import type { IDatabase } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Database";
import type { IPooler } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Pooler";
import type { IContainer } from "kubernetes-models/v1/Container";
import { describe, expect, test } from "vitest";

import type { RenderedManifest } from "../../generator/check/manifest.ts";
import type { ObjectStore } from "../../generator/charts/postgresql/barman.ts";
import { renderChart } from "../../generator/chart/render.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { environments, find, installation, manifestsOf, names, ofKind, overlaid } from "./releases.ts";

interface Kinds {
  readonly Cluster: ICluster;
  readonly Database: IDatabase;
  readonly ObjectStore: ObjectStore;
  readonly Pooler: IPooler;
}

/** The one object of a kind that CloudNativePG or its plugin serves. */
function only<K extends keyof Kinds>(manifests: readonly RenderedManifest[], kind: K): Kinds[K] {
  const found = manifests.filter(({ object }) => object.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} objects are a ${kind}`);
  return found[0]?.object as unknown as Kinds[K];
}

const cluster = (...postgresql: Values[]): Values => ({
  global: { postgresql: { mode: "cloudnativePG" } },
  postgresql: overlaid({ enabled: true }, ...postgresql),
});
const specOf = (...postgresql: Values[]) => only(manifestsOf(cluster(...postgresql)), "Cluster").spec;

describe("the cluster", () => {
  test("computes its memory from the limit, and takes other settings over that", () => {
    expect(specOf({ resources: { limits: { memory: "4Gi" } }, maxConnections: 150 }).postgresql?.parameters).toEqual({
      max_connections: "150",
      shared_buffers: "1024MB",
      effective_cache_size: "3072MB",
      maintenance_work_mem: "204MB",
    });
    expect(specOf({ parameters: { shared_buffers: "2GB", work_mem: "8MB" } }).postgresql?.parameters).toMatchObject({
      shared_buffers: "2GB",
      work_mem: "8MB",
    });
  });

  test.each([
    [1, false],
    [2, true],
  ])("%i: a budget for evictions is %s", (instances, enablePDB) => {
    expect(specOf({ instances })).toMatchObject({ instances, enablePDB, enableSuperuserAccess: false });
  });

  test("names the class of its volumes", () => {
    const manifests = manifestsOf(
      overlaid(cluster({ walStorage: { enabled: true, storageClass: "fast" } }), { global: { storageClass: "hcloud-retain" } }),
    );
    expect(only(manifests, "Cluster").spec).toMatchObject({
      storage: { storageClass: "hcloud-retain", size: "20Gi" },
      walStorage: { storageClass: "fast", size: "10Gi" },
    });
    expect(specOf()).not.toHaveProperty("walStorage");
  });

  test("has an image whose version the operator can read, by digest too", () => {
    const digest = `sha256:${"1".repeat(64)}`;
    expect(specOf({ image: { digest } }).imageName).toMatch(new RegExp(`^ghcr.io/cloudnative-pg/postgresql:15\\.[0-9]+-.*@${digest}$`));
  });

  test("has a certificate for the pooler's names, which the backend verifies", () => {
    const manifests = manifestsOf(cluster());
    const [main] = find(manifests, "Deployment", "backend").spec?.template.spec?.containers ?? [];
    const url = main?.env?.find(({ name }) => name === "DATABASE_URL")?.value ?? "";
    expect(only(manifests, "Cluster").spec.certificates?.serverAltDNSNames).toContain(/@([^:]+):/.exec(url)?.[1]);
  });

  test("starts empty, as a copy, or from a backup", () => {
    expect(specOf().bootstrap).toEqual({
      initdb: {
        database: "xpeditis",
        owner: "xpeditis",
        dataChecksums: true,
        encoding: "UTF8",
        localeCollate: "C.UTF-8",
        localeCType: "C.UTF-8",
      },
    });
    const imported = specOf({
      bootstrap: { mode: "import", import: { host: "ep-one.neon.tech", database: "neondb", user: "neondb_owner", passwordSecret: "neon" } },
    });
    expect(imported.bootstrap?.initdb?.import).toEqual({
      type: "microservice",
      databases: ["neondb"],
      source: { externalCluster: "origin" },
    });
    expect(imported.externalClusters).toEqual([
      {
        name: "origin",
        connectionParameters: { host: "ep-one.neon.tech", port: "5432", user: "neondb_owner", dbname: "neondb", sslmode: "require" },
        password: { name: "neon", key: "password" },
      },
    ]);
    const values = overlaid(
      cluster({
        backup: { enabled: true, s3: { bucket: "b" } },
        bootstrap: { mode: "recover", recover: { from: "postgresql", targetTime: "2026-11-24T03:17:00Z" } },
      }),
      { global: { postgresql: { clusterName: "postgresql-2" } } },
    );
    const recovered = only(manifestsOf(values), "Cluster");
    expect(recovered.metadata?.name).toBe("postgresql-2");
    expect(recovered.spec.bootstrap?.recovery).toMatchObject({ source: "origin", recoveryTarget: { targetTime: "2026-11-24T03:17:00Z" } });
    // It reads the old cluster's folder and writes into its own.
    const plugin = {
      name: "barman-cloud.cloudnative-pg.io",
      parameters: { barmanObjectName: "postgresql-backups", serverName: "postgresql" },
    };
    expect(recovered.spec.externalClusters).toEqual([{ name: "origin", plugin }]);
    expect(recovered.spec.plugins).toEqual([
      { name: plugin.name, isWALArchiver: true, parameters: { barmanObjectName: "postgresql-backups" } },
    ]);
  });
});

test("extensions come with the database, and can be left out", () => {
  expect(only(manifestsOf(cluster()), "Database").spec.extensions).toEqual([{ name: "pg_trgm" }, { name: "uuid-ossp" }]);
  expect(only(manifestsOf(cluster({ extensions: { pg_trgm: null, citext: "1.6" } })), "Database").spec.extensions).toEqual([
    { name: "citext", version: "1.6" },
    { name: "uuid-ossp" },
  ]);
});

test("the pooler pools transactions, within the budget", () => {
  const { spec } = only(manifestsOf(cluster({ pooler: { parameters: { query_wait_timeout: "30" } } })), "Pooler");
  expect(spec).toMatchObject({ cluster: { name: "postgresql" }, instances: 2, type: "rw" });
  expect(spec.pgbouncer).toEqual({
    poolMode: "transaction",
    parameters: { default_pool_size: "30", max_client_conn: "1000", max_prepared_statements: "200", query_wait_timeout: "30" },
  });
});

test.each([
  [{ location: "nbg1" }, {}, "https://nbg1.your-objectstorage.com"],
  [{ endpoint: "https://s3.example.com" }, {}, "https://s3.example.com"],
  [{ endpoint: "https://s3.example.com" }, { endpoint: "https://backups.example.com" }, "https://backups.example.com"],
])("backups go where the documents do (%j), unless told otherwise (%j)", (objectStorage, s3, endpointURL) => {
  const values = overlaid({ global: { objectStorage } }, cluster({ backup: { enabled: true, s3: { bucket: "backups", ...s3 } } }));
  const { configuration, instanceSidecarConfiguration } = only(manifestsOf(values), "ObjectStore").spec;
  expect(configuration).toMatchObject({ endpointURL, destinationPath: "s3://backups/postgresql" });
  expect(instanceSidecarConfiguration?.env).toContainEqual({ name: "AWS_REQUEST_CHECKSUM_CALCULATION", value: "when_required" });
});

describe("the backend's way to PostgreSQL", () => {
  const environmentOf = ({ env = [] }: IContainer) =>
    Object.fromEntries(
      env
        .filter(({ name }) => name.startsWith("DATABASE_"))
        .map(({ name, value, valueFrom }) => [name, value ?? `${valueFrom?.secretKeyRef?.name}/${valueFrom?.secretKeyRef?.key}`]),
    );
  const credentials = {
    DATABASE_USER: "postgresql-app/username",
    DATABASE_PASSWORD: "postgresql-app/password",
    DATABASE_NAME: "postgresql-app/dbname",
  };
  const url = (service: string) =>
    `postgresql://$(DATABASE_USER):$(DATABASE_PASSWORD)@${service}:5432/$(DATABASE_NAME)?sslmode=verify-full&sslrootcert=/etc/postgresql/ca.crt`;
  const containers = (values: Values) => {
    const manifests = manifestsOf(values);
    const [server] = find(manifests, "Deployment", "backend").spec?.template.spec?.containers ?? [];
    const { initContainers = [], containers: [migrate] = [] } = ofKind(manifests, "Job")[0]?.spec?.template.spec ?? {};
    return [server, initContainers[0], migrate].map((container) => environmentOf(container ?? { name: "" }));
  };

  test("external: URLs out of its own Secret", () => {
    const direct = { DATABASE_URL: "backend-secrets/DATABASE_DIRECT_URL" };
    expect(containers({})).toEqual([
      { DATABASE_URL: "backend-secrets/DATABASE_URL", DATABASE_DIRECT_URL: "backend-secrets/DATABASE_DIRECT_URL" },
      direct,
      { ...direct, DATABASE_DIRECT_URL: "backend-secrets/DATABASE_DIRECT_URL" },
    ]);
  });

  test("cloudnativePG: through the pooler, and past it for migrations", () => {
    const direct = { ...credentials, DATABASE_URL: url("postgresql-rw"), DATABASE_DIRECT_URL: url("postgresql-rw") };
    expect(containers(cluster())).toEqual([{ ...direct, DATABASE_URL: url("postgresql-pooler") }, direct, direct]);
  });

  test("the variables of a URL stand before it, or Kubernetes would not put them in", () => {
    const [server] = find(manifestsOf(cluster()), "Deployment", "backend").spec?.template.spec?.containers ?? [];
    const order = server?.env?.map(({ name }) => name) ?? [];
    for (const name of Object.keys(credentials)) expect(order.indexOf(name)).toBeLessThan(order.indexOf("DATABASE_URL"));
  });

  test("sees the authority of the certificates and not its key", () => {
    const pod = find(manifestsOf(cluster()), "Deployment", "backend").spec?.template.spec;
    expect(pod?.volumes).toContainEqual({
      name: "postgresql-ca",
      secret: { secretName: "postgresql-ca", items: [{ key: "ca.crt", path: "ca.crt" }] },
    });
  });
});

describe("from one production file to the other", () => {
  const mvp = environments.get("production-mvp") ?? {};
  const production = environments.get("production") ?? {};
  const without = (from: readonly RenderedManifest[], others: readonly RenderedManifest[]) => {
    const there = new Set(names(others));
    return from.filter(({ object }) => !there.has(`${object.kind}/${object.metadata.name}`) && !isPassing(object));
  };
  // Jobs of migrations have a new name with each configuration, and hooks come and go.
  const isPassing = ({ kind, metadata }: RenderedManifest["object"]) =>
    kind === "Job" || metadata.annotations?.["helm.sh/hook"] !== undefined;
  const isKept = ({ object }: RenderedManifest) => object.metadata.annotations?.["helm.sh/resource-policy"] === "keep";

  test("production-mvp.yaml to production.yaml takes nothing away", () => {
    expect(names(without(manifestsOf(mvp), manifestsOf(production)))).toEqual(
      // KEDA takes over the autoscalers that were there.
      ["HorizontalPodAutoscaler/backend-hpa", "HorizontalPodAutoscaler/frontend-hpa"],
    );
  });

  test("production.yaml to production-mvp.yaml leaves everything that data need", () => {
    const gone = without(manifestsOf(production), manifestsOf(mvp)).filter(
      ({ object }) => object.metadata.namespace === installation.namespace,
    );
    expect(names(gone.filter(isKept))).toEqual([
      "Cluster/postgresql",
      "Database/postgresql",
      "NetworkPolicy/postgresql",
      "ObjectStore/postgresql-backups",
      "PersistentVolumeClaim/redis-data",
      "ScheduledBackup/postgresql",
    ]);
    const kinds = new Set(gone.filter((manifest) => !isKept(manifest)).map(({ object }) => object.kind));
    for (const kind of ["Cluster", "Database", "ObjectStore", "PersistentVolumeClaim", "ScheduledBackup", "Secret"])
      expect(kinds).not.toContain(kind);
  });

  test("uninstalling leaves the same, and retain: false only what the cluster itself keeps", () => {
    const kept = (values: Values) => names(manifestsOf(values).filter(isKept)).filter((name) => name.includes("postgresql"));
    expect(kept(production)).toHaveLength(5);
    expect(kept(cluster({ retain: false }))).toEqual([]);
  });

  test("no pod of production.yaml needs the URLs of the managed services, so that they can be taken out of the Secret", () => {
    const keysOf = (values: Values) =>
      manifestsOf(values).flatMap(({ object }) =>
        [...JSON.stringify(object).matchAll(/"secretKeyRef":\{"name":"backend-secrets","key":"([A-Z_]+)"/g)].map(([, key]) => key),
      );
    const urls = ["DATABASE_DIRECT_URL", "DATABASE_URL", "REDIS_URL"];
    expect([...new Set(keysOf(mvp))].filter((key) => urls.includes(key ?? "")).toSorted()).toEqual(urls);
    expect(keysOf(production).filter((key) => urls.includes(key ?? ""))).toEqual([]);
  });

  test("what the operator has to create is what NOTES say", () => {
    const { requires, notes } = renderChart(xpeditis, production, installation);
    const ours = requires.map(({ name }) => name).filter((name) => /postgresql/.test(name));
    expect(ours.toSorted()).toEqual(["postgresql-app", "postgresql-ca", "postgresql-secrets"]);
    expect(notes).toContain('PostgreSQL\'s backups need the Secret "postgresql-secrets"');
    expect(notes).not.toContain("DATABASE_URL=");
  });
});
