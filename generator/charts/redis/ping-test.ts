import type { IPod } from "kubernetes-models/v1/Pod";

import { include, str, type Doc } from "../../dsl/index.ts";
import { hookPod } from "../../kubernetes/test-pod.ts";
import { image } from "./server.ts";
import { secret, service } from "./names.ts";
import { values as v } from "./values.ts";

const { redis } = v.global;

/** Network policies reach a new pod some seconds late, so it asks for 30 seconds. */
const pingScript = `attempt=1
until answer=$(redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" --user "$REDIS_USERNAME" ping 2>&1) && [ "$answer" = PONG ]; do
  [ "$attempt" -lt 10 ] || { echo "$REDIS_HOST:$REDIS_PORT: $answer" >&2; exit 1; }
  attempt=$((attempt + 1))
  sleep 3
done
echo "$REDIS_HOST:$REDIS_PORT: $answer"
`;

/** Tests that the backend's user can sign in through the Service. */
export const pingTest: Doc<IPod> = hookPod("test-ping", {
  image: include(image),
  imagePullPolicy: v.image.pullPolicy,
  command: ["sh", "-c", pingScript],
  env: [
    { name: "REDIS_HOST", value: service },
    { name: "REDIS_PORT", value: str`${redis.port}` },
    { name: "REDIS_USERNAME", value: redis.username },
    { name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: { name: secret, key: redis.passwordKey } } },
  ],
});
