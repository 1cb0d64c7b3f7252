import { fallback, str } from "../dsl/index.ts";
import { base } from "./names.ts";

const { objectStorage } = base.global;

/** URL of the S3 API: Hetzner's at the location, unless another one is set. */
export const objectStorageEndpoint = fallback(objectStorage.endpoint, str`https://${objectStorage.location}.your-objectstorage.com`);
