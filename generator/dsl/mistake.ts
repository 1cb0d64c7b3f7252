import { relative } from "node:path";
import { fileURLToPath } from "node:url";

import { ChartError } from "../problem.ts";

/** A mistake in the source of a chart, with the line that made it: the first one outside the template language. */
export function mistake(message: string): ChartError {
  const frames = (new Error().stack ?? "").split("\n").slice(1);
  const place = frames.map(placeOf).find((each) => each !== undefined && !each.startsWith(own));
  return new ChartError(place === undefined ? message : `${relative(process.cwd(), place)}: ${message}`);
}

const own = import.meta.dirname;

/** `at name (file:///a/b.ts:3:14)` → `/a/b.ts:3`. */
function placeOf(frame: string): string | undefined {
  const [, url, path, line] = /(?:(file:\/\/\/[^():]+)|(\/[^():]+)):(\d+):\d+\)?$/.exec(frame) ?? [];
  const file = url === undefined ? path : fileURLToPath(url);
  return file === undefined ? undefined : `${file}:${line}`;
}
