import { chartContext, type Installation } from "../../../chart/render.ts";
import { evaluateTemplate } from "../../../dsl/index.ts";
import type { Values } from "../../../values/defaults.ts";
import { edge } from "../index.ts";
import { byEnding, frame, healthCheck } from "./design.ts";
import type { Frame, HealthCheck, Listener, LoadBalancer } from "./model.ts";

/** The load balancer that values of the chart `edge` mean: what its templates say, before it is written as annotations. */
export function loadBalancerOf(values: Values, installation: Installation): LoadBalancer {
  const [meant] = evaluateTemplate(
    [{ frame, healthCheck, ports: byEnding(({ ports }) => ports), listener: byEnding(({ listener }) => listener) }],
    chartContext(edge, values, installation),
  );
  const { ports, listener, ...rest } = withoutEmpty(meant) as {
    readonly frame: Frame;
    readonly healthCheck: HealthCheck;
    readonly ports: Readonly<Record<string, number>>;
    readonly listener: Omit<Listener, "healthCheck">;
  };
  const services = Object.values(ports).map((port) => ({ port, ...listener, healthCheck: rest.healthCheck }));
  return { ...rest.frame, privateNetwork: rest.frame.privateNetwork ?? {}, services };
}

/** In values an empty text means none, in the model it is left out. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, each]) => each !== "" && each !== null);
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutEmpty(each)]));
}
