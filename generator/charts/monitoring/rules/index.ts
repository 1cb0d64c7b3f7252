import { applications, backendRuntime, frontendRuntime, rollouts } from "./applications.ts";
import { certificates } from "./certificates.ts";
import { names, volumeDriver } from "./cluster-services.ts";
import { http, ingress } from "./http.ts";
import { collector, loki } from "./logs.ts";
import { controlPlane, hosts, k3s, nodes } from "./nodes.ts";
import { containers, pods } from "./pods.ts";
import { pooler, postgresql } from "./postgresql.ts";
import {
  containerRecordings,
  httpLongRecordings,
  httpRecordings,
  nodeRecordings,
  redisRecordings,
  volumeRecordings,
  workloadRecordings,
} from "./recordings.ts";
import { redis } from "./redis.ts";
import type { RuleGroup } from "./rule.ts";
import { clusterAutoscaler, keda, scaling } from "./scaling.ts";
import { alertmanager, grafana, probes, prometheus } from "./self.ts";
import { claims, volumes } from "./storage.ts";

export { ruleFile } from "./file.ts";
export type { Alert, Recording, RuleGroup, Severity } from "./rule.ts";

/** Every group of rules, each with the scrape job without which it is not rendered. */
export const ruleGroups: readonly RuleGroup[] = [
  httpRecordings,
  httpLongRecordings,
  containerRecordings,
  workloadRecordings,
  nodeRecordings,
  volumeRecordings,
  redisRecordings,
  http,
  ingress,
  applications,
  rollouts,
  backendRuntime,
  frontendRuntime,
  pods,
  containers,
  scaling,
  keda,
  clusterAutoscaler,
  nodes,
  hosts,
  controlPlane,
  k3s,
  names,
  volumeDriver,
  volumes,
  claims,
  redis,
  postgresql,
  pooler,
  certificates,
  loki,
  collector,
  prometheus,
  alertmanager,
  grafana,
  probes,
];
