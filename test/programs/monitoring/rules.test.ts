import { describe, expect, test } from "vitest";

import { ruleFile, ruleGroups } from "../../../generator/charts/monitoring/rules/index.ts";
import { withExamples } from "../../../generator/charts/monitoring/settings.ts";
import { panelQueries } from "../../monitoring/queries.ts";
import { cases } from "./cases/index.ts";
import { complaints, recordingTrial, trial } from "./promtool.ts";

const alerts = [...new Set(ruleGroups.flatMap(({ rules }) => rules.flatMap((rule) => ("alert" in rule ? [rule.alert] : []))))];

test("promtool finds nothing to complain of in any rule", () => {
  expect(
    complaints(["check", "rules", "--lint=all", "--lint-fatal", "rules.yml"], { "rules.yml": withExamples(ruleFile(ruleGroups)) }),
  ).toBe("");
});

test("promtool does complain of what is wrong in its types, which a grammar does not see", () => {
  const wrong = ruleFile([{ name: "wrong", component: "grafana", rules: [{ record: "a:b:c", expr: "rate(sum(up))" }] }]);
  expect(complaints(["check", "rules", "rules.yml"], { "rules.yml": wrong })).toContain("expected type range vector");
});

test("promtool accepts the query of every panel", () => {
  const rules = panelQueries.map(({ expr }, index) => ({ record: `panel:query${index}:expr`, expr }));
  expect(complaints(["check", "rules", "rules.yml"], { "rules.yml": ruleFile([{ name: "panels", component: "grafana", rules }]) })).toBe(
    "",
  );
});

test("every alert has its cases", () => {
  expect(Object.keys(cases).sort()).toEqual(alerts.toSorted());
});

test("only the watchdog never keeps quiet", () => {
  expect(Object.keys(cases).filter((alert) => cases[alert]?.silent === undefined)).toEqual(["Watchdog"]);
});

test.each(Object.entries(cases))("%s fires, and keeps quiet", (alert, alertCases) => {
  expect(trial(alert, alertCases)).toEqual({ fires: "", silent: "" });
});

describe("recording rules", () => {
  const service = "xpeditis-backend-svc-http@kubernetes";
  const requests = (code: string, protocol = "http", of = service) =>
    `traefik_service_requests_total{service="${of}",code="${code}",protocol="${protocol}"}`;

  test("a service without errors has a ratio of 0, one without requests none; websockets do not count", () => {
    const series = {
      [requests("200")]: "0+60x30",
      [requests("101", "websocket")]: "0+600x30",
      [requests("200", "http", "xpeditis-frontend-svc-http@kubernetes")]: "5x30",
      [requests("500", "http", "other-shop-svc-http@kubernetes")]: "0+60x30",
    };
    const complaint = recordingTrial(
      { series, at: "20m" },
      {
        "service:http_errors:ratio_rate5m": [{ labels: `service:http_errors:ratio_rate5m{service="${service}"}`, value: 0 }],
        "service:http_requests:rate5m > 0": [{ labels: `service:http_requests:rate5m{service="${service}"}`, value: 1 }],
      },
    );
    expect(complaint).toBe("");
  });

  test("memory is the average of the pods that have a limit, and KEDA's trigger sees it above 80 % only", () => {
    const memory = (pod: string, bytes: number) => ({
      [`container_memory_working_set_bytes{namespace="xpeditis",pod="${pod}",container="backend",id="/${pod}"}`]: `${bytes}x10`,
      [`kube_pod_container_resource_limits{namespace="xpeditis",pod="${pod}",container="backend",resource="memory"}`]: "1000x10",
      [`kube_pod_container_resource_limits{namespace="xpeditis",pod="${pod}",container="backend",resource="cpu"}`]: "1x10",
    });
    const name = "namespace_container:memory_used_of_limit:percent";
    const labels = `${name}{namespace="xpeditis",container="backend"}`;
    const high = {
      ...memory("a", 950),
      ...memory("b", 750),
      'container_memory_working_set_bytes{namespace="xpeditis",pod="c",container="backend"}': "1x10",
    };
    expect(recordingTrial({ series: high, at: "5m" }, { [`${name} > 80`]: [{ labels, value: 85 }] })).toBe("");
    expect(
      recordingTrial(
        { series: { ...memory("a", 850), ...memory("b", 750) }, at: "5m" },
        { [`${labels} > 80`]: [], [name]: [{ labels, value: 80 }] },
      ),
    ).toBe("");
  });

  test("pods belong to what made them, through the ReplicaSet", () => {
    const owner = (pod: string, kind: string, name: string) =>
      `kube_pod_owner{namespace="xpeditis",pod="${pod}",owner_kind="${kind}",owner_name="${name}"}`;
    const series = {
      [owner("backend-7d-x", "ReplicaSet", "backend-7d")]: "1x10",
      'kube_replicaset_owner{namespace="xpeditis",replicaset="backend-7d",owner_kind="Deployment",owner_name="backend"}': "1x10",
      [owner("redis-0", "StatefulSet", "redis")]: "1x10",
    };
    const of = (pod: string, workload: string, type: string) => ({
      labels: `namespace_workload_pod:owner:info{namespace="xpeditis",pod="${pod}",workload="${workload}",workload_type="${type}"}`,
      value: 1,
    });
    const expected = [of("backend-7d-x", "backend", "Deployment"), of("redis-0", "redis", "StatefulSet")];
    expect(recordingTrial({ series, at: "5m" }, { "namespace_workload_pod:owner:info": expected })).toBe("");
  });

  test("slow is what took longer than the objective, and the quantiles are interpolated", () => {
    const part = (suffix: string, le?: string) =>
      `traefik_service_request_duration_seconds_${suffix}{service="${service}",protocol="http"${le === undefined ? "" : `,le="${le}"`}}`;
    const buckets = { "0.1": 50, "0.3": 90, "1.2": 95, "5.0": 100, "+Inf": 100 };
    const series = {
      ...Object.fromEntries(Object.entries(buckets).map(([le, count]) => [part("bucket", le), `0+${count}x20`])),
      [part("count")]: "0+100x20",
    };
    const value = (name: string, result: number) => [{ labels: `${name}{service="${service}"}`, value: result }];
    const expected = {
      "round(service:http_slow:ratio_rate5m, 0.001)": [{ labels: `{service="${service}"}`, value: 0.05 }],
      "service:http_request_duration_seconds:p50_rate5m": value("service:http_request_duration_seconds:p50_rate5m", 0.1),
      "round(service:http_request_duration_seconds:p95_rate5m, 0.001)": [{ labels: `{service="${service}"}`, value: 1.2 }],
    };
    expect(recordingTrial({ series, at: "15m" }, expected)).toBe("");
  });

  test("use of nodes, disks, volumes and Redis are shares", () => {
    const series = {
      'node_cpu_seconds_total{node="n",cpu="0",mode="idle"}': "0+15x20",
      'node_cpu_seconds_total{node="n",cpu="0",mode="iowait"}': "0+15x20",
      'node_cpu_seconds_total{node="n",cpu="0",mode="user"}': "0+30x20",
      'node_cpu_seconds_total{node="n",cpu="1",mode="idle"}': "0+60x20",
      'node_filesystem_avail_bytes{node="n",mountpoint="/",fstype="ext4"}': "25x20",
      'node_filesystem_size_bytes{node="n",mountpoint="/",fstype="ext4"}': "100x20",
      'kubelet_volume_stats_available_bytes{namespace="a",persistentvolumeclaim="b",node="n"}': "40x20",
      'kubelet_volume_stats_capacity_bytes{namespace="a",persistentvolumeclaim="b",node="n"}': "100x20",
      'redis_keyspace_hits_total{pod="r"}': "0+9x20",
      'redis_keyspace_misses_total{pod="r"}': "0+3x20",
      'kube_pod_container_resource_requests{namespace="a",pod="p",container="c",resource="cpu"}': "3x20",
      'kube_pod_container_resource_requests{namespace="a",pod="done",container="c",resource="cpu"}': "9x20",
      'kube_pod_status_phase{namespace="a",pod="p",phase="Running"}': "1x20",
      'kube_pod_status_phase{namespace="a",pod="done",phase="Running"}': "0x20",
      'kube_pod_status_phase{namespace="a",pod="done",phase="Succeeded"}': "1x20",
      'kube_node_status_allocatable{node="n",resource="cpu"}': "4x20",
    };
    const expected = {
      "node:cpu_used:ratio_rate5m": [{ labels: 'node:cpu_used:ratio_rate5m{node="n"}', value: 0.25 }],
      "node:filesystem_used:ratio": [{ labels: 'node:filesystem_used:ratio{node="n",mountpoint="/"}', value: 0.75 }],
      "namespace_persistentvolumeclaim:volume_used:ratio": [
        { labels: 'namespace_persistentvolumeclaim:volume_used:ratio{namespace="a",persistentvolumeclaim="b"}', value: 0.6 },
      ],
      "round(redis:keyspace_hits:ratio_rate5m, 0.001)": [{ labels: '{pod="r"}', value: 0.75 }],
      "cluster:cpu_requested:ratio": [{ labels: "cluster:cpu_requested:ratio", value: 0.75 }],
    };
    expect(recordingTrial({ series, at: "15m" }, expected)).toBe("");
  });
});
