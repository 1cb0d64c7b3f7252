import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { ChartError } from "../../generator/problem.ts";
import { runProgram } from "../cluster/harness/client.ts";
import { checkConnectivity } from "./check.ts";
import { connectivityReport, differences } from "./report.ts";
import { installedRelease, releaseOfText, type Kubectl } from "./release.ts";

const usage = `node test/connectivity/cli.ts --namespace <namespace> [--release xpeditis] [--context <context>] [--kubeconfig <file>]
    [--image <image with node>] [--internet <public address>] [--manifests <file of helm template>]

Tries every connection that the network policies of a release decide, from its real pods, and compares: docs/network-flows.md.`;

/** Exit code 0 if every connection is as the policies say, 1 if one is not, 2 if not all of them can be tried. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      namespace: { type: "string", short: "n" },
      release: { type: "string", default: "xpeditis" },
      context: { type: "string" },
      kubeconfig: { type: "string" },
      image: { type: "string" },
      // Cloudflare's resolver: it listens on 53, 80 and 443.
      internet: { type: "string", default: "1.1.1.1" },
      manifests: { type: "string" },
    },
  });
  const { namespace, release: name, image, internet, manifests } = values;
  if (namespace === undefined) throw new ChartError(usage);
  const access = (["kubeconfig", "context"] as const).flatMap((flag) => (values[flag] === undefined ? [] : [`--${flag}=${values[flag]}`]));
  const kubectl: Kubectl = (args, stdin = "") => runProgram("kubectl", [...access, ...args], stdin);
  const release =
    manifests === undefined
      ? await installedRelease(kubectl, { name, namespace })
      : releaseOfText(await readFile(manifests, "utf8"), namespace);
  // kubectl is interrupted, too; then what was started is ended. A second Ctrl-C ends at once.
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort(new ChartError("interrupted")));
  const connectivity = await checkConnectivity(kubectl, {
    name,
    namespace,
    release,
    internet,
    signal: interrupted.signal,
    ...(image === undefined ? {} : { image }),
    report: (text) => console.error(text),
  });
  console.log(connectivityReport(connectivity));
  if (differences(connectivity).length > 0) return 1;
  return connectivity.failed.length === 0 ? 0 : 2;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof ChartError ? error.message : String(error));
  return 2;
});
