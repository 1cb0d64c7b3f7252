import { contains, each, toYaml, tpl, when } from "../dsl/index.ts";
import { shared as v } from "./application.ts";

/** The user's own manifests. `tpl` is slow, so it runs only on those that hold a template expression. */
export const extraObjects = each(v.extraObjects, (object) => when<unknown>(contains("{{", toYaml(object)), tpl(toYaml(object)), object));
