import { afterAll, beforeAll, expect, test } from "vitest";

import { createPod } from "../programs/container.ts";
import { startBackend, startSystem, statusOf, type System } from "./system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

/** Runs the container `migrate` of the chart's Job. */
async function migrate() {
  const { spec, world } = await system.pod("migration");
  await using pod = await createPod(spec, world);
  return await pod.run("migrate");
}

async function emptyDatabase(name: string): Promise<void> {
  await system.postgresql.createDatabase(name);
  system.database = name;
}

const ask = (sql: string) => system.postgresql.query(system.database, sql);
const executed = () => ask("SELECT name FROM migrations ORDER BY id");
const both = "Bookings1767225600000\nPorts1769904000000";

test("the Job's command brings extensions and tables, and finds nothing to do the next time", async () => {
  await emptyDatabase("first");
  expect(await migrate()).toMatchObject({ code: 0, output: expect.stringContaining("Ports1769904000000 has been executed successfully") });
  expect(await ask("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1")).toBe("pg_trgm\nuuid-ossp");
  expect(await executed()).toBe(both);
  expect(await migrate()).toMatchObject({ code: 0, output: expect.stringContaining("No migrations are pending") });
  expect(await executed()).toBe(both);
});

/** Keeps the first migration from being done until sessions of two processes are there, for up to 30 seconds; then gives way. */
const gate = `DO $$ BEGIN
  CREATE TABLE booking ();
  FOR attempt IN 1..300 LOOP
    PERFORM pg_stat_clear_snapshot();
    EXIT WHEN (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'app') >= 3;
    PERFORM pg_sleep(0.1);
  END LOOP;
  PERFORM pg_sleep(0.5);
  RAISE EXCEPTION 'both are there';
END $$`;

test("of two that run at once, one migrates and the other finds it done", async () => {
  await emptyDatabase("twice");
  const given = ask(gate).catch(String);
  const outcomes = await Promise.all([migrate(), migrate()]);
  expect(await given).toContain("both are there");
  expect(outcomes).toMatchObject([{ code: 0 }, { code: 0 }]);
  expect(outcomes.filter(({ output }) => output.includes("executed successfully"))).toHaveLength(1);
  expect(outcomes.filter(({ output }) => output.includes("No migrations are pending"))).toHaveLength(1);
  expect(await executed()).toBe(both);
});

test("a migration that fails ends with an error, leaves nothing behind, and no pod becomes ready until it is mended", async () => {
  await emptyDatabase("broken");
  await ask("CREATE TABLE port (something integer)");
  expect(await migrate()).toMatchObject({ code: 1, output: expect.stringContaining('relation "port" already exists') });
  expect(await executed()).toBe("");
  expect(await ask("SELECT to_regclass('booking') IS NULL")).toBe("t");

  await using backend = await startBackend(system, {}, "startupProbe");
  await expect.poll(backend.running.output).toContain("waiting for migrations");
  expect(await statusOf(`${backend.url}/health/ready`)).toBe(503);
  await ask("DROP TABLE port");
  expect(await migrate()).toMatchObject({ code: 0 });
  await expect.poll(() => statusOf(`${backend.url}/health/ready`), { timeout: 10_000 }).toBe(200);
});

test("after a rollback, migrations of the later version do not hurt", async () => {
  await emptyDatabase("later");
  expect(await migrate()).toMatchObject({ code: 0 });
  await ask("INSERT INTO migrations (timestamp, name) VALUES (1999999999999, 'Later1999999999999')");
  await using backend = await startBackend(system);
  expect(await statusOf(`${backend.url}/health/ready`)).toBe(200);
});

test("a database that comes up late is waited for, by the Job and by the pods", async () => {
  await using late = await startSystem({ postgresqlRuns: false });
  const { spec, world } = await late.pod("migration");
  await using job = await createPod(spec, world);
  await using backend = await startBackend(late, {}, "startupProbe");
  const waiting = job.run("wait-for-database");
  await expect.poll(backend.running.output, { timeout: 10_000 }).toContain("the database does not answer");
  await late.postgresql.start();
  await late.postgresql.createDatabase("xpeditis");
  expect(await waiting).toMatchObject({ code: 0 });
  expect(await job.run("migrate")).toMatchObject({ code: 0 });
  await expect.poll(() => statusOf(`${backend.url}/health/ready`), { timeout: 20_000 }).toBe(200);
});

test("one that never comes up ends the Job with its name", async () => {
  await using never = await startSystem({ postgresqlRuns: false });
  const { spec, world } = await never.pod("migration", { migrations: { connectSeconds: 1 } });
  await using job = await createPod(spec, world);
  const outcome = await job.run("wait-for-database");
  expect(outcome).toMatchObject({ code: 1, output: expect.stringContaining("database postgresql-rw: connect ECONNREFUSED") });
  expect(await job.run("migrate")).toMatchObject({ code: 1 });
});

test("a certificate of another authority is refused, whatever the password", async () => {
  await using other = await startSystem({ postgresqlRuns: false });
  await emptyDatabase("other");
  const { spec, world } = await system.pod("migration");
  const secrets = { ...world.secrets, "postgresql-ca": { "ca.crt": other.postgresql.authority } };
  await using pod = await createPod(spec, { ...world, secrets });
  expect(await pod.run("migrate")).toMatchObject({ code: 1, output: expect.stringMatching(/certificate|issuer/) });
});
