import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { typeLines } from "./documents.ts";
import type { Metrics } from "./metrics.ts";

/** What a program itself says: it is built, started and asked once. */
export function exposed(module: string, args: readonly string[], url: string): Metrics {
  const folder = mkdtempSync(join(tmpdir(), "catalogue-"));
  execFileSync("go", ["install", module], {
    env: { ...process.env, GOBIN: folder, CGO_ENABLED: "0" },
    cwd: "/",
  });
  const server = spawn(join(folder, readdirSync(folder)[0] ?? ""), args, { stdio: "ignore" });
  try {
    return typeLines(execFileSync("curl", ["--silent", "--retry", "20", "--retry-connrefused", url], { encoding: "utf8" }));
  } finally {
    server.kill();
    rmSync(folder, { recursive: true });
  }
}
