import { redis as schema } from "../../../schemas/redis.ts";
import type { Chart } from "../../chart/chart.ts";
import { eq, when } from "../../dsl/index.ts";
import { literalSecret, storedSecret } from "../../kubernetes/configuration.ts";
import { serviceAccount } from "../../kubernetes/deployment.ts";
import { extraObjects } from "../../kubernetes/extra-objects.ts";
import { serviceMonitor } from "../../kubernetes/service.ts";
import { backupCronJob } from "./backup.ts";
import { claim } from "./claim.ts";
import { configMap } from "./configuration.ts";
import { guards } from "./guards.ts";
import { jobConfigMap } from "./job-pod.ts";
import { networkPolicies } from "./network-policy.ts";
import { notes } from "./notes.ts";
import { pingTest } from "./ping-test.ts";
import { restoreJob } from "./restore.ts";
import { scriptFiles } from "./scripts.ts";
import { existingSecrets } from "./secret.ts";
import { headlessService, service } from "./service.ts";
import { statefulSet } from "./statefulset.ts";
import { secret } from "./names.ts";
import { values as v } from "./values.ts";

export const redis: Chart = {
  name: "redis",
  description: schema.description,
  keywords: ["redis", "valkey", "cache"],
  schema,
  files: scriptFiles,
  templates: {
    "backup-configmap": [jobConfigMap],
    "backup-cronjob": [backupCronJob],
    configmap: [configMap],
    externalsecret: [when(eq(v.secrets.mode, "external"), storedSecret(secret))],
    "extra-objects": [extraObjects],
    networkpolicy: networkPolicies,
    persistentvolumeclaim: [claim],
    "restore-job": [restoreJob],
    secret: [literalSecret(secret)],
    service: [service],
    "service-headless": [headlessService],
    serviceaccount: [serviceAccount],
    servicemonitor: [serviceMonitor],
    statefulset: [statefulSet],
    "tests/ping": [pingTest],
  },
  guards,
  notes,
  requires: existingSecrets,
  readme: `One Redis, in one of two modes: as a cache in memory, or with every write on a volume within a second. Each user has its own rights;
their passwords come from a Secret and only ever lie in files in memory. Backup and restore: \`docs/data-and-backups.md\`.

There is one pod and therefore no PodDisruptionBudget: it would either allow what it is to prevent, or keep a node from ever being
drained. The backend serves without Redis, more slowly, for the seconds that a restart takes.

Valkey runs as well: \`image: { repository: valkey/valkey, tag: 8.1-alpine }\`. Its images have Redis' names for its programs, too. It
starts with an empty volume: a log or a backup that Redis 7.4 wrote has a format that Valkey 8 does not read.`,
  subcharts: [],
};
