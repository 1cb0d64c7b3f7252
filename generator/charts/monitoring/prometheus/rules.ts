import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";

import { file, lines, merge, mul, replace, str, toJson, when, type Block, type Doc, type Expr, type Tpl } from "../../../dsl/index.ts";
import { mebibytes } from "../../../kubernetes/quantity.ts";
import { inNamespace } from "../component.ts";
import { prometheus } from "../components.ts";
import type { JobName } from "../metrics.ts";
import { ruleFile, ruleGroups } from "../rules/index.ts";
import { settings as words } from "../settings.ts";
import { values as v } from "../values.ts";
import { applicationNamespace, podJobs } from "./jobs.ts";

const { prometheus: settings } = v;

/** What each word in a rule file becomes. A series takes some 7 KiB of the memory limit, with what queries need on top. */
const meanings: Readonly<Record<keyof typeof words, Expr<string>>> = {
  namespace: applicationNamespace,
  runbooks: settings.runbooksUrl,
  availability: settings.objectives.availability,
  fastShare: settings.objectives.fastShare,
  fastSeconds: settings.objectives.fastSeconds,
  maxSeries: str`${mul(mebibytes(settings.resources.limits.memory), 150)}`,
};

/** Without its scrape job a group has nothing to watch, and alerts of what is absent would fire for ever. */
export const conditions: Partial<Record<JobName, Expr<unknown>>> = {
  blackbox: v.blackbox.enabled,
  ...Object.fromEntries(podJobs.map(({ job, condition, watched = condition }) => [job, watched])),
};

/** The rules on one scrape job: a file of the chart, and the text that the template makes of it. */
interface RuleFile {
  readonly job: JobName;
  readonly path: string;
  readonly text: string;
  readonly condition: Expr<unknown> | undefined;
  /** The text with the values in the place of the words. */
  readonly filled: Expr<string>;
}

export const ruleFiles: readonly RuleFile[] = [...new Set(ruleGroups.map(({ component }) => component))].map((job) => {
  const path = `files/rules/${job}.yaml`;
  const text = ruleFile(ruleGroups.filter(({ component }) => component === job));
  const used = (Object.keys(words) as (keyof typeof words)[]).filter((name) => text.includes(words[name].word));
  const filled = used.reduce((rest, name) => replace(words[name].word, meanings[name], rest), file(path));
  return { job, path, text, condition: conditions[job], filled };
});

export const rulesName = str`${prometheus.name}-rules`;

const entries = ruleFiles.map(({ job, condition, filled }) => {
  const key = { [`${job}.yaml`]: lines(filled) };
  return condition === undefined ? key : when<Tpl<Readonly<Record<string, string>>>>(condition, key);
});

/** The rules in a ConfigMap of their own, so that a change of the scrape configuration does not touch it. */
export const rulesConfigMap: Block<Doc<IConfigMap>> = when(prometheus.enabled, {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: inNamespace(rulesName),
  data: merge(...entries, when(settings.extraRules, { "extra.yaml": str`{"groups":${toJson(settings.extraRules)}}` })),
});
