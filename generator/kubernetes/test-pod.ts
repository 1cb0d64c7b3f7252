import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPod } from "kubernetes-models/v1/Pod";

import { include, merge, str, type Doc, type Expr, type Tpl } from "../dsl/index.ts";
import { shared as v } from "./application.ts";
import { image } from "./image.ts";
import { metadata, named, selector } from "./names.ts";
import { test } from "./network-policy.ts";
import { podBasics, serviceAccountName } from "./pod.ts";

/** What a test runs. */
type TestContainer = Tpl<Pick<IContainer, "image" | "imagePullPolicy" | "command" | "env" | "volumeMounts">>;

/** A pod for `helm test` that runs one container once; `component` is its label for the network policies. */
export const hookPod = (name: string, container: TestContainer, component = test): Doc<IPod> => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    ...metadata(named(name), {
      "helm.sh/hook": "test",
      "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
      "helm.sh/hook-output-log-policy": "hook-failed",
    }),
    labels: merge(selector(component), v.podLabels),
  },
  spec: {
    serviceAccountName: include(serviceAccountName),
    restartPolicy: "Never",
    ...podBasics,
    containers: [
      {
        name: "test",
        ...container,
        resources: {
          requests: { cpu: "10m", memory: "64Mi", "ephemeral-storage": "16Mi" },
          limits: { memory: "128Mi", "ephemeral-storage": "64Mi" },
        },
        securityContext: v.securityContext,
      } as Tpl<IContainer>,
    ],
  },
});

/**
 * A pod for `helm test`: runs a script with Node.js, which the application's own image has, so that no further image is needed.
 * The script must retry: network policies reach a new pod some seconds late.
 */
export const testPod = (name: string, script: string, environment: Readonly<Record<string, Expr<string>>>): Doc<IPod> =>
  hookPod(name, {
    image: include(image),
    imagePullPolicy: v.image.pullPolicy,
    command: ["node", "-e", script],
    env: Object.entries(environment).map(([variable, value]) => ({ name: variable, value })),
  });

/** Asks for a URL until it answers 2xx, for 30 seconds. */
const askScript = `const ask = async (attempt) => {
  const response = await fetch(process.env.URL, { signal: AbortSignal.timeout(3000) }).catch((error) => ({ ok: false, status: error.message }));
  if (response.ok) return console.log(process.env.URL, response.status);
  if (attempt === 10) throw new Error(\`\${process.env.URL}: \${response.status}\`);
  await new Promise((done) => setTimeout(done, 3000));
  return ask(attempt + 1);
};
ask(1);
`;

/** Tests that the Service answers at the readiness path. */
export const httpTest = (service: Expr<string>): Doc<IPod> =>
  testPod("test-http", askScript, { URL: str`http://${service}:${v.port}${v.probes.readiness.path}` });
