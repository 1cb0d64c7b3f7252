import { each, expand } from "../dsl/index.ts";
import { shared as v } from "./application.ts";

/** The user's own manifests. */
export const extraObjects = each(v.extraObjects, (object) => expand(object));
