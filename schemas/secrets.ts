import { names, patterns } from "./common.ts";

/** Who creates a component's Secret, whatever is in it. */
export const secretSource = {
  mode: {
    type: "string",
    description:
      "`existing`: a Secret that you, Sealed Secrets or SOPS create. `external`: an ExternalSecret fills it from a store. `literal`: values from a values file, for local use.",
    enum: ["existing", "external", "literal"],
    default: "existing",
  },
  literal: {
    type: "object",
    description: "Mode `literal`: key of the Secret → value.",
    additionalProperties: { type: "string", description: "The value." },
    propertyNames: names.secretKey,
    default: {},
  },
  external: {
    type: "object",
    description: "Mode `external`: an `external-secrets.io/v1` ExternalSecret.",
    default: {},
    properties: {
      storeKind: {
        type: "string",
        description: "Kind of the store.",
        enum: ["ClusterSecretStore", "SecretStore"],
        default: "ClusterSecretStore",
      },
      storeName: { type: "string", description: "Name of the store.", pattern: patterns.objectOrEmpty, maxLength: 253, default: "" },
      remoteKey: {
        type: "string",
        description: "Entry of the store whose properties are the Secret's keys.",
        pattern: "^[A-Za-z0-9._/-]*$",
        examples: ["xpeditis/production/backend"],
        default: "",
      },
      refreshInterval: { type: "string", description: "How often it is read.", pattern: "^[0-9]+(s|m|h)$", default: "1h" },
    },
  },
} as const;

/** Where a component's secret environment comes from. `keys` is its contract: which variables, under which keys. */
export const secrets = <const K extends Readonly<Record<string, string>>>(keys: K) =>
  ({
    type: "object",
    title: "Secrets",
    description: "Secret environment variables. The chart never makes up a password.",
    default: {},
    properties: {
      mode: secretSource.mode,
      name: {
        type: "string",
        description: "Name of the Secret. Empty: the component's name with `-secrets`.",
        pattern: patterns.objectOrEmpty,
        maxLength: 253,
        default: "",
      },
      keys: {
        type: "object",
        description: "Environment variable → key of the Secret. `null` removes a variable.",
        additionalProperties: { type: ["string", "null"], description: "Key of the Secret.", ...names.secretKey },
        propertyNames: { pattern: patterns.environmentName },
        default: keys,
      },
      literal: secretSource.literal,
      external: secretSource.external,
      reloader: {
        type: "boolean",
        description: "Annotate the Deployment for Stakater Reloader, which restarts the pods when the Secret changes.",
        default: false,
      },
    },
  }) as const;
