import type { IEnvVar } from "kubernetes-models/v1/EnvVar";

import { when, type Block, type Expr, type Tpl } from "../../dsl/index.ts";
import type { Connection } from "../../kubernetes/connection.ts";
import type { Variables } from "../../kubernetes/environment.ts";
import { objectStorageEndpoint } from "../../kubernetes/object-storage.ts";
import type { Required } from "../../kubernetes/required.ts";
import { values as v } from "./values.ts";

const { objectStorage } = v.global;
const { existingSecret } = objectStorage;

/** Settings of the AWS SDK that are no secret. */
export const storageVariables: Variables = {
  AWS_S3_ENDPOINT: objectStorageEndpoint,
  AWS_S3_BUCKET: objectStorage.bucket,
  AWS_REGION: objectStorage.region,
  // Stores other than AWS refuse the checksums that the AWS SDK has sent of its own since 3.729.
  AWS_REQUEST_CHECKSUM_CALCULATION: "WHEN_REQUIRED",
  AWS_RESPONSE_CHECKSUM_VALIDATION: "WHEN_REQUIRED",
};

const credential = (name: string, key: Expr<string>): Block<Tpl<IEnvVar>> =>
  when<Tpl<IEnvVar>>(existingSecret, { name, valueFrom: { secretKeyRef: { name: existingSecret, key } } });

/** Credentials from a Secret of the object storage's own. */
export const toObjectStorage: Connection = {
  reason: "global.objectStorage.existingSecret is set",
  condition: existingSecret,
  variables: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  environment: [
    credential("AWS_ACCESS_KEY_ID", objectStorage.accessKeyIdKey),
    credential("AWS_SECRET_ACCESS_KEY", objectStorage.secretAccessKeyKey),
  ],
};

/** That Secret, which somebody else creates. */
export const storageSecret: Block<Tpl<Required>> = when(existingSecret, { kind: "Secret", name: existingSecret });
