import { include } from "../../dsl/index.ts";
import type { Chart } from "../../chart/chart.ts";
import { backend as schema } from "../../../schemas/backend.ts";
import { autoscaler, disruptionBudget, scaledObject } from "../../kubernetes/autoscaling.ts";
import { configMap, existingSecret, externalSecret, secret } from "../../kubernetes/configuration.ts";
import { deployment, serviceAccount } from "../../kubernetes/deployment.ts";
import { from, networkPolicy, testPolicy } from "../../kubernetes/network-policy.ts";
import { extraObjects } from "../../kubernetes/extra-objects.ts";
import { siblings } from "../../kubernetes/names.ts";
import { serversTransport, service, serviceMonitor, serviceName } from "../../kubernetes/service.ts";
import { httpTest } from "../../kubernetes/test-pod.ts";
import { application } from "./application.ts";
import { guards } from "./guards.ts";
import {
  migrationHook,
  migrationHookAccount,
  migrationHookConfig,
  migrationHookSecret,
  migrationJob,
  migrationPolicy,
} from "./migration.ts";
import { storageSecret } from "./object-storage.ts";
import { egressToPostgresql, postgresqlSecrets } from "./postgresql.ts";
import { realtimeService } from "./realtime.ts";
import { egressToRedis, redisSecret } from "./redis.ts";
import { storageTest, storageTestPolicy } from "./storage-test.ts";
import { websocketTest } from "./websocket-test.ts";

export const backend: Chart = {
  name: "backend",
  description: schema.description,
  keywords: ["nestjs", "socket.io"],
  schema,
  templates: {
    configmap: [configMap(application)],
    deployment: [deployment(application)],
    externalsecret: [externalSecret],
    "extra-objects": [extraObjects],
    hpa: [autoscaler(application)],
    "migration-hook": [migrationHookAccount, migrationHookConfig, migrationHookSecret, migrationHook],
    "migration-job": [migrationJob],
    networkpolicy: [
      networkPolicy({ callers: [from(siblings("frontend"))], calls: [egressToPostgresql, egressToRedis] }),
      migrationPolicy,
      testPolicy,
      storageTestPolicy,
    ],
    poddisruptionbudget: [disruptionBudget],
    scaledobject: [scaledObject(application)],
    secret: [secret],
    serverstransport: [serversTransport],
    service: [service(include(serviceName))],
    "service-realtime": [realtimeService],
    serviceaccount: [serviceAccount],
    servicemonitor: [serviceMonitor],
    "tests/http": [httpTest(include(serviceName))],
    "tests/object-storage": [storageTest],
    "tests/websocket": [websocketTest],
  },
  guards,
  notes: [],
  requires: [existingSecret, ...postgresqlSecrets, redisSecret, storageSecret],
  readme:
    "NestJS serves the REST API and, in the same process, Socket.IO notifications. What the chart expects of the application is written down in `docs/application-contract.md`.",
  subcharts: [],
};
