import { describe, expect, test } from "vitest";

import { chartTree } from "../generator/chart/chart.ts";
import { xpeditis } from "../generator/charts/xpeditis/index.ts";
import { blockOf, type Node } from "../generator/dsl/expr.ts";
import type { Values } from "../generator/values/defaults.ts";
import type { GuardCase } from "./fixtures/guard-case.ts";
import { edgeCases } from "./fixtures/guards-edge.ts";
import { issuersCases } from "./fixtures/guards-issuers.ts";
import { objectStorageCases } from "./fixtures/guards-object-storage.ts";
import { postgresqlCases } from "./fixtures/guards-postgresql.ts";
import { redisCases } from "./fixtures/guards-redis.ts";
import { monitoringCases } from "./fixtures/guards-monitoring.ts";
import { installation, literalSecrets, overlaid, renderedByHelm, renderedInProcess, umbrella } from "./charts/releases.ts";

/** What both applications refuse, with the numbers of each. */
const ofApplication = (
  app: "backend" | "frontend",
  is: { readonly grace: number; readonly idle: number; readonly volume: string; readonly init: string; readonly port: number },
): GuardCase[] => {
  const own = (values: Values): Values => ({ [app]: values });
  const secretKeys = app === "backend" ? {} : { keys: { TOKEN: "token" } };
  const complete = app === "backend" ? literalSecrets : { mode: "literal", ...secretKeys, literal: { token: "t" } };
  const { [app === "backend" ? "JWT_SECRET" : "token"]: _missing, ...incomplete } = complete["literal"] as Record<string, string>;
  const [key, variable] = app === "backend" ? ["JWT_SECRET", "JWT_SECRET"] : ["token", "TOKEN"];
  const hpa = (cpu: Values) => own({ autoscaling: { cpu } });
  const external = (more: Values) => own({ secrets: { mode: "external", ...secretKeys, external: { storeName: "vault", ...more } } });
  const resources = (kind: string, amounts: Values) => own({ resources: { [kind]: amounts } });
  return [
    {
      wrong: own({ env: { PORT: "80" } }),
      message: `${app}.env.PORT is set by the chart: change the value it comes from instead (see the chart's README), or remove it`,
      right: own({ env: { PORTS: "80", PORT: null } }),
    },
    {
      wrong: { global: { environment: "production", tls: { mode: "secret" } }, [app]: { secrets: complete } },
      message: `${app}.secrets.mode is "literal" while global.environment is "production": passwords do not belong into values files; use "existing" or "external"`,
      right: { global: { environment: "staging", tls: { mode: "secret" } }, [app]: { secrets: complete } },
    },
    {
      wrong: own({ secrets: { ...complete, literal: incomplete } }),
      message: `${app}.secrets.literal has no ${key}, which the variable ${variable} needs: add it, or set ${app}.secrets.keys.${variable} to null`,
      right: own({ secrets: { ...complete, literal: incomplete, keys: { ...secretKeys.keys, [variable ?? ""]: null } } }),
    },
    {
      wrong: external({}),
      message: `${app}.secrets.mode is "external": set ${app}.secrets.external.storeName and ${app}.secrets.external.remoteKey`,
      right: external({ remoteKey: "production/app" }),
    },
    {
      wrong: own({ autoscaling: { minReplicas: 9, maxReplicas: 8 } }),
      message: `${app}.autoscaling.minReplicas (9) is greater than ${app}.autoscaling.maxReplicas (8): lower one or raise the other`,
      right: own({ autoscaling: { minReplicas: 8, maxReplicas: 8 } }),
    },
    {
      wrong: hpa({ scaleUpAbove: 50, scaleDownBelow: 50 }),
      message: `${app}.autoscaling.cpu.scaleDownBelow (50) must be less than ${app}.autoscaling.cpu.scaleUpAbove (50), or pods would come and go for ever`,
      right: hpa({ scaleUpAbove: 50, scaleDownBelow: 49 }),
    },
    {
      wrong: own({ autoscaling: { memory: { mode: "external" } } }),
      message: `${app}.autoscaling.memory.mode is "external", which KEDA serves: set ${app}.autoscaling.engine to "keda", or the mode to "off" or "resource"`,
      right: own({ autoscaling: { memory: { mode: "external" }, engine: "keda" } }),
    },
    {
      wrong: overlaid({ frontend: { backend: { serviceName: app === "backend" ? "" : "backend-svc" } } }, own({ fullnameOverride: "" })),
      message: `the release's name "1a" starts with a digit, which names of Services must not: choose another, or set ${app}.fullnameOverride`,
      right: overlaid({ frontend: { backend: { serviceName: app === "backend" ? "" : "backend-svc" } } }, own({ fullnameOverride: "" })),
      release: ["1a", "a1"],
    },
    {
      wrong: own({ shutdown: { gracePeriodSeconds: is.grace - 1 } }),
      message: `${app}.shutdown.gracePeriodSeconds (${is.grace - 1}) is shorter than preStopSeconds + drainSeconds + longestRequestSeconds + 5 (${is.grace}): requests would be cut off; raise it to ${is.grace} or shorten the others`,
      right: own({ shutdown: { gracePeriodSeconds: is.grace } }),
    },
    {
      wrong: own({ keepAlive: { traefikIdleSeconds: is.idle } }),
      message: `${app}.keepAlive.traefikIdleSeconds (${is.idle}) must be less than ${app}.keepAlive.nodeIdleSeconds (${is.idle}), or Traefik answers 502 now and then; raise keepAliveTimeout in the application and nodeIdleSeconds here, or lower traefikIdleSeconds`,
      right: own({ keepAlive: { traefikIdleSeconds: is.idle - 1 } }),
    },
    {
      wrong: own({ volumes: { [is.volume]: { emptyDir: {} } } }),
      message: `${app}.volumes.${is.volume}: the chart itself has a volume of that name; choose another`,
      right: own({ volumes: { [`${is.volume}-2`]: { emptyDir: {} } } }),
    },
    {
      wrong: own({ volumeMounts: { keys: { mountPath: "/keys" } } }),
      message: `${app}.volumeMounts.keys mounts a volume that is not there: add ${app}.volumes.keys`,
      right: own({
        volumeMounts: { keys: { mountPath: "/keys" }, [is.volume]: { mountPath: "/more" } },
        volumes: { keys: { emptyDir: {} } },
      }),
    },
    {
      wrong: own({ initContainers: { [is.init]: { image: "a" } } }),
      message: `${app}.initContainers.${is.init}: the chart itself has a container of that name; choose another`,
      right: own({ initContainers: { [`${is.init}-2`]: { image: "a" } } }),
    },
    {
      wrong: own({ extraContainers: { [app]: { image: "a" } } }),
      message: `${app}.extraContainers.${app}: the pod has another container of that name; choose another`,
      right: own({ extraContainers: { [`${app}-2`]: { image: "a" } } }),
    },
    {
      wrong: own({ extraContainers: { a: { image: "a" } }, initContainers: { a: { image: "a" } } }),
      message: `${app}.extraContainers.a: the pod has another container of that name; choose another`,
      right: own({ extraContainers: { a: { image: "a" } }, initContainers: { b: { image: "a" } } }),
    },
    {
      wrong: own({ secrets: { keys: { TOKEN: "token" } }, envValueFrom: { TOKEN: { fieldRef: { fieldPath: "spec.nodeName" } } } }),
      message: `${app}.envValueFrom.TOKEN is a variable of ${app}.secrets.keys too: remove one, or set the latter to null`,
      right: own({ secrets: { keys: { TOKEN: null } }, envValueFrom: { TOKEN: { fieldRef: { fieldPath: "spec.nodeName" } } } }),
    },
    {
      wrong: resources("requests", { memory: "2049Mi" }),
      message: `${app}.resources.requests.memory (2049Mi) is more than ${app}.resources.limits.memory (${app === "backend" ? "1Gi" : "512Mi"}): lower one or raise the other`,
      right: own({ resources: { requests: { memory: "2048Mi" }, limits: { memory: "2Gi" } } }),
    },
    {
      // 1 GB is 7 % less than 1 GiB.
      wrong: own({ resources: { requests: { "ephemeral-storage": "1Gi" }, limits: { "ephemeral-storage": "1G" } } }),
      message: `${app}.resources.requests.ephemeral-storage (1Gi) is more than ${app}.resources.limits.ephemeral-storage (1G): lower one or raise the other`,
      right: own({ resources: { requests: { "ephemeral-storage": "1G" }, limits: { "ephemeral-storage": "1Gi" } } }),
    },
    {
      wrong: own({ resources: { requests: { cpu: "1001m" }, limits: { cpu: "1" } } }),
      message: `${app}.resources.requests.cpu (1001m) is more than ${app}.resources.limits.cpu (1): lower one or raise the other`,
      right: own({ resources: { requests: { cpu: "1000m" }, limits: { cpu: "1" } } }),
    },
    {
      wrong: own({ metrics: { enabled: true, port: is.port } }),
      message: `${app}.metrics.port (${is.port}) is the public port too: metrics would be reachable from the internet; choose another`,
      right: own({ metrics: { enabled: false, port: is.port } }),
    },
  ];
};

const direct =
  "backend.secrets.keys.DATABASE_DIRECT_URL is missing: migrations need a direct connection; name the key that holds its URL (that of DATABASE_URL, if there is no pooler), or set backend.migrations.mode to none";

const cases: readonly GuardCase[] = [
  ...ofApplication("backend", { grace: 60, idle: 5, volume: "tmp", init: "migrate", port: 4000 }),
  ...ofApplication("frontend", { grace: 40, idle: 95, volume: "next-cache", init: "frontend", port: 3000 }),
  ...(["job", "hook", "initContainer"] as const).map((mode) => ({
    wrong: { backend: { secrets: { keys: { DATABASE_DIRECT_URL: null } }, migrations: { mode } } },
    message: direct,
    right: { backend: { secrets: { keys: { DATABASE_DIRECT_URL: "DATABASE_URL" } }, migrations: { mode } } },
  })),
  {
    wrong: { backend: { secrets: { keys: { DATABASE_DIRECT_URL: null } } } },
    message: direct,
    right: { backend: { secrets: { keys: { DATABASE_DIRECT_URL: null } }, migrations: { mode: "none" } } },
  },
  {
    wrong: { backend: { migrations: { mode: "hook" }, secrets: { mode: "external", external: { storeName: "vault", remoteKey: "a" } } } },
    message:
      'backend.migrations.mode is "hook" while backend.secrets.mode is "external": the ExternalSecret would be applied only after the hook that needs its Secret; use mode "job"',
    right: { backend: { migrations: { mode: "job" }, secrets: { mode: "external", external: { storeName: "vault", remoteKey: "a" } } } },
  },
  {
    wrong: { backend: { database: { maxConnections: 150 } } },
    message:
      "backend.autoscaling.maxReplicas (15) x backend.database.poolSize (10) and one for migrations are more than backend.database.maxConnections (150): lower one of the first two, or use a pooler and raise the third",
    right: { backend: { database: { maxConnections: 151 } } },
  },
  {
    wrong: { backend: { autoscaling: { enabled: false }, replicas: 3, database: { maxConnections: 30 } } },
    message:
      "backend.replicas (3) x backend.database.poolSize (10) and one for migrations are more than backend.database.maxConnections (30): lower one of the first two, or use a pooler and raise the third",
    right: { backend: { autoscaling: { enabled: false }, replicas: 3, database: { maxConnections: 31 } } },
  },
  {
    wrong: { frontend: { env: { NEXT_PUBLIC_URL: "https://example.com" } } },
    message:
      "frontend.env.NEXT_PUBLIC_URL would change nothing: Next.js writes NEXT_PUBLIC_ variables into the bundle when the image is built; set it there, or read a variable without the prefix on the server",
    right: { frontend: { env: { PUBLIC_URL: "https://example.com" } } },
  },
  {
    wrong: { global: { environment: "production" } },
    message:
      'global.environment is "production" while global.tls.mode is "none": visitors would send passwords in clear text; set the mode to "certManager" or "secret"',
    right: { global: { environment: "production" }, ingress: { enabled: false } },
  },
  {
    wrong: { backend: { service: { name: "api" } } },
    message:
      'frontend.backend.serviceName is "backend-svc", but the backend\'s Service is called "api": set it to that, or set frontend.apiUrl',
    right: { backend: { service: { name: "api" } }, frontend: { backend: { serviceName: "api" } } },
  },
  {
    wrong: { backend: { port: 5000 } },
    message: "frontend.backend.port (4000) is not backend.port (5000): set both to the same port",
    right: { backend: { port: 5000 }, frontend: { backend: { port: 5000 } } },
  },
  {
    wrong: { backend: { realtime: { path: "/api" } }, ingress: { apiPath: "/api" } },
    message:
      "backend.realtime.path (/api) is ingress.apiPath too: two routes for one path; change one, or set backend.realtime.enabled to false",
    right: { backend: { realtime: { path: "/api", enabled: false } }, ingress: { apiPath: "/api" } },
  },
  {
    wrong: { global: { hosts: { api: "xpeditis.example.com", app: "xpeditis.example.com" } } },
    message:
      'global.hosts.api and global.hosts.app are both "xpeditis.example.com", and both answer at "/": choose two hosts, or set ingress.apiPath to a path of the API\'s own',
    right: { global: { hosts: { api: "xpeditis.example.com", app: "xpeditis.example.com" } }, ingress: { apiPath: "/api" } },
  },
  {
    wrong: { backend: { uploads: { maxBytes: 11534336 } } },
    message:
      "backend.uploads.maxBytes (11534336) must be less than ingress.uploads.maxBytes (11534336), or Traefik refuses what the application allows: a form around a document has a size, too; raise the latter",
    right: { backend: { uploads: { maxBytes: 11534335 } } },
  },
  ...edgeCases,
  ...issuersCases,
  ...objectStorageCases,
  ...postgresqlCases,
  ...redisCases,
  ...monitoringCases,
];

describe.concurrent("a guard refuses", () => {
  test.each(cases.map((one, index) => [one.message, one, index] as const))("%s", async (message, { wrong, right, release }, index) => {
    const into = (name: string | undefined) => ({ ...installation, ...(name === undefined ? {} : { name }) });
    const refusing = into(release?.[0]);
    const refusals = { helm4: await renderedByHelm(4, wrong, umbrella, refusing), inProcess: renderedInProcess(wrong, xpeditis, refusing) };
    expect(refusals).toEqual({ helm4: { refusal: message }, inProcess: { refusal: message } });
    const sampled = index % 4 === 0 ? await renderedByHelm(3, wrong, umbrella, refusing) : { refusal: message };
    expect(sampled).toEqual({ refusal: message });

    const passing = into(release?.[1]);
    expect(renderedInProcess(right, xpeditis, passing)).toHaveProperty("objects");
    expect(await renderedByHelm(4, right, umbrella, passing)).toHaveProperty("objects");
  });
});

test("every guard of every chart has a case above", () => {
  const sentences = chartTree(xpeditis).flatMap(([, { guards }]) => failSentences(guards));
  expect(sentences.length).toBeGreaterThan(40);
  const untested = sentences.filter((parts) => {
    const pattern = new RegExp(`^${parts.map((part) => RegExp.escape(part)).join(".+")}$`, "s");
    return !cases.some(({ message }) => pattern.test(message));
  });
  expect(untested.map((parts) => parts.join("…"))).toEqual([]);
});

/** What the `fail` nodes of guards say: the texts before, between and behind the values in it. */
function failSentences(tree: unknown): string[][] {
  const block = blockOf(tree);
  if (block?.kind === "fail") return [textsOf(block.message)];
  const branches = block === undefined ? tree : ["body" in block ? block.body : [], "otherwise" in block ? block.otherwise : []];
  return Array.isArray(branches) ? branches.flatMap(failSentences) : [];
}

function textsOf(message: Node): string[] {
  if (message.op === "literal") return [String(message.value)];
  if (message.op !== "concat") throw new Error(`a guard's message is a ${message.op}, not a text with values in it`);
  const texts = [""];
  for (const part of message.parts) {
    if (typeof part === "string") texts.push((texts.pop() ?? "") + part);
    else texts.push("");
  }
  return texts;
}
