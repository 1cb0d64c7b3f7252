import { each, fail, hasPrefix, str, when, type Guard } from "../../dsl/index.ts";
import { scalingGuards } from "../../kubernetes/autoscaling.ts";
import { secretGuards } from "../../kubernetes/configuration.ts";
import { refuseOwnVariables } from "../../kubernetes/environment.ts";
import { nameGuards } from "../../kubernetes/names.ts";
import { podGuards } from "../../kubernetes/pod-guards.ts";
import { timingGuards } from "../../kubernetes/shutdown.ts";
import { application } from "./application.ts";
import { values as v } from "./values.ts";

export const guards: Guard[] = [
  refuseOwnVariables("frontend", application.environment),
  each(v.env, (_, name) =>
    when(
      hasPrefix("NEXT_PUBLIC_", name),
      fail(
        str`frontend.env.${name} would change nothing: Next.js writes NEXT_PUBLIC_ variables into the bundle when the image is built; set it there, or read a variable without the prefix on the server`,
      ),
    ),
  ),
  ...secretGuards("frontend", application),
  ...scalingGuards("frontend"),
  ...nameGuards("frontend"),
  ...timingGuards("frontend"),
  ...podGuards("frontend", { volumes: ["tmp", "next-cache"], containers: ["frontend"] }),
];
