import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { dump } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkValues } from "../generator/check/values.ts";
import type { SchemaChart } from "../generator/check/values.ts";
import { findHelm, runHelm } from "../generator/helm.ts";
import { formatProblems } from "../generator/problem.ts";
import { emitSchema } from "../generator/values/emit-schema.ts";
import type { ObjectSchema } from "../generator/values/json-schema.ts";
import { valuesYaml } from "../generator/values/yaml.ts";
import { web } from "./values-fixture.ts";

const cache = {
  type: "object",
  description: "Values of the cache chart.",
  properties: {
    enabled: { type: "boolean", description: "Whether to install it.", default: false },
    memory: {
      type: "string",
      description: "Memory limit, a number with a unit.",
      pattern: "^[0-9]+(Mi|Gi)$",
      default: "64Mi",
      examples: ["256Mi"],
    },
    port: { type: ["integer", "string"], description: "Port or its name.", default: 6379 },
    weights: {
      type: "array",
      description: "Weights.",
      items: { type: "number", description: "Weight." },
      minItems: 1,
      uniqueItems: true,
      default: [1],
    },
    password: { type: "string", description: "Password.", minLength: 8, maxLength: 12 },
  },
} as const satisfies ObjectSchema;

const shop = {
  type: "object",
  description: "Values of the shop.",
  properties: {
    host: { type: "string", description: "Public host.", default: "shop.test" },
    web: { type: "object", description: "Values of the web chart.", default: { replicas: 3 }, additionalProperties: true },
    cache: { type: "object", description: "Values of the cache chart.", additionalProperties: true },
    global: web.properties.global,
  },
} as const satisfies ObjectSchema;

const chart: SchemaChart = {
  name: "shop",
  schema: shop,
  subcharts: [
    { chart: { name: "web", schema: web, subcharts: [] }, condition: "web.enabled" },
    { chart: { name: "cache", schema: cache, subcharts: [] }, condition: "cache.enabled" },
  ],
};

const problemsIn = async (...texts: string[]): Promise<string> =>
  formatProblems(
    await checkValues(
      chart,
      texts.map((text, index) => ({ path: index === 0 ? "v.yaml" : `v${index + 1}.yaml`, text })),
    ),
  );

/** Refused by Helm and by us, with what we say. */
const refused: readonly (readonly [string, string])[] = [
  ["hosts: x", "v.yaml:1: hosts: is not a value of the chart: did you mean host?"],
  ["replicas: 1", "v.yaml:1: replicas: is not a value of the chart here: did you mean web.replicas?"],
  ["nonsense: 1", "v.yaml:1: nonsense: is not a value of the chart: allowed here: host, web, cache, global"],
  ["web:\n  image:\n    tagg: x", "v.yaml:3: web.image.tagg: is not a value of the chart: did you mean tag?"],
  [
    "web:\n  image:\n    tag: 1.10",
    'v.yaml:3: web.image.tag: is a number, must be a string: quote it ("1.10"), since YAML reads 1.10 as 1.1',
  ],
  ["web:\n  image:\n    tag: 4", 'v.yaml:3: web.image.tag: is a number, must be a string: quote it ("4")'],
  [
    "web:\n  env:\n    DEBUG: yes",
    'v.yaml:3: web.env.DEBUG: is a boolean, must be a string or null: quote it ("yes"), since YAML reads yes as true',
  ],
  ["web:\n  env:\n    debug: x", "v.yaml:3: web.env.debug: is no allowed name: it must match ^[A-Z_]+$"],
  ["web:\n  replicas: '2'", "v.yaml:2: web.replicas: is a string, must be a whole number: write 2 without quotes"],
  ["web:\n  replicas: two", 'v.yaml:2: web.replicas: is "two", must be a whole number'],
  ["web:\n  replicas: 2.5", "v.yaml:2: web.replicas: is 2.5, must be a whole number"],
  ["web:\n  replicas: 0", "v.yaml:2: web.replicas: is 0, must be at least 1"],
  ["web:\n  replicas: 16", "v.yaml:2: web.replicas: is 16, must be at most 15"],
  [
    "web:\n  replicas: null",
    "v.yaml:2: web.replicas: is null, which removes the default, and the chart needs a value: leave the key out to get the default",
  ],
  [
    "web:\n  image: ~",
    "v.yaml:2: web.image: is null, which removes the default, and the chart needs a value: leave the key out to get the default",
  ],
  ["web:\n  image:\n    digest:", "v.yaml:3: web.image.digest: is null, must be a string: leave the key out"],
  ["web:\n  image:\n    repository: ''", "v.yaml:3: web.image.repository: must not be empty"],
  [
    "web:\n  image:\n    pullPolicy: always",
    'v.yaml:3: web.image.pullPolicy: is "always", must be one of: Always, IfNotPresent, Never (did you mean Always?)',
  ],
  ["web:\n  image:\n    pullPolicy: 1", 'v.yaml:3: web.image.pullPolicy: is a number, must be a string: quote it ("1")'],
  [
    "web:\n  autoscaling:\n    up:\n      after: 5 minutes",
    'v.yaml:4: web.autoscaling.up.after: is "5 minutes", must match ^[0-9]+[smh]$ (How long it must last.)',
  ],
  ["web:\n  tls: {}", "v.yaml:2: web.tls.secretName: is missing: the chart needs it"],
  ["web:\n  sidecars:\n    a:\n      ports: [1]", "v.yaml:3: web.sidecars.a.image: is missing: the chart needs it"],
  [
    "web:\n  sidecars:\n    a:\n      image: x\n      ports:\n        - 1\n        - b",
    'v.yaml:7: web.sidecars.a.ports[1]: is "b", must be a whole number',
  ],
  ["web:\n  tolerations: x", "v.yaml:2: web.tolerations: is a string, must be a list: write [x]"],
  ["web:\n  resources:\n    - a", "v.yaml:2: web.resources: is a list, must be a map: lines of `name: value` instead of `- value`"],
  ["web: 4", "v.yaml:1: web: must be a map: it holds the values of the subchart web"],
  ["cache: null", "v.yaml:1: cache: must be a map: it holds the values of the subchart cache"],
  ["cache:\n  enabled: 'true'", "v.yaml:2: cache.enabled: is a string, must be true or false: write true without quotes"],
  ["cache:\n  enabled: true\n  memory: 1G", 'v.yaml:3: cache.memory: is "1G", must match ^[0-9]+(Mi|Gi)$, for example 256Mi'],
  ["cache:\n  enabled: true\n  weights: []", "v.yaml:3: cache.weights: has 0 items, must have at least 1"],
  ["cache:\n  enabled: true\n  weights: [1, 2, 1]", "v.yaml:3: cache.weights: has the same item twice, at [0] and [2]"],
  ["cache:\n  enabled: true\n  password: short", 'v.yaml:3: cache.password: is "short", must have at least 8 characters'],
  ["cache:\n  enabled: true\n  password: much-longer-than", "v.yaml:3: cache.password: has 16 characters, must have at most 12"],
  ["cache:\n  enabled: true\n  port: [1]", "v.yaml:3: cache.port: is a list, must be a whole number or a string"],
  ["global:\n  domian: x", "v.yaml:2: global.domian: is not a value of the chart: did you mean domain?"],
  ["global:\n  domain: 4", 'v.yaml:2: global.domain: is a number, must be a string: quote it ("4")'],
  ["- a\n- b", "v.yaml:1: is a list, must be a map: lines of `name: value`"],
  ["text", "v.yaml:1: is a single value, must be a map: lines of `name: value`"],
  ["host: [", "v.yaml:1: is not valid YAML: unexpected end of the stream within a flow collection"],
  ["host: a: b", "v.yaml:1: is not valid YAML: bad indentation of a mapping entry"],
  ["host: x\n\tweb: 1", "v.yaml:2: is not valid YAML: tab characters must not be used in indentation"],
  ["web:\n  resources:\n    x: .nan", "v.yaml:3: web.resources.x: is .nan, which Helm refuses: quote it, or give a number"],
  ["web:\n  resources:\n    ~: 1", 'v.yaml:3: web.resources.null: is the key ~, which Helm reads as null: quote it ("~")'],
];

/** Taken by Helm and by us. */
const taken: readonly string[] = [
  "",
  "# nothing yet\n",
  "---\nhost: x\n",
  "host: x\n---\n",
  "host: 'yes'",
  "web:\n  replicas: 0x2\n  env: { A: '1', B: null, C: !!str 4 }",
  "web:\n  replicas: 04",
  "web: null",
  "web:\n  enabled: off\n  nonsense: true",
  "cache:\n  nonsense: 1",
  "cache:\n  enabled: on\n  port: http\n  password: 12characters",
  "web:\n  image: { tag: 'v1' }\n  resources: { limits: { cpu: 1, x: null } }\n  tolerations: [{ key: a }, b]",
  "web:\n  global: { any: thing }",
  "x-common: &common\n  TIER: shop\nweb:\n  env:\n    <<: *common\n    MODE: x\n  x-more: [1]",
];

/** Taken by Helm without a word, and surely not as it is meant. */
const misunderstood: readonly (readonly [string, string])[] = [
  ["host: a\nweb: {}\nhost: b", "v.yaml:3: host: is given twice, also in line 1, and Helm silently takes the last: keep one"],
  ["web:\n  resources:\n    on: 1", 'v.yaml:3: web.resources.true: is the key on, which Helm reads as true: quote it ("on")'],
  [
    "x-a: &a { MODE: a }\nweb:\n  env:\n    MODE: b\n    <<: *a",
    "v.yaml:5: web.env.<<: must come first in its map: in Helm it overrides the keys above it",
  ],
  ["host: a\n---\nhost: b", "v.yaml: holds several documents (`---`), of which Helm 3 reads the first only: make them one"],
  [
    `host: ${"x".repeat(4090)}`,
    "v.yaml: has a last line of 4096 bytes without a line break, which Helm 4 ignores: end it with a line break",
  ],
];

describe("checkValues", () => {
  it.each([...refused, ...misunderstood])("says of %j", async (text, expected) => {
    expect(await problemsIn(text)).toBe(expected);
  });

  it.each(taken)("finds nothing in %j", async (text) => {
    expect(await problemsIn(text)).toBe("");
  });

  it("tells all problems at once, by line", async () => {
    const text = "web:\n  replicas: two\n  image: { tag: 1, tagg: 2 }\ncache:\n  enabled: true\n  memory: 9\nhos: x\nhos: y\n";
    expect(await problemsIn(text)).toMatchInlineSnapshot(`
      "v.yaml:2: web.replicas: is "two", must be a whole number
      v.yaml:3: web.image.tag: is a number, must be a string: quote it ("1")
      v.yaml:3: web.image.tagg: is not a value of the chart: did you mean tag?
      v.yaml:6: cache.memory: is a number, must be a string: quote it ("9")
      v.yaml:8: hos: is given twice, also in line 7, and Helm silently takes the last: keep one
      v.yaml:8: hos: is not a value of the chart: did you mean host?"
    `);
  });

  it("merges several files, and names the one that states the value last", async () => {
    expect(await problemsIn("web:\n  replicas: two\n", "web:\n  replicas: 2\n")).toBe("");
    expect(await problemsIn("web:\n  replicas: 2\n", "# comment\nweb:\n  replicas: two\n")).toBe(
      'v2.yaml:3: web.replicas: is "two", must be a whole number',
    );
    expect(await problemsIn("web:\n  tls: {}\n", "host: x\n")).toBe("v.yaml:2: web.tls.secretName: is missing: the chart needs it");
  });

  it("names what encloses a value that comes through an alias", async () => {
    expect(await problemsIn("x-env: &env\n  A: 4\nweb:\n  env: *env\n")).toBe("v.yaml:4: web.env.A: is 4, must be a string or null");
  });

  it("finds lines in files with Windows line breaks, and in flow style", async () => {
    expect(await problemsIn("# a\r\nweb:\r\n  image: {tag: v,\r\n    tagg: x}\r\n")).toBe(
      "v.yaml:4: web.image.tagg: is not a value of the chart: did you mean tag?",
    );
  });

  it("takes a subchart on its own", async () => {
    const alone: SchemaChart = { name: "web", schema: web, subcharts: [] };
    expect(formatProblems(await checkValues(alone, [{ path: "v.yaml", text: "enabled: true\nreplica: 1\n" }]))).toBe(
      "v.yaml:2: replica: is not a value of the chart: did you mean replicas?",
    );
    expect(await checkValues(alone, [])).toEqual([]);
  });
});

describe.each([4, 3] as const)("Helm %i comes to the same verdict", (major) => {
  let folder: string;
  let takes: (text: string) => Promise<boolean>;

  beforeAll(async () => {
    const helm = await findHelm(major);
    folder = await mkdtemp(join(tmpdir(), "check-"));
    await writeChart(folder, chart);
    takes = async (text) => {
      const { code, stderr } = await runHelm(helm, ["template", "x", folder, "-f", "-"], { input: text });
      // a refusal for any other reason is no verdict on the values
      if (code !== 0 && !/schema|failed to parse|type mismatch/u.test(stderr)) throw new Error(stderr);
      return code === 0;
    };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(refused)("refuses %j", async (text) => {
    expect(await takes(text)).toBe(false);
  });

  it.each([...taken, ...misunderstood.map(([text]) => text)])("takes %j", async (text) => {
    expect(await takes(text)).toBe(true);
  });

  it("on generated values", async () => {
    const verdicts = { taken: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(users, async (user) => {
        const text = dump(user, { noRefs: true });
        const good = await takes(text);
        verdicts[good ? "taken" : "refused"] += 1;
        expect((await problemsIn(text)) === "").toBe(good);
      }),
      { numRuns: 60 },
    );
    expect(Math.min(verdicts.taken, verdicts.refused)).toBeGreaterThan(5);
  });
});

/** Values of each kind, good ones more often than bad ones. */
const mostly = <T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 12, arbitrary: good },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, "x", 0, 2.5, true, [], {}, ["x"], { a: null }) },
  );
const some = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> => fc.record(fields, { requiredKeys: [] });
const users = some({
  host: mostly(fc.constantFrom("", "a.b")),
  global: mostly(some({ domain: mostly(fc.constant("d")) })),
  web: mostly(
    some({
      enabled: mostly(fc.boolean()),
      replicas: mostly(fc.integer({ min: 1, max: 15 })),
      image: mostly(
        some({
          tag: mostly(fc.constantFrom("", "v1")),
          digest: mostly(fc.constant("x")),
          pullPolicy: mostly(fc.constantFrom("Always", "Never")),
        }),
      ),
      autoscaling: mostly(
        some({
          enabled: mostly(fc.boolean()),
          up: mostly(some({ percent: mostly(fc.integer({ min: 1 })), after: mostly(fc.constant("5m")) })),
        }),
      ),
      env: mostly(fc.dictionary(fc.constantFrom("A", "B_C"), fc.constantFrom("x", null))),
      tls: mostly(some({ secretName: mostly(fc.constant("s")), minVersion: mostly(fc.constant("1.2")) })),
      sidecars: mostly(
        fc.dictionary(fc.constantFrom("a", "b"), fc.record({ image: mostly(fc.constant("i")), ports: mostly(fc.array(fc.nat())) })),
      ),
      global: mostly(some({ domain: mostly(fc.constant("d")), other: fc.constant(1) })),
    }),
  ),
  cache: mostly(
    some({
      enabled: mostly(fc.boolean()),
      port: mostly(fc.constantFrom(1, "http")),
      weights: mostly(fc.uniqueArray(fc.nat(), { minLength: 1 })),
    }),
  ),
});

/** The chart with the files that the generator writes for it, and a template that reads nothing. */
async function writeChart(folder: string, { name, schema, subcharts }: SchemaChart): Promise<void> {
  const names = subcharts.map((subchart) => subchart.chart.name);
  const dependencies = subcharts.map((subchart) => ({ name: subchart.chart.name, version: "1.0.0", condition: subchart.condition }));
  await mkdir(join(folder, "templates"), { recursive: true });
  await writeFile(join(folder, "Chart.yaml"), JSON.stringify({ apiVersion: "v2", name, version: "1.0.0", dependencies }));
  await writeFile(join(folder, "values.yaml"), valuesYaml(schema, { header: `Values of ${name}.` }));
  await writeFile(
    join(folder, "values.schema.json"),
    JSON.stringify(emitSchema(schema, { root: names.length > 0 ? "umbrella" : "subchart", subcharts: names }), null, 2),
  );
  await writeFile(join(folder, "templates", "empty.yaml"), "");
  for (const subchart of subcharts) await writeChart(join(folder, "charts", subchart.chart.name), subchart.chart);
}
