import { parser as logql } from "@grafana/lezer-logql";
import { parser as promql } from "@prometheus-io/lezer-promql";
import type { Tree } from "@lezer/common";

import { rolloutMarks } from "../../generator/charts/monitoring/dashboards/dashboard.ts";
import { definitions } from "../../generator/charts/monitoring/dashboards/index.ts";
import type { Panel } from "../../generator/charts/monitoring/dashboards/panels.ts";
import { ruleGroups } from "../../generator/charts/monitoring/rules/index.ts";
import { withExamples } from "../../generator/charts/monitoring/settings.ts";

/** A query and where it stands, for a failing test to say. */
export interface Located {
  readonly place: string;
  readonly expr: string;
}

/** PromQL of every rule, as the chart would write it. */
export const ruleQueries: readonly Located[] = ruleGroups.flatMap(({ name, rules }) =>
  rules.map((rule) => ({ place: `${name}/${"alert" in rule ? rule.alert : rule.record}`, expr: withExamples(rule.expr) })),
);

const isLoki = ({ kind }: Panel) => kind === "logs" || kind === "logvolume";

const panelQueriesOf = (loki: boolean): readonly Located[] =>
  definitions.flatMap(({ uid, rows }) =>
    rows.flatMap(({ panels }) =>
      panels
        .filter((panel) => isLoki(panel) === loki)
        .flatMap(({ title, queries }) => queries.map(({ expr }) => ({ place: `${uid}/${title}`, expr: withoutVariables(expr) }))),
    ),
  );

/** Grafana puts durations for these; other variables stand in strings, where they are as good as any text. */
function withoutVariables(expr: string): string {
  return expr.replaceAll(/\$__(rate_interval|interval|range|auto)\b/g, "5m");
}

export const panelQueries = [...panelQueriesOf(false), { place: "marks of rollouts", expr: rolloutMarks.expr }];
export const logQueries = panelQueriesOf(true);

/** What the metrics of variables are read from, as selectors. */
export const variableQueries: readonly Located[] = definitions.flatMap(({ uid, variables }) =>
  variables.flatMap((variable) => ("from" in variable ? [{ place: `${uid}/$${variable.name}`, expr: variable.from }] : [])),
);

/** Texts at which the parser stumbled. Empty if the query is right. */
export function syntaxErrors({ expr }: Located, language: "promql" | "logql"): string[] {
  const errors: string[] = [];
  (language === "promql" ? promql : logql).parse(expr).iterate({
    enter: ({ type, from }) => void (type.isError && errors.push(expr.slice(Math.max(0, from - 20), from + 20))),
  });
  return errors;
}

/** A metric as a query uses it. */
export interface Use {
  readonly name: string;
  /** Functions around it that want a counter. */
  readonly asCounter: boolean;
  /** Value of an equality matcher on `job`. */
  readonly job: string | undefined;
}

const wantsCounter = /^(rate|increase|irate)$/;

/** Every metric a PromQL query selects. */
export function metricsOf({ expr }: Located): Use[] {
  const tree: Tree = promql.parse(expr);
  const uses: Use[] = [];
  tree.iterate({
    enter: ({ type, node }) => {
      if (type.name !== "VectorSelector") return;
      const identifier = node.getChild("Identifier");
      if (identifier === null) return;
      const selector = expr.slice(node.from, node.to);
      let outer = node.parent;
      while (outer !== null && outer.type.name !== "FunctionCall") outer = outer.type.name === "AggregateExpr" ? null : outer.parent;
      const call = outer === null ? "" : expr.slice(outer.from, expr.indexOf("(", outer.from)).trim();
      uses.push({
        name: expr.slice(identifier.from, identifier.to),
        asCounter: wantsCounter.test(call),
        job: /\bjob="([^"]+)"/.exec(selector)?.[1],
      });
    },
  });
  return uses;
}
