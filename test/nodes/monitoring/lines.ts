import { namespace } from "../production.ts";

interface ExpectedLine {
  readonly what: string;
  /** Labels by which Loki has it. */
  readonly selector: string;
  /** Words of it. */
  readonly words: string;
  /** Whether the line names the trace it belongs to. */
  readonly traced?: true;
}

/** Lines that programs write while the backend is asked for what is there and for what is gone, one of each way to write. */
export const expectedLines: readonly ExpectedLine[] = [
  {
    what: "JSON of the backend, with its level and its trace",
    selector: `{namespace="${namespace}", app="backend", container="backend", level="info"}`,
    words: "GET /api/v1/rates/search",
    traced: true,
  },
  {
    what: "an error in JSON, with its stack",
    selector: `{namespace="${namespace}", app="backend", container="backend", level="error"}`,
    words: "does not exist",
    traced: true,
  },
  {
    what: "Traefik's access log",
    selector: `{namespace="kube-system", app="traefik", container="traefik", level="info"}`,
    words: "/api/v1/ports",
  },
  {
    what: "klog",
    selector: `{namespace="monitoring", app="kube-state-metrics", container="kube-state-metrics", level="info"}`,
    words: "kube-state-metrics",
  },
  {
    what: "text of Redis",
    selector: `{namespace="${namespace}", app="redis", container="redis", level="unknown"}`,
    words: "Ready to accept connections",
  },
  {
    what: "text of Next.js",
    selector: `{namespace="${namespace}", app="frontend", container="frontend", level="unknown"}`,
    words: "Ready in",
  },
];
