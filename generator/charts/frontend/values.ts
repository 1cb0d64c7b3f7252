import { frontend } from "../../../schemas/frontend.ts";
import { refs } from "../../dsl/index.ts";

/** The frontend's values, as its templates see them. */
export const values = refs(frontend);
