import { expect, it } from "vitest";
import { readmeRows, valuesTable } from "../generator/values/readme.ts";
import type { ObjectSchema } from "../generator/values/json-schema.ts";
import { web } from "./values-fixture.ts";

it("lists each value a user can set once, with its effective default", () => {
  expect(readmeRows(web).map(({ group, key, default: stated }) => `${group} | ${key} | ${stated}`)).toMatchInlineSnapshot(`
    [
      "Image | image.repository | "acme/web"",
      "Image | image.tag | """,
      "Image | image.digest | ",
      "Image | image.pullPolicy | "IfNotPresent"",
      "Scaling | replicas | 2",
      "Scaling | autoscaling.enabled | false",
      "Scaling | autoscaling.up.percent | 80",
      "Scaling | autoscaling.up.after | "5m"",
      "Container | env | {"MODE":"yes"}",
      "Container | resources | {}",
      "Container | sidecars | {}",
      "Container | tolerations | []",
      "Container | tls.secretName | ",
      "Container | tls.minVersion | ",
      "Shared | global.domain | "example.test"",
    ]
  `);
});

it("writes a table per group", () => {
  expect(valuesTable(web)).toMatchInlineSnapshot(`
    "### Image

    | Key | Type | Default | Description |
    | --- | --- | --- | --- |
    | \`image.repository\` | string | \`"acme/web"\` | Repository without a registry. |
    | \`image.tag\` | string | \`""\` | Tag; empty means the appVersion of the chart. |
    | \`image.digest\` | string |  | Digest; wins over the tag. |
    | \`image.pullPolicy\` | string | \`"IfNotPresent"\` | When to pull. One of: Always, IfNotPresent, Never. |

    ### Scaling

    | Key | Type | Default | Description |
    | --- | --- | --- | --- |
    | \`replicas\` | integer | \`2\` | Number of pods. From 1 to 15. |
    | \`autoscaling.enabled\` | boolean | \`false\` | Whether a HorizontalPodAutoscaler replaces \`replicas\`. |
    | \`autoscaling.up.percent\` | integer | \`80\` | Percent of the CPU request, at least 1. |
    | \`autoscaling.up.after\` | string | \`"5m"\` | How long it must last. |

    ### Container

    | Key | Type | Default | Description |
    | --- | --- | --- | --- |
    | \`env\` | map | \`{"MODE":"yes"}\` | Environment variables by name. A null takes one away. |
    | \`resources\` | map | \`{}\` | Requests and limits of the container. |
    | \`sidecars\` | map | \`{}\` | More containers by name. |
    | \`tolerations\` | list | \`[]\` | Tolerations of the pods. |
    | \`tls.secretName\` | string |  | Secret that holds the certificate. |
    | \`tls.minVersion\` | string |  | Lowest version. One of: "1.2", "1.3". |

    ### Shared

    | Key | Type | Default | Description |
    | --- | --- | --- | --- |
    | \`global.domain\` | string | \`"example.test"\` | Public domain. |"
  `);
});

it("escapes what would break a table, quotes keys with dots, and points to values.yaml for long defaults", () => {
  const odd = {
    type: "object",
    description: "Values.",
    properties: {
      "a.b": { type: "string", description: "One | two,\nthree.", default: "x|`y`" },
      long: { type: "string", description: "Text.", default: "x".repeat(80) },
    },
  } as const satisfies ObjectSchema;
  expect(valuesTable(odd)).toMatchInlineSnapshot(`
    "| Key | Type | Default | Description |
    | --- | --- | --- | --- |
    | \`"a.b"\` | string | \`\` "x\\|\`y\`" \`\` | One \\| two, three. |
    | \`long\` | string | see \`values.yaml\` | Text. |"
  `);
});
