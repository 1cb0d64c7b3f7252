import type { Problem } from "../problem.ts";
import type { ApiKind, NameSyntax } from "./api-kinds.ts";
import { fieldPath, isRecord, problemAt } from "./manifest.ts";
import type { RenderedManifest } from "./manifest.ts";

/**
 * What the API server asks of metadata and the schemas do not say: syntax and length of the name for the kind, of the
 * namespace, of label and annotation keys and of label values, the keys of ConfigMaps and Secrets.
 * Source: k8s.io/apimachinery pkg/util/validation, pkg/api/validation.
 */
export function checkMetadata(manifest: RenderedManifest, kind: ApiKind): Problem[] {
  const { metadata } = manifest.object;
  const problems: Problem[] = [];
  const add = (field: string, message: string | undefined): void => {
    if (message !== undefined) problems.push(problemAt(manifest, field, message));
  };
  add("metadata.name", nameFault(metadata.name, kind.name, kind.maxName));
  if (metadata.namespace !== undefined) {
    add(
      "metadata.namespace",
      kind.scope === "Cluster"
        ? `${manifest.object.kind} belongs to the whole cluster; leave the namespace out`
        : nameFault(metadata.namespace, "label", 63),
    );
  }
  for (const field of stringMaps(manifest.object)) {
    for (const [key, value] of Object.entries(field.map)) {
      const at = fieldPath(field.path, key);
      add(at, qualifiedNameFault(key));
      if (field.labels) add(at, labelValueFault(value));
    }
  }
  for (const field of ["data", "stringData", "binaryData"]) {
    const data = manifest.object[field];
    if (!isRecord(data) || !["ConfigMap", "Secret"].includes(manifest.object.kind)) continue;
    for (const key of Object.keys(data)) add(fieldPath(field, key), dataKeyFault(key));
  }
  return problems;
}

const dnsLabel = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const syntax: Readonly<Record<NameSyntax, { readonly pattern: RegExp; readonly says: string }>> = {
  subdomain: {
    pattern: new RegExp(`^${dnsLabel}(\\.${dnsLabel})*$`),
    says: "lower-case letters, digits, '-' and '.', starting and ending with a letter or digit (DNS-1123 subdomain)",
  },
  label: {
    pattern: new RegExp(`^${dnsLabel}$`),
    says: "lower-case letters, digits and '-', starting and ending with a letter or digit (DNS-1123 label)",
  },
  serviceLabel: {
    pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
    says: "lower-case letters, digits and '-', starting with a letter, not ending with '-' (DNS-1035 label)",
  },
  pathSegment: { pattern: /^(?!\.{1,2}$)[^/%]+$/, says: "anything but '/' and '%', and neither '.' nor '..'" },
};

function nameFault(name: string, kind: NameSyntax, max: number): string | undefined {
  if (name.length > max) {
    return `"${name}" has ${name.length} characters, at most ${max} are allowed; shorten the release name or the override`;
  }
  if (!syntax[kind].pattern.test(name)) return `"${name}" is not a valid name; write ${syntax[kind].says}`;
  return undefined;
}

function qualifiedNameFault(key: string): string | undefined {
  const parts = key.split("/");
  const name = parts.at(-1) ?? "";
  const prefix = parts.length > 1 ? parts.slice(0, -1).join("/") : undefined;
  if (prefix !== undefined && (prefix.length > 253 || !syntax.subdomain.pattern.test(prefix))) {
    return `the key's prefix "${prefix}" is not a DNS name; write <dns name>/<name>`;
  }
  if (name.length > 63) return `the key's name "${name}" has ${name.length} characters, at most 63 are allowed`;
  if (!/^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name)) {
    return `"${key}" is not a valid key; write letters, digits, '-', '_' and '.', with a letter or digit at both ends`;
  }
  return undefined;
}

function labelValueFault(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  if (value.length > 63) return `the label's value has ${value.length} characters, at most 63 are allowed; truncate it`;
  if (!/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value)) {
    return `"${value}" is not a valid label value; write letters, digits, '-', '_' and '.', with a letter or digit at both ends`;
  }
  return undefined;
}

function dataKeyFault(key: string): string | undefined {
  if (key.length <= 253 && /^[-._A-Za-z0-9]+$/.test(key) && !/^\.{1,2}$/.test(key) && !key.startsWith("..")) {
    return undefined;
  }
  return `"${key}" is not a valid key of a ConfigMap or Secret; write letters, digits, '-', '_' and '.'`;
}

interface StringMap {
  readonly path: string;
  readonly map: Readonly<Record<string, unknown>>;
  readonly labels: boolean;
}

/** All label and annotation maps of an object, wherever a pod template, claim template or selector stands. */
function* stringMaps(value: unknown, path = "", parent = ""): Generator<StringMap> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* stringMaps(item, fieldPath(path, index), "");
    return;
  }
  if (!isRecord(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const at = fieldPath(path, key);
    const inMetadata = parent === "metadata" && (key === "labels" || key === "annotations");
    if (isRecord(child) && (inMetadata || key === "matchLabels" || key === "nodeSelector")) {
      yield { path: at, map: child, labels: key !== "annotations" };
    } else if (!(path === "" && ["data", "stringData", "binaryData"].includes(key))) {
      yield* stringMaps(child, at, key);
    }
  }
}
