import { afterAll, beforeAll } from "vitest";

import { migrate, startBackend, startSystem, type Backend, type System } from "./system.ts";

/** One backend on a migrated database, for all tests of the file that asks; there from the first of them on. */
export function withBackend(): { readonly system: System; readonly backend: Backend } {
  const started: { system?: System; backend?: Backend } = {};
  beforeAll(async () => {
    started.system = await startSystem();
    await migrate(started.system);
    started.backend = await startBackend(started.system);
  });
  afterAll(async () => {
    await started.backend?.[Symbol.asyncDispose]();
    await started.system?.[Symbol.asyncDispose]();
  });
  return started as Required<typeof started>;
}
