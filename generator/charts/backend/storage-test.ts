import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPod } from "kubernetes-models/v1/Pod";

import { all, any, at, include, isSet, not, spread, use, when, type Block, type Doc, type Item, type Tpl } from "../../dsl/index.ts";
import { secretName } from "../../kubernetes/configuration.ts";
import { image } from "../../kubernetes/image.ts";
import { metadata, named, selector } from "../../kubernetes/names.ts";
import { toDns, toInternet } from "../../kubernetes/network-policy.ts";
import { hookPod } from "../../kubernetes/test-pod.ts";
import { storageVariables, toObjectStorage } from "./object-storage.ts";
import { values as v } from "./values.ts";

/**
 * Puts an object into the bucket, gets it and deletes it, for 30 seconds, with requests that it signs itself (AWS Signature
 * Version 4): it takes the settings of the AWS SDK and needs nothing of the image but Node.js. No checksums but the
 * signature's are sent, as with `WHEN_REQUIRED`.
 */
export const storageScript = `const { createHash, createHmac, randomUUID } = require("node:crypto");
const { AWS_S3_ENDPOINT, AWS_S3_BUCKET, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
const url = new URL(\`\${AWS_S3_ENDPOINT}/\${AWS_S3_BUCKET}/helm-test/\${randomUUID()}\`);
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
const send = async (method, body = "") => {
  const time = new Date().toISOString().replace(/[-:]|[.][0-9]+/g, "");
  const scope = [time.slice(0, 8), AWS_REGION, "s3", "aws4_request"];
  const signed = { host: url.host, "x-amz-content-sha256": sha256(body), "x-amz-date": time };
  const names = Object.keys(signed).join(";");
  const lines = Object.entries(signed).map(([name, value]) => \`\${name}:\${value}\`);
  const request = [method, url.pathname, "", ...lines, "", names, sha256(body)].join("\\n");
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(request)].join("\\n");
  const signature = hmac(scope.reduce(hmac, \`AWS4\${AWS_SECRET_ACCESS_KEY}\`), text).toString("hex");
  const { host, ...headers } = signed;
  headers.authorization = \`AWS4-HMAC-SHA256 Credential=\${AWS_ACCESS_KEY_ID}/\${scope.join("/")}, SignedHeaders=\${names}, Signature=\${signature}\`;
  const response = await fetch(url, { method, headers, body: body || undefined, signal: AbortSignal.timeout(5000) });
  const answer = await response.text();
  if (!response.ok) throw new Error(\`\${method} \${url}: \${response.status} \${answer}\`);
  return answer;
};
const attempt = async (count) => {
  try {
    await send("PUT", "written by helm test");
    const found = await send("GET");
    if (found !== "written by helm test") throw new Error(\`GET \${url}: \${found}\`);
    await send("DELETE");
    console.log(\`\${url}: written, read and deleted\`);
  } catch (error) {
    if (count === 10) throw error;
    await new Promise((done) => setTimeout(done, 3000));
    return attempt(count + 1);
  }
};
attempt(1);
`;

/** Component label of the test's pod, which may go where no other test may. */
const component = "storage-test";

const { objectStorage } = v.global;
const accessKeyId = at(v.secrets.keys, "AWS_ACCESS_KEY_ID");
const secretAccessKey = at(v.secrets.keys, "AWS_SECRET_ACCESS_KEY");
const hasCredentials = any(objectStorage.existingSecret, all(isSet(accessKeyId), isSet(secretAccessKey)));
const isTested = all(objectStorage.bucket, v.global.tests.external, hasCredentials);

/** A credential that is a key of the backend's Secret. */
const ownCredential = (name: string, key: typeof accessKeyId): Item<IEnvVar> =>
  when<Tpl<IEnvVar>>(
    not(objectStorage.existingSecret),
    use(key, (found) => ({ name, valueFrom: { secretKeyRef: { name: include(secretName), key: found } } })),
  );

/** Tests the object storage with the backend's settings. */
export const storageTest: Block<Doc<IPod>> = when(
  isTested,
  hookPod(
    "test-object-storage",
    {
      image: include(image),
      imagePullPolicy: v.image.pullPolicy,
      command: ["node", "-e", storageScript],
      env: [
        ...Object.entries(storageVariables).map(([name, value]) => ({ name, value })),
        ownCredential("AWS_ACCESS_KEY_ID", accessKeyId),
        ownCredential("AWS_SECRET_ACCESS_KEY", secretAccessKey),
        ...toObjectStorage.environment,
      ] as Item<IEnvVar>[],
    },
    component,
  ),
);

/** It may go where the backend may, outside of the cluster. */
export const storageTestPolicy: Block<Doc<INetworkPolicy>> = when(all(v.global.networkPolicy.enabled, isTested), {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadata(named("storage-test")),
  spec: {
    podSelector: { matchLabels: selector(component) },
    policyTypes: ["Ingress", "Egress"],
    egress: [toDns, toInternet, spread(v.networkPolicy.extraEgress)],
  },
});
