import { createHash } from "node:crypto";
import { access, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { emitChart } from "../../../generator/chart/emit.ts";
import { pack } from "../../../generator/chart/pack.ts";
import { xpeditis } from "../../../generator/charts/xpeditis/index.ts";
import { release } from "../../../generator/release.ts";

/** A change to a chart's text, as a person who breaks it would make it. */
export interface Edit {
  /** File below the umbrella, e.g. `charts/backend/templates/deployment.yaml`. */
  readonly file: string;
  /** Text to replace; it must be there. Every occurrence is replaced if it is a global pattern. */
  readonly from: string | RegExp;
  readonly to: string;
}

export interface Variant {
  /** Version of the umbrella and its charts; the current one if not given. */
  readonly version?: string;
  readonly edits?: readonly Edit[];
}

/** Packages of the umbrella in a folder of their own, which goes when it is disposed of. */
export interface Packages extends AsyncDisposable {
  /** Path of the packed umbrella; without a variant it is what `make package` packs. */
  pack(variant?: Variant): Promise<string>;
}

/** Makes the folder. */
export async function startPacking(): Promise<Packages> {
  const folder = await mkdtemp(join(tmpdir(), "xpeditis-packages-"));
  return {
    async pack(variant = {}) {
      const hash = createHash("sha256").update(JSON.stringify(variant, (_, value) => (value instanceof RegExp ? String(value) : value)));
      const version = variant.version ?? release.chart;
      const path = join(folder, `xpeditis-${version}-${hash.digest("hex").slice(0, 8)}.tgz`);
      if (!(await exists(path))) await writeFile(path, pack("xpeditis", version, filesOf(version, variant.edits ?? [])));
      return path;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/** A version below every released one, for the current chart in the part of its predecessor. */
export const earlierVersion = "0.0.9";

/**
 * The package that an upgrade comes from: the newest one in test/fixtures/released, or, as long as none is released, the
 * current chart under an earlier version. `isReal` tells the two apart.
 */
export async function previousPackage(packages: Packages): Promise<{ readonly path: string; readonly isReal: boolean }> {
  const folder = join("test", "fixtures", "released");
  const files = (await readdir(folder).catch(() => [])).filter((file) => /^xpeditis-\d.*\.tgz$/.test(file));
  const newest = files.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  if (newest !== undefined) return { path: join(folder, newest), isReal: true };
  return { path: await packages.pack({ version: earlierVersion }), isReal: false };
}

// ── internal ────────────────────────────────────────────────────────────────

function filesOf(version: string, edits: readonly Edit[]): Map<string, string> {
  const files = new Map(emitChart(xpeditis));
  for (const [path, text] of files) {
    if (path.endsWith("Chart.yaml")) files.set(path, text.replaceAll(/^( *version: )\S+$/gm, `$1${version}`));
  }
  for (const { file, from, to } of edits) {
    const text = files.get(file);
    if (text === undefined) throw new Error(`${file}: not in the chart; there are ${[...files.keys()].join(", ")}`);
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${file}: does not contain ${String(from)}:\n${text}`);
    files.set(file, changed);
  }
  return files;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
