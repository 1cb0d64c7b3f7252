import { allValues } from "../../../schemas/xpeditis.ts";
import { refs } from "../../dsl/index.ts";

/** The umbrella's values, those of its subcharts included, as its templates see them. */
export const values = refs(allValues);

/** The subcharts' scopes, for their named templates. Only to be used where the subchart is enabled. */
export const backend = { subchart: "backend" } as const;
export const edge = { subchart: "edge" } as const;
export const frontend = { subchart: "frontend" } as const;
export const issuers = { subchart: "issuers" } as const;
export const postgresql = { subchart: "postgresql" } as const;
export const redis = { subchart: "redis" } as const;
export const monitoringChart = { subchart: "monitoring" } as const;
