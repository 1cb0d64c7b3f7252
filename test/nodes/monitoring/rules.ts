import { ruleGroups } from "../../../generator/charts/monitoring/rules/index.ts";
import { isOfMissingJobs } from "./missing.ts";
import type { Observer } from "./observer.ts";

interface Rule {
  readonly name: string;
  readonly health: "ok" | "err" | "unknown";
  readonly lastError?: string;
}

/** All rules as Prometheus last evaluated them; `unknown` until it has. */
export async function evaluatedRules({ prometheus }: Observer): Promise<Rule[]> {
  return (await prometheus<{ groups: readonly { readonly rules: readonly Rule[] }[] }>("rules")).groups.flatMap(({ rules }) => rules);
}

export interface Recorded {
  readonly record: string;
  readonly samples: number;
  /** It records nothing and should, or something although nobody tells it anything. */
  readonly isWrong: boolean;
}

/** What every recording rule records at present. */
export async function recordings(observer: Observer): Promise<Recorded[]> {
  const rules = ruleGroups.flatMap((group) => group.rules.flatMap((rule) => ("record" in rule ? [rule] : [])));
  return Promise.all(
    rules.map(async ({ record, expr }) => {
      const samples = (await observer.samples(record)).length;
      return { record, samples, isWrong: (samples === 0) !== isOfMissingJobs(expr) };
    }),
  );
}
