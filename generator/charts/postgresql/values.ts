import { postgresql } from "../../../schemas/postgresql.ts";
import { refs } from "../../dsl/index.ts";

/** The chart's values, as its templates see them. */
export const values = refs(postgresql);
