import { internetClass } from "../cluster/harness/real/network.ts";
import { objectStorage, postgresql } from "./images/programs.ts";

/**
 * What production has from others: a PostgreSQL, an S3 server and a receiver of alerts, as pods that are somewhere on the internet. The
 * servers of HTTP are where those on the internet are, on port 443, without TLS.
 */
export const outside = {
  namespace: "outside",
  database: {
    password: "database-password",
    url: "postgresql://xpeditis:database-password@postgresql.outside:5432/xpeditis?sslmode=disable",
  },
  objectStorage: {
    endpoint: "http://s3.outside:443",
    accessKeyId: "test-access-key",
    secretAccessKey: "test-secret-key",
    region: "eu-central-1",
  },
  /** Receiver of alerts. */
  alerts: "http://alerts.outside:443",
} as const;

/** The database alone, so that a test can let it come late. */
export function databaseObjects(): object[] {
  return workload("postgresql", `docker.io/${postgresql.name}`, 5432, {
    env: [{ name: "PASSWORD", value: outside.database.password }],
    // Not `pg_isready` alone: while the first start makes the database, a server without network answers it.
    readinessProbe: {
      exec: { command: ["psql", "-h", "127.0.0.1", "-U", "xpeditis", "-c", "select 1"] },
      periodSeconds: 1,
      timeoutSeconds: 5,
    },
    extraEnv: [{ name: "PGPASSWORD", value: outside.database.password }],
  });
}

/** @param buckets names of the buckets that are there, as their owner made them. */
export function objectStorageObjects(buckets: readonly string[]): object[] {
  const folders = buckets.map((bucket) => `/data/buckets/${bucket}`).join(" ");
  const { accessKeyId, secretAccessKey, region } = outside.objectStorage;
  return workload("s3", `docker.io/${objectStorage.name}`, 443, {
    command: [
      "sh",
      "-c",
      `mkdir -p /data/metadata ${folders} && exec versitygw --port :443 --region ${region} posix --sidecar /data/metadata /data/buckets`,
    ],
    env: [
      { name: "ROOT_ACCESS_KEY", value: accessKeyId },
      { name: "ROOT_SECRET_KEY", value: secretAccessKey },
    ],
    readinessProbe: { tcpSocket: { port: 443 }, periodSeconds: 1 },
  });
}

/** A Redis that keeps its data in memory only. */
export function forgetfulRedisObjects(image: string): object[] {
  return workload("forgetful-redis", image, 6379, {
    command: ["redis-server", "--save", "", "--appendonly", "no", "--protected-mode", "no", "--dir", "/tmp"],
    env: [],
    readinessProbe: { tcpSocket: { port: 6379 }, periodSeconds: 1 },
  });
}

interface Extra {
  readonly command?: readonly string[];
  readonly env: readonly object[];
  readonly extraEnv?: readonly object[];
  readonly readinessProbe: object;
}

/** A Deployment of one pod, and its Service. */
export function workload(name: string, image: string, port: number, { env, extraEnv = [], ...container }: Extra): object[] {
  const labels = { app: name };
  const metadata = { name, namespace: outside.namespace };
  const mounts = ["data", "tmp"];
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: outside.namespace } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        strategy: { type: "Recreate" },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            runtimeClassName: internetClass,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 5,
            securityContext: { runAsUser: 20_001, runAsGroup: 20_001, fsGroup: 20_001 },
            containers: [
              {
                name,
                image,
                ...container,
                env: [...env, ...extraEnv],
                volumeMounts: [
                  { name: "data", mountPath: "/data" },
                  { name: "tmp", mountPath: "/tmp" },
                ],
              },
            ],
            volumes: mounts.map((each) => ({ name: each, emptyDir: {} })),
          },
        },
      },
    },
    { apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels, ports: [{ port }] } },
  ];
}
