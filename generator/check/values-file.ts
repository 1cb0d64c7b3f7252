import { YAMLException, constructFromEvents, parseEvents } from "js-yaml";
import type { Problem } from "../problem.ts";
import { isMap } from "../values/defaults.ts";
import type { Values } from "../values/defaults.ts";
import { locate } from "./values-places.ts";
import type { Place } from "./values-places.ts";
import { pathOf } from "./values-pointer.ts";
import type { Pointer } from "./values-pointer.ts";
import { helmYaml } from "./values-yaml.ts";

/** A values file as Helm gets it with `-f`. */
export interface ValuesFile {
  /** Path as the user knows it; messages name it. */
  readonly path: string;
  readonly text: string;
}

/** A values file as Helm understands it. */
export interface ReadFile {
  readonly path: string;
  readonly values: Values;
  readonly places: ReadonlyMap<Pointer, Place>;
  /** What is wrong with the file as YAML; of a file that is not `readable`, there is just one. */
  readonly problems: readonly Problem[];
  readonly readable: boolean;
}

/** Reads a file as Helm does, and notes on which line each value stands. An empty file has no values. */
export function readValuesFile({ path, text }: ValuesFile): ReadFile {
  const unreadable = (file: string, message: string): ReadFile => ({
    path,
    values: {},
    places: new Map(),
    problems: [{ file, path: "", message }],
    readable: false,
  });
  try {
    const events = parseEvents(text, {});
    // `json`: of a key that is given twice the last one counts, as in Helm; `locate` reports it
    const [values = null, ...others] = constructFromEvents(events, { source: text, schema: helmYaml, json: true });
    if (others.some((document) => document !== null))
      return unreadable(path, "holds several documents (`---`), of which Helm 3 reads the first only: make them one");
    if (values !== null && !isMap(values))
      return unreadable(`${path}:1`, `is ${Array.isArray(values) ? "a list" : "a single value"}, must be a map: lines of \`name: value\``);
    const { places, traps } = locate(text, events);
    const problems = traps.map(({ pointer, line, message }) => ({ file: `${path}:${line}`, path: pathOf(pointer), message }));
    return { path, values: values ?? {}, places, problems: [...problems, ...lostEnd(path, text)], readable: true };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return unreadable(error.mark === undefined ? path : `${path}:${error.mark.line + 1}`, `is not valid YAML: ${error.reason}`);
  }
}

/** Helm 4.0 to 4.2.4 lose such a line (helm/helm#32506), and with it, in a file of one line, everything. */
function lostEnd(path: string, text: string): Problem[] {
  const last = Buffer.byteLength(text.slice(text.lastIndexOf("\n") + 1));
  return last > 0 && last % 4096 === 0
    ? [
        {
          file: path,
          path: "",
          message: `has a last line of ${last} bytes without a line break, which Helm 4 ignores: end it with a line break`,
        },
      ]
    : [];
}
