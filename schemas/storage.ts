import { patterns } from "./common.ts";

/** The class of every volume; `local-path` is what k3s brings along. */
export const storageClass = {
  type: "string",
  description:
    "StorageClass of all volumes, by name: a cluster may have two default classes. `local-path` is k3s' own; `hcloud-retain` is made by the chart `edge`.",
  pattern: patterns.objectOrEmpty,
  minLength: 1,
  maxLength: 253,
  default: "local-path",
} as const;

/** Size of a volume: 10 GiB at least, which is Hetzner's smallest, up to 10 TiB, its largest. */
export const volumeSize = <const Size extends `${number}Gi`>(description: string, size: Size) =>
  ({
    type: "string",
    description: `${description} It may grow and never shrink: Kubernetes refuses a smaller size than before.`,
    pattern: "^([1-9][0-9]{1,3}|10[01][0-9]{2}|102[0-3][0-9]|10240)Gi$",
    default: size,
  }) as const;
