import { postgresql } from "../images/programs.ts";
import { outside } from "../outside.ts";

/** Lines that the pod `chatter` writes: requests in JSON, then what is none. */
export const chatter = {
  requests: 100_000,
  trace: ["Error: something is wrong", "    at first (/app/first.js:1:2)"],
  long: 40_000,
} as const;

const request = JSON.stringify({
  level: "info",
  message: "GET /api/v1/rates/search?origin=HAM&destination=SHA&container=20ft 200",
  durationMs: 12,
  client: "198.51.100.17",
  userAgent: "Mozilla/5.0 (X11; Linux x86_64)",
});

/**
 * Pods with which something is wrong, beside the release: one is killed for memory again and again, one is held back, one
 * has no image, one writes more than anybody reads.
 */
export function troubleObjects(): object[] {
  return [
    pod("glutton", { command: script("sleep 5; exec tail /dev/zero"), resources: { limits: { memory: "16Mi" } } }),
    pod("spinner", { command: script("while :; do :; done"), resources: { limits: { cpu: "50m" } } }),
    pod("imageless", { image: "docker.io/outside/nothing:1" }),
    pod("chatter", {
      command: script(
        [
          `yes '${request}' | head -n ${chatter.requests}`,
          ...chatter.trace.map((line) => `echo '${line}'`),
          // More than containerd writes into one line of the file.
          `head -c ${chatter.long} /dev/zero | tr '\\0' x; echo`,
          "exec sleep 86400",
        ].join("\n"),
      ),
    }),
  ];
}

const script = (text: string) => ["sh", "-c", text];

function pod(name: string, container: object): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: outside.namespace },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsUser: 20_002, runAsGroup: 20_002 },
      containers: [{ name, image: `docker.io/${postgresql.name}`, ...container }],
    },
  };
}
