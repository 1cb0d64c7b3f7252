import { connectionsOf } from "../../kubernetes/connection.ts";
import { toObjectStorage } from "./object-storage.ts";
import { toPostgresql } from "./postgresql.ts";
import { toRedis } from "./redis.ts";

/** The ways to the other components of the release. */
export const connections = connectionsOf(toPostgresql, toRedis, toObjectStorage);
