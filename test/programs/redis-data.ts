/** Data for the tests that must find it again. */
import type { Server } from "./redis-release.ts";
import type { Client, Reply } from "./resp.ts";

/** One key of each kind of data, some with an end. */
export async function seed(app: Client): Promise<void> {
  await app.send("SET", "text", "é\n😀");
  await app.send("SET", "cached", "1", "EX", 86400);
  await app.send("HSET", "hash", "a", "1", "b", "2");
  await app.send("RPUSH", "list", "1", "2", "3");
  await app.send("SADD", "set", "x", "y");
  await app.send("ZADD", "sorted", "1.5", "one", "2", "two");
  await app.send("XADD", "socket.io", "1-1", "type", "broadcast");
  for (let index = 0; index < 5000; index += 1) void app.send("SET", `key:${index}`, index);
  await app.send("PING");
}

/** Everything that is in Redis: key → its value and whether it ends. */
export async function contents(server: Server): Promise<Readonly<Record<string, Reply>>> {
  await using app = await server.as("app");
  const keys = (await scan(app)).toSorted();
  const read = async (key: string): Promise<Reply> => {
    const type = String(await app.send("TYPE", key));
    const commands: Record<string, (string | number)[]> = {
      string: ["GET", key],
      hash: ["HGETALL", key],
      list: ["LRANGE", key, 0, -1],
      set: ["SMEMBERS", key],
      zset: ["ZRANGE", key, 0, -1, "WITHSCORES"],
      stream: ["XRANGE", key, "-", "+"],
    };
    const value = await app.send(...(commands[type] ?? []));
    // Sets and hashes have no order.
    const isOrdered = type !== "set" && type !== "hash";
    return [type, isOrdered || !Array.isArray(value) ? value : value.toSorted(), Number(await app.send("TTL", key)) > 0 ? "ends" : "stays"];
  };
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await read(key)] as const)));
}

async function scan(app: Client): Promise<string[]> {
  const keys: string[] = [];
  let cursor = "0";
  do {
    // oxlint-disable-next-line no-await-in-loop
    const [next, found] = (await app.send("SCAN", cursor, "COUNT", 1000)) as [string, string[]];
    keys.push(...found);
    cursor = next;
  } while (cursor !== "0");
  return keys;
}
