import { fieldPath } from "./manifest.ts";

/** A field that the schema's validator never asked for, and the fields it asked for at that place. */
export interface UnknownField {
  readonly path: string;
  readonly name: string;
  readonly known: readonly string[];
}

/**
 * Runs a compiled validator over `data` and gives its result together with the fields of `data` it never read.
 *
 * kubernetes-models' validators accept unknown fields, but they are compiled code that reads `data.<field>` for each
 * field they know, also for absent ones. So the data is wrapped in Proxies that note what is read. An object on which
 * nothing was read is free-form; one whose keys are listed by the validator (labels, ConfigMap data) is read whole.
 */
export function findUnknownFields(data: object, run: (wrapped: unknown) => void): UnknownField[] {
  const visited: Visit[] = [];
  run(wrap(data, "", visited));
  return visited.flatMap(({ path, value, read }) =>
    read.size === 0
      ? []
      : Object.keys(value)
          .filter((name) => !read.has(name))
          .map((name) => ({ path, name, known: [...read] })),
  );
}

interface Visit {
  readonly path: string;
  readonly value: object;
  readonly read: Set<string>;
}

function wrap(value: unknown, path: string, visited: Visit[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  const read = new Set<string>();
  if (!Array.isArray(value)) visited.push({ path, value, read });
  const children = new Map<string, unknown>();
  // The copy keeps frozen data readable: a Proxy must give a frozen property's own value, not a wrapped one.
  const copy: object = Array.isArray(value) ? [...value] : { ...value };
  return new Proxy(copy, {
    get(target, key) {
      if (typeof key === "symbol") return Reflect.get(target, key);
      read.add(key);
      if (!Object.hasOwn(target, key)) return Reflect.get(target, key);
      if (!children.has(key)) {
        const segment = Array.isArray(target) ? Number(key) : key;
        children.set(key, wrap(Reflect.get(target, key), fieldPath(path, segment), visited));
      }
      return children.get(key);
    },
  });
}
