import type { Finding, Rule } from "./rule.ts";
import { podRule } from "./rule.ts";

/** Jobs and CronJobs. */
export const jobRules: readonly Rule[] = [
  {
    id: "job-ttl-seconds-after-finished",
    askedBy: ["kube-linter/job-ttl-seconds-after-finished"],
    *check(release): Generator<Finding> {
      for (const { manifest, object } of release.all("Job")) {
        if (object.spec?.ttlSecondsAfterFinished !== undefined) continue;
        const message = "is not set, so finished Jobs and their pods stay for ever; write for instance 86400";
        yield { manifest, path: "spec.ttlSecondsAfterFinished", message };
      }
      for (const { manifest, object } of release.all("CronJob")) {
        if (object.spec?.jobTemplate.spec?.ttlSecondsAfterFinished === undefined) continue;
        yield {
          manifest,
          path: "spec.jobTemplate.spec.ttlSecondsAfterFinished",
          message: "works against the history limits of the CronJob; leave it out",
        };
      }
    },
  },
  {
    id: "cronjob-has-deadline",
    askedBy: ["kube-score/cronjob-has-deadline"],
    *check(release): Generator<Finding> {
      for (const { manifest, object } of release.all("CronJob")) {
        if (object.spec?.startingDeadlineSeconds !== undefined) continue;
        const message = "is not set, so after 100 missed runs the CronJob stops for good; write one";
        yield { manifest, path: "spec.startingDeadlineSeconds", message };
      }
    },
  },
  podRule("cronjob-restartpolicy", ["kube-score/cronjob-restartpolicy"], function* ({ owner, spec, specPath }) {
    if (owner !== "Job" && owner !== "CronJob") return;
    if (spec.restartPolicy === "Never" || spec.restartPolicy === "OnFailure") return;
    const is = spec.restartPolicy ?? "not set, which means Always";
    yield { path: `${specPath}.restartPolicy`, message: `is ${is}; a Job accepts only Never or OnFailure` };
  }),
];
