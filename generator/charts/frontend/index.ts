import { frontend as schema } from "../../../schemas/frontend.ts";
import type { Chart } from "../../chart/chart.ts";
import { include } from "../../dsl/index.ts";
import { autoscaler, disruptionBudget, scaledObject } from "../../kubernetes/autoscaling.ts";
import { configMap, existingSecret, externalSecret, secret } from "../../kubernetes/configuration.ts";
import { deployment, serviceAccount } from "../../kubernetes/deployment.ts";
import { extraObjects } from "../../kubernetes/extra-objects.ts";
import { siblings } from "../../kubernetes/names.ts";
import { from, networkPolicy, testPolicy } from "../../kubernetes/network-policy.ts";
import { serversTransport, service, serviceMonitor, serviceName } from "../../kubernetes/service.ts";
import { httpTest } from "../../kubernetes/test-pod.ts";
import { application } from "./application.ts";
import { guards } from "./guards.ts";
import { values as v } from "./values.ts";

export const frontend: Chart = {
  name: "frontend",
  description: schema.description,
  keywords: ["nextjs"],
  schema,
  templates: {
    configmap: [configMap(application)],
    deployment: [deployment(application)],
    externalsecret: [externalSecret],
    "extra-objects": [extraObjects],
    hpa: [autoscaler(application)],
    networkpolicy: [
      networkPolicy({ callers: [], calls: [{ to: [from(siblings("backend"))], ports: [{ port: v.backend.port, protocol: "TCP" }] }] }),
      testPolicy,
    ],
    poddisruptionbudget: [disruptionBudget],
    scaledobject: [scaledObject(application)],
    secret: [secret],
    serverstransport: [serversTransport],
    service: [service(include(serviceName))],
    serviceaccount: [serviceAccount],
    servicemonitor: [serviceMonitor],
    "tests/http": [httpTest(include(serviceName))],
  },
  guards,
  notes: [],
  requires: [existingSecret],
  readme: "A Next.js application in standalone mode. What the chart expects of it is written down in `docs/application-contract.md`.",
  subcharts: [],
};
