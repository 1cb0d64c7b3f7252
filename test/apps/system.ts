/** The backend as the chart renders it, on a real PostgreSQL, on the chart's own Redis and on a real S3 server. */
import { createHmac } from "node:crypto";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";

import { backend as chart } from "../../generator/charts/backend/index.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { find, installation, manifestsOf, ofKind, overlaid } from "../charts/releases.ts";
import { createPod, type Pod, type Running, type World } from "../programs/container.ts";
import { freePort } from "../programs/ports.ts";
import { install, passwords, startServer, type Server } from "../programs/redis-release.ts";
import { startObjectStore, type ObjectStore } from "../programs/s3.ts";
import { imageConfig, imageFolder } from "./build.ts";
import { startCarriers, type Carriers } from "./carriers.ts";
import { createPostgresql, type Postgresql } from "./postgresql.ts";

/** Signs the tokens that the backend believes. */
export const jwtSecret = "only for tests";

/** What the backend needs around it, until it is disposed of. */
export interface System extends AsyncDisposable {
  readonly postgresql: Postgresql;
  readonly redis: Server;
  readonly redisPort: number;
  readonly storage: ObjectStore;
  /** Folder of the bucket for documents. */
  readonly documents: string;
  readonly carriers: Carriers;
  /** Database that pods started from now on use. */
  database: string;
  /** A pod of the chart as it is rendered with values for this system and the given ones. */
  pod(of: "server" | "migration", values?: Values): Promise<RenderedPod>;
}

export interface RenderedPod {
  readonly spec: IPodSpec;
  readonly world: World;
  /** Of the application, on this machine. */
  readonly port: number;
  readonly metricsPort: number;
}

/** Starts everything but the backend. PostgreSQL runs with an empty database, unless it is to be started later. */
export async function startSystem({ postgresqlRuns = true } = {}): Promise<System> {
  await using started = new AsyncDisposableStack();
  // An address of its own, because the chart's URLs name PostgreSQL's usual port.
  const address = `127.${[1, 2, 3].map(() => 1 + Math.floor(Math.random() * 253)).join(".")}`;
  const postgresql = started.use(await createPostgresql(address, ["postgresql-pooler", "postgresql-rw"]));
  if (postgresqlRuns) {
    await postgresql.start();
    await postgresql.createDatabase("xpeditis");
  }
  const release = await install({ metrics: { enabled: false } });
  const redis = started.use(await startServer(release));
  const storage = started.use(await startObjectStore());
  const documents = await storage.createBucket("documents");
  const carriers = started.use(await startCarriers());
  const image = { ...(await imageConfig("backend")), folder: imageFolder("backend") };
  const all = started.move();

  const system: System = {
    postgresql,
    redis,
    redisPort: release.port,
    storage,
    documents,
    carriers,
    database: "xpeditis",
    async pod(of, values = {}) {
      const [port, metricsPort] = [await freePort(), await freePort()];
      const manifests = manifestsOf(
        overlaid(
          {
            fullnameOverride: "backend",
            global: {
              postgresql: { mode: "cloudnativePG" },
              redis: { port: release.port },
              objectStorage: { endpoint: storage.endpoint, region: storage.region, bucket: "documents" },
            },
            port,
            metrics: { enabled: true, port: metricsPort },
            shutdown: { preStopSeconds: 0, drainSeconds: 2 },
            env: { CARRIERS_URL: carriers.url },
          },
          values,
        ),
        installation,
        chart,
      );
      const pods = {
        server: find(manifests, "Deployment", "backend").spec?.template.spec,
        migration: ofKind(manifests, "Job")[0]?.spec?.template.spec,
      };
      const spec = pods[of];
      if (spec === undefined) throw new Error(`the chart renders no pod for ${of}`);
      const ports = new Map(pods.server?.containers[0]?.ports?.map(({ name, containerPort }) => [name, containerPort]));
      return {
        spec,
        port: ports.get("http") ?? port,
        metricsPort,
        world: {
          configMaps: Object.fromEntries(ofKind(manifests, "ConfigMap").map(({ metadata, data }) => [metadata?.name ?? "", data ?? {}])),
          secrets: {
            "backend-secrets": {
              JWT_SECRET: jwtSecret,
              AWS_ACCESS_KEY_ID: storage.accessKeyId,
              AWS_SECRET_ACCESS_KEY: storage.secretAccessKey,
            },
            "redis-secrets": { "app-password": passwords.app },
            "postgresql-app": { username: postgresql.username, password: postgresql.password, dbname: system.database },
            "postgresql-ca": { "ca.crt": postgresql.authority },
          },
          claims: {},
          services: { "redis-svc": "127.0.0.1", "postgresql-pooler": address, "postgresql-rw": address },
          programs: [process.execPath],
          images: { "xpeditis-backend": image },
        },
      };
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
  return system;
}

/** A pod of the backend that serves. */
export interface Backend extends AsyncDisposable {
  readonly url: string;
  readonly metricsUrl: string;
  readonly pod: Pod;
  readonly running: Running;
}

/** Migrates as the chart's Job does, and expects it to work. */
export async function migrate(system: System): Promise<void> {
  const { spec, world } = await system.pod("migration");
  await using pod = await createPod(spec, world);
  const { code, output } = await pod.run("migrate");
  if (code !== 0) throw new Error(`the migration fails:\n${output}`);
}

/** Starts a pod of the backend and waits for a probe of it, by default the one for readiness. */
export async function startBackend(
  system: System,
  values: Values = {},
  probe: "startupProbe" | "readinessProbe" = "readinessProbe",
): Promise<Backend> {
  const { spec, world, port, metricsPort } = await system.pod("server", values);
  const pod = await createPod(spec, world);
  // Of one that does not pass nothing stays.
  await using failed = new AsyncDisposableStack();
  failed.use(pod);
  const running = await pod.start("backend");
  const backend: Backend = {
    url: `http://127.0.0.1:${port}`,
    metricsUrl: `http://127.0.0.1:${metricsPort}`,
    pod,
    running,
    [Symbol.asyncDispose]: () => pod[Symbol.asyncDispose](),
  };
  await untilAnswered(`${backend.url}${spec.containers[0]?.[probe]?.httpGet?.path}`, running);
  failed.move();
  return backend;
}

/** Waits until a probe of a container succeeds. */
export async function untilAnswered(url: string, running: Running): Promise<void> {
  for (let attempt = 0; (await statusOf(url)) !== 200; attempt += 1) {
    if (running.process.exitCode !== null || attempt > 300) throw new Error(`${url} is not answered:\n${running.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Status of an answer; 0 if there is none. */
export async function statusOf(url: string): Promise<number> {
  return fetch(url, { signal: AbortSignal.timeout(3000) }).then(
    ({ status }) => status,
    () => 0,
  );
}

/** A token as whoever knows the secret would sign it. */
export function token(claims: Readonly<Record<string, unknown>> = {}, secret = jwtSecret, header = { alg: "HS256", typ: "JWT" }): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const content = `${encode(header)}.${encode({ sub: "anna", org: "acme", exp: Math.floor(Date.now() / 1000) + 600, ...claims })}`;
  return `${content}.${header.alg === "none" ? "" : createHmac("sha256", secret).update(content).digest("base64url")}`;
}
