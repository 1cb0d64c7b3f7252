/** Name that the Barman Cloud plugin goes by in CloudNativePG. */
export const barmanPlugin = "barman-cloud.cloudnative-pg.io";

/** The Secret and key of a credential. */
interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/** `barmancloud.cnpg.io/v1` ObjectStore, as far as it is used here. Source: plugin-barman-cloud v0.15.0, config/crd/bases. */
export interface ObjectStore {
  readonly apiVersion: "barmancloud.cnpg.io/v1";
  readonly kind: "ObjectStore";
  readonly metadata: object;
  readonly spec: {
    /** How long backups are kept, e.g. `30d`. */
    readonly retentionPolicy?: string;
    readonly configuration: {
      readonly destinationPath: string;
      readonly endpointURL: string;
      readonly s3Credentials: { readonly accessKeyId: SecretKey; readonly secretAccessKey: SecretKey };
      readonly wal?: { readonly compression?: Compression; readonly maxParallel?: number };
      readonly data?: { readonly compression?: Compression; readonly jobs?: number };
    };
    /** The plugin's container beside each instance. */
    readonly instanceSidecarConfiguration?: {
      readonly env?: readonly { readonly name: string; readonly value: string }[];
      readonly resources?: object;
    };
  };
}

type Compression = "bzip2" | "gzip" | "lz4" | "snappy";
