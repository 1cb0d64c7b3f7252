import { parseQuantity } from "../../../generator/check/lint/quantity.ts";
import type { KubernetesObject } from "../../../generator/check/manifest.ts";
import type { Client } from "../harness/client.ts";

/**
 * What the API server has against objects when it is asked to apply them without doing it: refusals, warnings such as of
 * deprecated versions, and fields that it would drop without a word. The namespaces must exist.
 */
export async function objections(cluster: Client, objects: readonly KubernetesObject[]): Promise<string[]> {
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const args = ["apply", "--server-side", "--dry-run=server", "--validate=ignore", "--warnings-as-errors", "--filename=-"];
  try {
    const answer = await cluster.kubectl([...args, "--output=jsonpath={@}{'\\n'}"], list);
    const results = answer
      .trim()
      .split("\n")
      .flatMap((line) => {
        const result = JSON.parse(line) as KubernetesObject & { readonly items?: readonly KubernetesObject[] };
        return result.items ?? [result];
      });
    return objects.flatMap((object, index) => {
      const { kind, metadata } = object;
      return dropped(object, results[index], "").map((path) => `${kind} ${metadata.name}: ${path}: dropped or changed`);
    });
  } catch (error) {
    return [String(error)];
  }
}

/** Paths of what was sent and did not come back. Quantities may come back in another spelling. */
function dropped(sent: unknown, back: unknown, path: string): string[] {
  if (Array.isArray(sent))
    return sent.flatMap((each, index) => dropped(each, (back as unknown[] | undefined)?.[index], `${path}[${index}]`));
  if (typeof sent === "object" && sent !== null) {
    const fields = Object.entries(sent as Record<string, unknown>);
    return fields.flatMap(([key, value]) => dropped(value, (back as Record<string, unknown> | undefined)?.[key], `${path}.${key}`));
  }
  if (sent === back || sent === null) return [];
  const [a, b] = [sent, back].map((value) => (typeof value === "string" || typeof value === "number" ? parseQuantity(value) : undefined));
  return a !== undefined && a === b ? [] : [path];
}
