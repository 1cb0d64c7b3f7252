import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createPod } from "./container.ts";
import { install, passwords, startServer, type Installed, type Server } from "./redis-release.ts";
import { client, RedisError, type Reply } from "./resp.ts";

let installed: Installed;
let server: Server;
beforeAll(async () => {
  installed = await install({});
  server = await startServer(installed);
});
afterAll(() => server[Symbol.asyncDispose]());

/** What a user is told. */
async function say(user: keyof typeof passwords, ...command: (string | number)[]): Promise<Reply> {
  await using connection = await server.as(user);
  // Not before the answer may the connection be closed.
  return await connection.send(...command);
}
const refusal = (text: string) => expect.objectContaining({ message: expect.stringContaining(text) });

describe("nobody gets in", () => {
  test("with a wrong password, as the user default, or without any", async () => {
    await expect(client(installed.port, ["app", "wrong"])).rejects.toThrow("WRONGPASS");
    await expect(client(installed.port, ["default", ""])).rejects.toThrow("WRONGPASS");
    await using stranger = await client(installed.port);
    expect(await stranger.send("PING")).toEqual(refusal("NOAUTH"));
  });

  test("but users do from other machines: Redis listens on all addresses", async () => {
    const outer = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const address = outer.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.2";
    await using app = await client(installed.port, ["app", passwords.app], address);
    expect(await app.send("PING")).toBe("PONG");
  });

  test("if a password is empty: Redis does not start", async () => {
    const { spec, world } = installed;
    const secrets = { "redis-secrets": { ...world.secrets["redis-secrets"], "app-password": "" } };
    await using pod = await createPod(spec("server"), { ...world, secrets });
    expect(await pod.run("prepare")).toMatchObject({ code: 1, output: "the password of the user app is empty\n" });
  });
});

/** What Redis says where it is not `NOPERM`. */
const refusals: Readonly<Record<string, string>> = { EVAL: "can't run this command", DEBUG: "DEBUG command not allowed" };

describe("the backend's user", () => {
  test("publishes and subscribes to Socket.IO's channels, by name and by pattern", async () => {
    await using subscriber = await server.as("app");
    await using publisher = await server.as("app");
    // What @socket.io/redis-adapter does for each namespace.
    for (const namespace of ["/", "/notifications"]) {
      await subscriber.send("PSUBSCRIBE", `socket.io#${namespace}#*`);
      await subscriber.send("SUBSCRIBE", `socket.io-request#${namespace}#`);
      await subscriber.send("SUBSCRIBE", `socket.io-response#${namespace}#`);
      expect(await publisher.send("PUBLISH", `socket.io#${namespace}#room#`, "hello")).toBe(1);
      expect(await publisher.send("PUBLISH", `socket.io-request#${namespace}#`, "who")).toBe(1);
      expect(await publisher.send("PUBLISH", `socket.io-response#${namespace}#uid#`, "me")).toBe(0);
    }
    expect(subscriber.messages).toHaveLength(4);
    expect(await publisher.send("PUBSUB", "NUMSUB", "socket.io-request#/#")).toEqual(["socket.io-request#/#", 1]);
  });

  test("reaches no other channel", async () => {
    expect(await say("app", "SUBSCRIBE", "__keyevent@0__:expired")).toEqual(refusal("NOPERM"));
    expect(await say("app", "PUBLISH", "orders", "1")).toEqual(refusal("NOPERM"));
    // Wider than what it may have.
    expect(await say("app", "PSUBSCRIBE", "*")).toEqual(refusal("NOPERM"));
    expect(await say("app", "PSUBSCRIBE", "socket.io#*")).toEqual(refusal("NOPERM"));
  });

  test.each([
    ["SET", "rate:1", "1", "EX", "900"],
    ["INCR", "hits"],
    ["XADD", "socket.io", "*", "type", "1"],
    ["EVAL", "return redis.call('INCR', KEYS[1])", "1", "hits"],
    ["CLIENT", "SETNAME", "backend"],
    ["SELECT", "0"],
    ["MULTI"],
    ["SCAN", "0"],
    ["INFO"],
  ])("may %s", async (...command) => {
    expect(await say("app", ...command)).not.toBeInstanceOf(RedisError);
  });

  test.each([
    ["FLUSHALL"],
    ["FLUSHDB"],
    ["KEYS", "*"],
    ["CONFIG", "GET", "*"],
    ["CONFIG", "SET", "maxmemory", "0"],
    ["ACL", "LIST"],
    ["ACL", "SETUSER", "mallory", "on", "nopass", "+@all"],
    ["CLIENT", "LIST"],
    ["DEBUG", "SLEEP", "1"],
    ["SHUTDOWN"],
    ["REPLICAOF", "127.0.0.1", "1"],
    ["SAVE"],
    ["MONITOR"],
    ["MODULE", "LIST"],
    ["SYNC"],
    ["EVAL", "return redis.call('FLUSHALL')", "0"],
  ])("may not %s", async (...command) => {
    expect(await say("app", ...command)).toEqual(refusal(refusals[command[0] ?? ""] ?? "NOPERM"));
  });
});

test.each(["probe", "exporter"] as const)("the user %s reads no key and changes nothing", async (user) => {
  await say("app", "SET", "secret", "1");
  expect(await say(user, "PING")).toBe("PONG");
  for (const command of [
    ["GET", "secret"],
    ["SET", "a", "1"],
    ["SCAN", "0"],
    ["FLUSHALL"],
    ["CONFIG", "SET", "maxmemory", "0"],
    ["ACL", "LIST"],
  ]) {
    expect([command, await say(user, ...command)]).toEqual([command, refusal("NOPERM")]);
  }
});
