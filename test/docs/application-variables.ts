/** What docs/application-contract.md says of each variable; that the charts set them, and no others, its test proves. */

export const readers = {
  application: "the application",
  node: "Node.js",
  next: "Next.js",
  sdk: "AWS SDK",
  chart: "part of another",
  free: "whoever needs it",
} as const;

export interface Variable {
  readonly reader: (typeof readers)[keyof typeof readers];
  readonly meaning: string;
  /** Applications of `test/apps` that have no use for it. */
  readonly not?: readonly string[];
  /** Applications of `test/apps` that read it although it is somebody else's. */
  readonly also?: readonly string[];
}

const { application, node, next, sdk, chart, free } = readers;

export const variables: Readonly<Record<string, Variable>> = {
  NODE_ENV: { reader: node, meaning: "always `production`" },
  NODE_OPTIONS: { reader: node, meaning: "JavaScript heap, computed from the memory limit, and `node.options`" },
  PORT: { reader: application, meaning: "where it listens, on all addresses", not: ["frontend"] },
  UV_THREADPOOL_SIZE: { reader: node, meaning: "threads for DNS, files, compression" },
  KEEP_ALIVE_TIMEOUT: {
    reader: application,
    meaning: "milliseconds that an idle connection is kept; Next.js reads it itself",
    not: ["frontend"],
  },
  APP_URL: { reader: application, meaning: "public URL of the pages; to the backend, the one origin that CORS admits", not: ["frontend"] },
  API_URL: { reader: free, meaning: "public URL of the API" },
  API_INTERNAL_URL: { reader: application, meaning: "URL of the API within the cluster, for code on the server" },
  HOSTNAME: { reader: next, meaning: "address that `server.js` listens on; the container runtime would set it to the pod's name" },
  DB_POOL_MAX: { reader: application, meaning: "connections to the database that a pod may open" },
  MAX_UPLOAD_BYTES: { reader: application, meaning: "largest document; above it the answer is 413" },
  SHUTDOWN_DRAIN_MS: { reader: application, meaning: "how long requests are served after `SIGTERM` while readiness fails" },
  SOCKET_IO_PATH: { reader: application, meaning: "path of the Socket.IO server" },
  TRUST_PROXY_HOPS: { reader: application, meaning: "how many entries of `X-Forwarded-For` are believed" },
  METRICS_PORT: { reader: application, meaning: "port of the metrics; not set with `metrics.enabled: false`" },
  METRICS_PATH: { reader: application, meaning: "their path" },
  AWS_S3_ENDPOINT: { reader: application, meaning: "URL of the S3 API; not set without `global.objectStorage.bucket`" },
  AWS_S3_BUCKET: { reader: application, meaning: "bucket for documents" },
  AWS_REGION: { reader: application, meaning: "region that requests are signed for" },
  AWS_REQUEST_CHECKSUM_CALCULATION: { reader: sdk, meaning: "no checksums that stores other than AWS refuse" },
  AWS_RESPONSE_CHECKSUM_VALIDATION: { reader: sdk, meaning: "nor a search for them" },
  AWS_ACCESS_KEY_ID: { reader: sdk, meaning: "credentials of the object storage" },
  AWS_SECRET_ACCESS_KEY: { reader: sdk, meaning: "the same" },
  DATABASE_URL: { reader: application, meaning: "PostgreSQL, through the pooler; in migrations the direct connection" },
  DATABASE_DIRECT_URL: { reader: free, meaning: "PostgreSQL without the pooler, for what needs a session" },
  DATABASE_USER: { reader: chart, meaning: "of the URLs" },
  DATABASE_PASSWORD: { reader: chart, meaning: "of the URLs" },
  DATABASE_NAME: { reader: chart, meaning: "of the URLs" },
  REDIS_URL: { reader: application, meaning: "Redis, with user and password" },
  REDIS_PASSWORD: { reader: chart, meaning: "of the URL" },
  JWT_SECRET: { reader: application, meaning: "key that tokens are signed with (HS256)" },
};
