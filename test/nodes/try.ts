import { dirname, delimiter } from "node:path";

import { findHelm } from "../../generator/helm.ts";
import { ChartError } from "../../generator/problem.ts";
import { toolPath } from "../../tools/build.ts";
import { untilInterrupted } from "../cluster/harness/interrupt.ts";
import { forward } from "./forward.ts";
import { databaseObjects } from "./outside.ts";
import { namespace, startProduction } from "./production.ts";
import setup from "./setup.ts";

/** `make try NODES=real`: production on two real nodes of this machine, with the application answering, until Ctrl-C. */
async function tryOut(): Promise<void> {
  await setup();
  console.log("starting a control plane, two nodes, and what production has around it …");
  await using production = await startProduction();
  const { cluster, packages, release } = production;
  await cluster.apply(databaseObjects());
  console.log((await release.install(await packages.pack())).stdout);
  await using frontend = await forward(cluster, namespace, "frontend-svc", 3000);
  await using backend = await forward(cluster, namespace, "backend-svc", 4000);
  const helm = await findHelm(4);
  console.log(
    [
      "Production runs on two real nodes of this machine until Ctrl-C.",
      "",
      `  frontend   ${frontend.url}/`,
      `  API        ${backend.url}/api/v1/rates/search?origin=HAM&destination=SHA&container=20ft`,
      "",
      `  export KUBECONFIG=${cluster.kubeconfig} PATH=${dirname(await toolPath("kubernetes", "kubectl"))}${delimiter}$PATH`,
      "",
      `  kubectl --namespace ${namespace} get pods --output wide`,
      `  kubectl --namespace ${namespace} logs deployment/backend`,
      `  ${helm.path} --namespace ${namespace} test ${release.name}`,
      "",
    ].join("\n"),
  );
  await untilInterrupted();
}

try {
  await tryOut();
} catch (error) {
  if (!(error instanceof ChartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
