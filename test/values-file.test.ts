import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readValuesFile } from "../generator/check/values-file.ts";
import { hostileStrings } from "./values-fixture.ts";
import { valuesInHelm } from "./values-helm.ts";

const read = (text: string) => readValuesFile({ path: "v.yaml", text });

describe("readValuesFile", () => {
  it("gives nothing of a file it cannot read, and says why once", () => {
    expect(read("a: [\n")).toMatchObject({ readable: false, values: {}, problems: [{ file: "v.yaml:2", path: "" }] });
  });

  it("knows the line of each value, and how scalars are written", () => {
    const { places } = read(
      [
        "# comment",
        "a: 1.10",
        "b:",
        '  "c.d": "x"',
        "  e/f:",
        "    - yes",
        "    -",
        "      g: |",
        "        text",
        "h: {i: 1,",
        "  j: 2}",
        "k:",
      ].join("\n"),
    );
    expect(
      Object.fromEntries(Array.from(places, ([pointer, { line, plain }]) => [pointer, plain === undefined ? line : `${line} ${plain}`])),
    ).toEqual({
      "": 1,
      "/a": "2 1.10",
      "/b": 3,
      "/b/c.d": 4,
      "/b/e~1f": 5,
      "/b/e~1f/0": "6 yes",
      "/b/e~1f/1": 8,
      "/b/e~1f/1/g": 8,
      "/h": 10,
      "/h/i": "10 1",
      "/h/j": "11 2",
      "/k": "12 ",
    });
  });

  it("reads anchors and merge keys", () => {
    expect(read("x-a: &a\n  k: 1\n  l: 2\nm:\n  <<: *a\n  l: 3\no: *a\n").values).toEqual({
      "x-a": { k: 1, l: 2 },
      m: { k: 1, l: 3 },
      o: { k: 1, l: 2 },
    });
  });
});

describe.each([4, 3] as const)("readValuesFile reads as Helm %i", (major) => {
  const expectSame = async (text: string): Promise<void> => expect(read(text).values).toEqual(await valuesInHelm(major, text));
  const lines = (scalars: readonly string[]): string => `list:\n${scalars.map((scalar) => `  - ${scalar}\n`).join("")}`;

  it("words that may be more than words", async () => {
    await expectSame(
      lines([
        ...hostileStrings.filter((text) => /^[\w.~<=+:-]+$/u.test(text) && !/^-|inf$/u.test(text)),
        "Yes",
        "ON",
        "yES",
        "NULL",
        "Null",
        "nUll",
        "TRUE",
        "tRue",
        "O",
        "",
        "~",
        "null",
      ]),
    );
  });

  it("whatever looks like a number", async () => {
    const scalars = fc.sample(fc.stringMatching(/^(?:[-+]?[0-9_.]|0[xXbBoO])[0-9_.aefExo+-]{0,5}$/u), 600);
    const numbers = [
      "-0",
      "+0",
      "0b11",
      "-0b11",
      "0b-11",
      "0b+1_1",
      "-0b-1",
      "0o17",
      "0O7",
      "0x1F",
      "-0x1f",
      "08",
      "1.",
      ".5",
      "-.5",
      ".5_1",
      ".5_",
      ".5_e1",
      ".5e1_0",
      ".1__2",
      "1e3",
      "1E-3",
      "9007199254740993",
      "123456789012345678901",
      "1e400",
    ];
    await expectSame(lines([...numbers, ...scalars.filter((scalar) => scalar !== "-")]));
  });

  it("keys", async () => {
    await expectSame("on: 1\n8080: 2\n1.50: 3\n0755: 4\n'yes': 5\n\"a.b\": 6\n1e3: 7\n");
  });

  it("texts in every style", async () => {
    await expectSame("a: |\n  x\n  y\nb: >-\n  x\n  y\nc: 'it''s'\nd: \"a\\tb\\u00e9\"\ne: x\n  y\nf: [a, 'b', {c: d}]\ng: !!str 4\n");
  });
});
