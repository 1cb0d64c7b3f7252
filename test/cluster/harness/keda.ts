import { spawn } from "node:child_process";
import { copyFile, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { toolPath } from "../../../tools/build.ts";
import type { Cluster } from "./cluster.ts";
import { kwokFolder } from "./kwokctl.ts";
import { freePorts } from "./ports.ts";

/**
 * Runs KEDA's operator for a local cluster until the cluster is stopped, and waits until it is ready. It turns each
 * ScaledObject into a HorizontalPodAutoscaler. Its metrics adapter is not started: `startMetricsApi` answers for it.
 *
 * The operator takes about ten minutes to build the first time.
 */
export async function startKeda(cluster: Cluster): Promise<void> {
  const program = await toolPath("keda", "keda-operator");
  await cluster.loadCrds(["keda.sh", "eventing.keda.sh"]);
  await cluster.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "keda" } }]);
  const folder = dirname(cluster.kubeconfig);
  const certificates = join(folder, "keda-certificates");
  await copyCertificates(join(kwokFolder(folder), "pki"), certificates);
  const [probes, service] = await freePorts(2);
  const log = await open(join(kwokFolder(folder), "logs", "keda-operator.log"), "w");
  const operator = spawn(
    program,
    [
      `--kubeconfig=${cluster.kubeconfig}`,
      `--cert-dir=${certificates}`,
      `--health-probe-bind-address=127.0.0.1:${probes}`,
      `--metrics-service-bind-address=127.0.0.1:${service}`,
      "--metrics-bind-address=0",
      "--zap-log-level=info",
    ],
    {
      stdio: ["ignore", log.fd, log.fd],
      env: { KEDA_CLUSTER_OBJECT_NAMESPACE: "keda", POD_NAMESPACE: "keda", WATCH_NAMESPACE: "" },
    },
  );
  await log.close();
  // The cluster's watchdog ends it, as its command line names the cluster's folder.
  operator.unref();
  await cluster.waitFor("KEDA's operator is ready", async () => {
    if (operator.exitCode !== null) throw new Error(`KEDA's operator ended: ${await cluster.diagnose()}`);
    const answer = await fetch(`http://127.0.0.1:${probes}/readyz`).catch(() => undefined);
    return answer?.ok === true ? true : undefined;
  });
}

/** The operator serves its adapter with certificates that it finds in a folder; the cluster's own are good enough. */
async function copyCertificates(from: string, to: string): Promise<void> {
  await mkdir(to);
  await copyFile(join(from, "ca.crt"), join(to, "ca.crt"));
  await copyFile(join(from, "admin.crt"), join(to, "tls.crt"));
  await copyFile(join(from, "admin.key"), join(to, "tls.key"));
}
