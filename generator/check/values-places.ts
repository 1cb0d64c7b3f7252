import { EVENT_ID, SCALAR_STYLE, getScalarValue } from "js-yaml";
import type { Event, ScalarEvent } from "js-yaml";
import { pointerTo } from "./values-pointer.ts";
import type { Pointer } from "./values-pointer.ts";
import { resolvePlain } from "./values-yaml.ts";

/** Where a value stands in its file. */
export interface Place {
  /** Line of its key, or of a list's item; the first is 1. */
  readonly line: number;
  /** The value as it is written, if it is a scalar without quotes and without a tag. */
  readonly plain?: string;
}

/** Something that Helm takes without a word, or refuses without saying where. */
export interface Trap {
  readonly pointer: Pointer;
  readonly line: number;
  readonly message: string;
}

export interface Located {
  /** Values that come from an alias or a merge key (`<<`) have no place of their own. */
  readonly places: ReadonlyMap<Pointer, Place>;
  readonly traps: readonly Trap[];
}

/** Finds the line of each value of the first document, and what is written in a way that Helm misreads. */
export function locate(text: string, events: readonly Event[]): Located {
  const places = new Map<Pointer, Place>();
  const traps: Trap[] = [];
  const lineAt = lineCounter(text);
  const cursor = events[Symbol.iterator]();
  const next = (): Event | undefined => cursor.next().value;

  /** Takes in one node; `line` is where it is said to stand. */
  function visit(event: Event | undefined, pointer: Pointer, line: number): void {
    const plain = plainText(text, event);
    places.set(pointer, { line, ...(plain !== undefined && { plain }) });
    if (plain !== undefined && /^[-+]?\.(?:inf|nan)$/iu.test(plain))
      traps.push({ pointer, line, message: `is ${plain}, which Helm refuses: quote it, or give a number` });
    if (event?.type === EVENT_ID.MAPPING) visitEntries(pointer, line);
    if (event?.type === EVENT_ID.SEQUENCE) visitItems(pointer, line);
  }

  function visitEntries(pointer: Pointer, mapLine: number): void {
    const lines = new Map<string, number>();
    for (let key = next(); key !== undefined && key.type !== EVENT_ID.POP; key = next()) {
      const line = lineAt(startOf(key)) ?? mapLine;
      const name = keyName(text, key);
      const child = pointerTo(pointer, name);
      if (key.type !== EVENT_ID.SCALAR) visit(key, child, line);
      const message = keyFault(name, plainText(text, key), lines);
      if (message !== undefined) traps.push({ pointer: child, line, message });
      lines.set(name, line);
      visit(next(), child, line);
    }
  }

  function visitItems(pointer: Pointer, listLine: number): void {
    let index = 0;
    for (let item = next(); item !== undefined && item.type !== EVENT_ID.POP; item = next()) {
      visit(item, pointerTo(pointer, index), lineAt(startOf(item)) ?? listLine);
      index += 1;
    }
  }

  next(); // the start of the document
  visit(next(), "", 1);
  return { places, traps };
}

/** What is wrong with a key, given the lines of the keys before it in its map. */
function keyFault(name: string, plain: string | undefined, before: ReadonlyMap<string, number>): string | undefined {
  if (before.has(name)) return `is given twice, also in line ${before.get(name)}, and Helm silently takes the last: keep one`;
  if (name === "<<" && before.size > 0) return "must come first in its map: in Helm it overrides the keys above it";
  if (plain === undefined || (plain === name && name !== "null")) return undefined;
  return `is the key ${plain}, which Helm reads as ${name}: quote it (${JSON.stringify(plain)})`;
}

/** A key as Helm makes a string of it: `on:` is the key `true`. Helm refuses maps and lists as keys; they are called `?`. */
function keyName(text: string, key: Event): string {
  if (key.type !== EVENT_ID.SCALAR) return "?";
  const plain = plainText(text, key);
  return plain === undefined ? getScalarValue(text, key) : String(resolvePlain(plain));
}

function plainText(text: string, event: Event | undefined): string | undefined {
  const isPlain = event?.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0;
  return isPlain ? getScalarValue(text, event) : undefined;
}

function startOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return (event satisfies ScalarEvent).valueStart;
  return "start" in event ? event.start : -1;
}

/** Tells the line of an offset, the first line being 1; undefined for the offset -1, which empty values have. */
function lineCounter(text: string): (offset: number) => number | undefined {
  const starts = [0, ...Array.from(text.matchAll(/\r\n?|\n/gu), (lineBreak) => lineBreak.index + lineBreak[0].length)];
  return (offset) => {
    if (offset < 0) return undefined;
    let [low, high] = [0, starts.length]; // the line is the last one that starts at or before the offset
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
