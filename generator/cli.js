// JavaScript, because what Node strips of types it keeps in the compile cache, which is not enabled before this file is read:
// without TypeScript in front of it, the stripper need not be loaded at all.
import { enableCompileCache } from "node:module";

enableCompileCache();

const { run } = await import("./commands.ts");
process.exitCode = await run(process.argv.slice(2));
