import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IMiddleware } from "@kubernetes-models/traefik/traefik.io/v1alpha1/Middleware";
import { describe, expect, test } from "vitest";

import { checkEveryBranch } from "../generator/check/every-branch.ts";
import { chartTree } from "../generator/chart/chart.ts";
import { xpeditis } from "../generator/charts/xpeditis/index.ts";
import { defineMap, each, entry, include, merge, refs, spread, use, when, type Block, type Doc } from "../generator/dsl/index.ts";

const v = refs({
  type: "object",
  description: "Values.",
  properties: {
    on: { type: "boolean", description: "A switch.", default: false },
    ports: { type: "array", description: "Ports.", items: { type: "integer", description: "A port." }, default: [] },
    words: { type: "object", description: "Words.", additionalProperties: { type: "string", description: "A word." }, default: {} },
    image: { type: "string", description: "An image." },
  },
});

const labels = defineMap("labels", "Labels.", merge({ a: "b" }, v.words));

/** As the compiler lets it pass: wrong fields come out of callbacks and spreads. */
const deployment = (container: object): Doc<IDeployment> => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "app", labels: include(labels) },
  spec: {
    selector: { matchLabels: { a: "b" } },
    template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "app", ...container }] } },
  },
});

const found = async (...documents: unknown[]) =>
  (await checkEveryBranch({ name: "demo", templates: { all: documents } })).map(({ path, message }) => `${path}: ${message}`);

const at = "Deployment/app spec.template.spec.containers[0]";

describe("unknown fields in every branch", () => {
  test.each<[string, unknown, string[]]>([
    [
      "of a list's items",
      deployment({ ports: [each(v.ports, (port) => ({ containerPort: port, protocl: "TCP" }))] }),
      [`${at}.ports[0].protocl: is not a field of this object; did you mean protocol?`],
    ],
    [
      "of an optional value's part",
      deployment({ lifecycle: use(v.image, () => ({ preStopp: {} })) }),
      [`${at}.lifecycle.preStopp: is not a field of this object; did you mean preStop?`],
    ],
    [
      "behind a switch that is off, and in its alternative",
      when(v.on, deployment({ imagee: "a" }), deployment({ comand: [] })),
      [
        `${at}.imagee: is not a field of this object; did you mean image?`,
        `${at}.comand: is not a field of this object; did you mean command?`,
      ],
    ],
    [
      "of a custom resource",
      each(v.words, (_, name) => ({ apiVersion: "traefik.io/v1alpha1", kind: "Middleware", metadata: { name }, spec: { compres: {} } })),
      ["Middleware/text spec.compres: is not a field of this object; did you mean compress?"],
    ],
    [
      "of a kind that no package has",
      each(v.words, (_, name) => ({
        apiVersion: "barmancloud.cnpg.io/v1",
        kind: "ObjectStore",
        metadata: { name },
        spec: { configuration: { wal: { compresion: "gzip" }, s3Credentials: { accessKeyId: { name: "a", kez: "b" } } } },
      })),
      [
        "ObjectStore/text spec.configuration.wal.compresion: is not a field of this object; did you mean compression?",
        "ObjectStore/text spec.configuration.s3Credentials.accessKeyId.kez: is not a field of this object; did you mean key?",
      ],
    ],
    [
      "or a kind that may not be rendered",
      when(v.on, { apiVersion: "kafka.strimzi.io/v1", kind: "KafkaTopic", metadata: { name: "a" }, spec: {} }),
      [
        "KafkaTopic/a apiVersion: kafka.strimzi.io/v1 KafkaTopic is not among the kinds the charts may render; add it to generator/check/api-kinds.ts if a chart needs it",
      ],
    ],
    [
      "of nothing, in what is right",
      deployment({ ports: [each(v.ports, (port) => ({ containerPort: port }))], args: [spread(v.ports)] }),
      [],
    ],
  ])("%s", async (_, document, problems) => {
    expect(await found(document)).toEqual(problems);
  });

  test("keys that the user chooses are no fields", async () => {
    const config: Doc<IConfigMap> = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "config" },
      data: merge(
        { own: "1" },
        each(v.words, (value, name) => entry(name, value)),
      ),
    };
    const middleware: Block<Doc<IMiddleware>> = when(v.on, {
      apiVersion: "traefik.io/v1alpha1",
      kind: "Middleware",
      metadata: { name: "m" },
      spec: { headers: { customResponseHeaders: { "X-Own": "1" } } },
    });
    expect(await found(config, middleware)).toEqual([]);
  });

  test.each(chartTree(xpeditis).map(([, chart]) => [chart.name, chart] as const))("there are none in %s", async (_, chart) => {
    expect(await checkEveryBranch(chart)).toEqual([]);
  });
});
