import { applicationCases } from "./applications.ts";
import type { Cases } from "./case.ts";
import { clusterServiceCases } from "./cluster-services.ts";
import { certificateCases, postgresqlCases, redisCases } from "./data.ts";
import { httpCases, ingressCases } from "./http.ts";
import { logCases, selfCases } from "./monitoring.ts";
import { nodeCases, storageCases } from "./nodes.ts";
import { podCases } from "./pods.ts";
import { scalingCases } from "./scaling.ts";

export type { AlertCases, Situation } from "./case.ts";

/** Every alert with its cases. */
export const cases: Cases = {
  ...httpCases,
  ...ingressCases,
  ...applicationCases,
  ...podCases,
  ...scalingCases,
  ...nodeCases,
  ...clusterServiceCases,
  ...storageCases,
  ...redisCases,
  ...postgresqlCases,
  ...certificateCases,
  ...logCases,
  ...selfCases,
};
