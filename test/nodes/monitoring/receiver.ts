import type { Client } from "../../cluster/harness/client.ts";
import type { Image } from "../images/image.ts";
import { node } from "../images/programs.ts";
import { outside, workload } from "../outside.ts";

/**
 * Where alerts are sent: writes down each request, and answers as a webhook of Slack does. The first of Slack's is refused, as by a
 * channel that is not there yet, so that Alertmanager has a failure to count.
 */
const program = `
let refused = false;
require("node:http").createServer((request, response) => {
  let text = "";
  request.on("data", (part) => (text += part)).on("end", () => {
    console.log(JSON.stringify({ path: request.url, body: JSON.parse(text) }));
    const refuse = request.url === "/slack" && !refused;
    refused ||= refuse;
    response.writeHead(refuse ? 404 : 200).end(refuse ? "channel_not_found" : "ok");
  });
}).listen(443);
`;

export const alertReceiver: Image = {
  name: "outside/alerts:1",
  layers: [...node, { files: { "/alerts.js": program } }],
  entrypoint: ["node", "/alerts.js"],
};

export function alertReceiverObjects(): object[] {
  return workload("alerts", `docker.io/${alertReceiver.name}`, 443, {
    env: [],
    readinessProbe: { tcpSocket: { port: 443 }, periodSeconds: 1 },
  });
}

/** An alert as webhooks are told of it. */
export interface ToldAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What has been sent so far. */
export interface Told {
  readonly webhook: readonly ToldAlert[];
  readonly slack: readonly { readonly title: string; readonly text: string }[];
  /** Names of the alerts in the calls of the dead man's switch. */
  readonly switch: readonly string[];
}

interface Request {
  readonly path: string;
  readonly body: { readonly alerts?: readonly ToldAlert[]; readonly attachments?: Told["slack"] };
}

export async function told(cluster: Client): Promise<Told> {
  const log = await cluster.kubectl(["--namespace", outside.namespace, "logs", "deployment/alerts"]);
  const requests = log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Request);
  const at = (path: string) => requests.filter((request) => request.path === path).map(({ body }) => body);
  return {
    webhook: at("/webhook").flatMap(({ alerts = [] }) => alerts),
    slack: at("/slack").flatMap(({ attachments = [] }) => attachments),
    switch: at("/switch").flatMap(({ alerts = [] }) => alerts.map(({ labels }) => labels["alertname"] ?? "")),
  };
}
