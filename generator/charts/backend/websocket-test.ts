import type { IPod } from "kubernetes-models/v1/Pod";

import { include, str, when, type Block, type Doc } from "../../dsl/index.ts";
import { testPod } from "../../kubernetes/test-pod.ts";
import { realtimeName } from "./realtime.ts";
import { values as v } from "./values.ts";

/** Asks for a WebSocket by hand and expects `101 Switching Protocols`, for 30 seconds. */
const upgradeScript = `const http = require("node:http");
const headers = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": Buffer.alloc(16).toString("base64") };
const ask = (attempt) => {
  const failed = (reason) => {
    if (attempt === 10) {
      console.error(process.env.URL, reason);
      process.exit(1);
    }
    setTimeout(() => ask(attempt + 1), 3000);
  };
  const request = http.get(process.env.URL, { headers, timeout: 3000 });
  request.on("upgrade", (response) => {
    console.log(process.env.URL, response.statusCode);
    process.exit(0);
  });
  request.on("response", (response) => failed(\`answers \${response.statusCode} instead of 101\`));
  request.on("timeout", () => request.destroy(new Error("timeout")));
  request.on("error", (error) => failed(error.message));
};
ask(1);
`;

/** Tests that Socket.IO accepts a WebSocket through its Service. */
export const websocketTest: Block<Doc<IPod>> = when(
  v.realtime.enabled,
  testPod("test-websocket", upgradeScript, {
    URL: str`http://${include(realtimeName)}:${v.port}${v.realtime.path}/?EIO=4&transport=websocket`,
  }),
);
