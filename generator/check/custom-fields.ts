import { fieldPath, isRecord } from "./manifest.ts";
import type { UnknownField } from "./unknown-fields.ts";

/**
 * The fields of a custom resource of which no npm package has a model; below `true` nothing is looked at. The fields that the
 * charts use are enough: a test compares them with the resource's definition.
 */
export interface Fields {
  readonly [field: string]: Fields | true;
}

const credential: Fields = { name: true, key: true };

/** `barmancloud.cnpg.io/v1`: plugin-barman-cloud v0.15.0, config/crd/bases. */
export const objectStore: Fields = {
  spec: {
    configuration: {
      data: { compression: true, encryption: true, immediateCheckpoint: true, jobs: true },
      destinationPath: true,
      endpointCA: credential,
      endpointURL: true,
      s3Credentials: { accessKeyId: credential, region: credential, secretAccessKey: credential, sessionToken: credential },
      serverName: true,
      wal: { compression: true, encryption: true, maxParallel: true },
    },
    instanceSidecarConfiguration: {
      env: { name: true, value: true, valueFrom: true },
      logLevel: true,
      resources: { claims: true, limits: true, requests: true },
      retentionPolicyIntervalSeconds: true,
    },
    retentionPolicy: true,
  },
};

/** `helm.cattle.io/v1`: k3s-io/helm-controller. */
export const helmChartConfig: Fields = {
  spec: { failurePolicy: true, forceConflicts: true, serverSide: true, values: true, valuesContent: true, valuesSecrets: true },
};

/** What an object has beside the fields of its kind; the items of a list are judged one by one. */
export function findOtherFields(data: object, known: Fields, path = ""): UnknownField[] {
  return Object.entries(data).flatMap(([name, value]: [string, unknown]): UnknownField[] => {
    const below = known[name];
    if (below === undefined) return [{ path, name, known: Object.keys(known) }];
    if (below === true) return [];
    const here = fieldPath(path, name);
    const items = Array.isArray(value) ? value.map((item, index) => [item, fieldPath(here, index)] as const) : [[value, here] as const];
    return items.flatMap(([item, itemPath]) => (isRecord(item) ? findOtherFields(item, below, itemPath) : []));
  });
}
