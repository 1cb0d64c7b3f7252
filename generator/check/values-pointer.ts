/** The steps from the root of a document to a value: a JSON pointer (RFC 6901), `/env/a~1b/0`. */
export type Pointer = string;

export function pointerTo(parent: Pointer, key: string | number): Pointer {
  return `${parent}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

export function pointerParts(pointer: Pointer): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The map or list that holds the value; the root holds itself. */
export function parentOf(pointer: Pointer): Pointer {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf("/")));
}

/** A pointer as people write it: `backend.env.LOG_LEVEL`, `hosts[0]`; a part that holds a dot is quoted. */
export function pathOf(pointer: Pointer): string {
  return pointerParts(pointer)
    .map((part) => (/^[0-9]+$/u.test(part) ? `[${part}]` : /^[^.[\]"\s]+$/u.test(part) ? `.${part}` : `.${JSON.stringify(part)}`))
    .join("")
    .replace(/^\./u, "");
}
