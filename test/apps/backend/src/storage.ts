import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Injectable, ServiceUnavailableException } from "@nestjs/common";

import { settings } from "./settings.js";

/** The bucket for documents. */
@Injectable()
export class Storage {
  private readonly client =
    settings.storage &&
    new S3Client({
      endpoint: settings.storage.endpoint,
      region: settings.storage.region,
      // Hetzner's certificate is for the endpoint, not for names of buckets below it.
      forcePathStyle: true,
      requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    });

  async upload(key: string, body: Buffer, contentType: string): Promise<void> {
    if (this.client === undefined) throw new ServiceUnavailableException("no object storage is configured");
    await this.client.send(new PutObjectCommand({ Bucket: settings.storage?.bucket, Key: key, Body: body, ContentType: contentType }));
  }
}
