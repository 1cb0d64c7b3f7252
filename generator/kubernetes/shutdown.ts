import { add, fail, ge, lt, str, when, type Guard } from "../dsl/index.ts";
import { shared as v } from "./application.ts";

const needed = add(v.shutdown.preStopSeconds, v.shutdown.drainSeconds, v.shutdown.longestRequestSeconds, 5);

/** What cannot be right about the timings of a rollout and of idle connections. */
export const timingGuards = (chart: string): Guard[] => [
  when(
    lt(v.shutdown.gracePeriodSeconds, needed),
    fail(
      str`${chart}.shutdown.gracePeriodSeconds (${v.shutdown.gracePeriodSeconds}) is shorter than preStopSeconds + drainSeconds + longestRequestSeconds + 5 (${needed}): requests would be cut off; raise it to ${needed} or shorten the others`,
    ),
  ),
  when(
    ge(v.keepAlive.traefikIdleSeconds, v.keepAlive.nodeIdleSeconds),
    fail(
      str`${chart}.keepAlive.traefikIdleSeconds (${v.keepAlive.traefikIdleSeconds}) must be less than ${chart}.keepAlive.nodeIdleSeconds (${v.keepAlive.nodeIdleSeconds}), or Traefik answers 502 now and then; raise keepAliveTimeout in the application and nodeIdleSeconds here, or lower traefikIdleSeconds`,
    ),
  ),
];
