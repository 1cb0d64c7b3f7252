import { settings } from "../settings.ts";
import { ruleGroup } from "./rule.ts";

const pod = "{{ $labels.namespace }}/{{ $labels.pod }}";

export const redis = ruleGroup({
  name: "redis",
  component: "redis",
  rules: [
    {
      alert: "RedisDown",
      severity: "critical",
      expr: `absent(redis_up{namespace="${settings.namespace.word}"} == 1)`,
      for: "1m",
      summary: `Redis in ${settings.namespace.word} does not answer`,
      description: "Sessions, queues and notifications between pods stand still. The backend stays up by contract.",
    },
    {
      alert: "RedisMemoryHigh",
      severity: "warning",
      // With another policy a full memory is nothing but a cache at work.
      expr: `redis:memory_used:ratio > 0.9 and on (namespace, pod) redis_instance_info{maxmemory_policy="noeviction"}`,
      for: "10m",
      summary: `Redis in ${pod} uses {{ $value | humanizePercentage }} of maxmemory`,
      description: "Its policy is `noeviction`: at 100 % it refuses writes.",
    },
    {
      alert: "RedisRefusingWrites",
      severity: "critical",
      expr: `increase(redis_errors_total{err="OOM"}[5m]) > 0`,
      summary: `Redis in ${pod} refuses writes for lack of memory`,
      description: "Memory is full of keys that the policy must not evict. Sessions, queues and locks cannot be written.",
    },
    {
      alert: "RedisEvicting",
      severity: "info",
      expr: `rate(redis_evicted_keys_total[5m]) > 0`,
      for: "30m",
      summary: `Redis in ${pod} drops {{ $value | humanize }} keys a second to make room`,
      description: "The cache is larger than the memory. That is its normal work, as long as enough is found in it.",
    },
    {
      alert: "RedisRejectingConnections",
      severity: "critical",
      expr: `increase(redis_rejected_connections_total[5m]) > 0`,
      summary: `Redis in ${pod} refuses connections`,
      description: "`maxclients` is reached. Pods that start now cannot connect.",
    },
    {
      alert: "RedisTooManyClients",
      severity: "warning",
      expr: `redis_connected_clients / (redis_max_clients > 0) > 0.8`,
      for: "10m",
      summary: `Redis in ${pod} has {{ $value | humanizePercentage }} of the clients it takes`,
      description: "Connections are leaking, or there are more pods than were counted on.",
    },
    {
      alert: "RedisPersistenceFailing",
      severity: "critical",
      expr: `redis_rdb_last_bgsave_status == 0 or redis_aof_last_write_status == 0 or redis_aof_last_bgrewrite_status == 0`,
      for: "5m",
      summary: `Redis in ${pod} cannot save its data`,
      description: "A restart now loses what is not on disk, and writes may be refused.",
    },
  ],
});
