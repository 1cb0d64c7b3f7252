import { parseManifests } from "../../helm/client.ts";
import type { KubernetesObject } from "../../../generator/check/manifest.ts";
import { runHelm, type HelmBinary, type HelmMajor, type RunResult } from "../../../generator/helm.ts";
import type { Values } from "../../../generator/values/defaults.ts";
import type { Client } from "../harness/client.ts";
import type { Environment } from "./environments.ts";

/** One release of the umbrella in a namespace of its own, worked with the real Helm. */
export interface Release extends AsyncDisposable {
  readonly name: string;
  readonly namespace: string;
  readonly environment: Environment;
  readonly major: HelmMajor;
  /** `helm install --wait`. Throws with Helm's words and the state of the cluster when it fails. */
  install(chart: string, args?: readonly string[]): Promise<RunResult>;
  /** `helm upgrade --wait` with the environment's values, or others in their place. Throws as `install`. */
  upgrade(chart: string, args?: readonly string[], values?: Values): Promise<RunResult>;
  /** `helm <args> --namespace <namespace>`; any exit code is an answer. `input` is for `--values -`. */
  helm(args: readonly string[], input?: Values): Promise<RunResult>;
  /** Objects of the current revision, without its hooks. */
  objects(): Promise<KubernetesObject[]>;
}

/** What `install` and `upgrade` are given to wait. Helm 3 waits for Jobs only when it is told to. */
const waiting = ["--wait", "--wait-for-jobs", "--timeout", "5m"];

/** A release that is not installed yet. `end` is called when it is disposed of. */
export function createRelease(
  cluster: Client,
  helmBinary: HelmBinary,
  home: string,
  release: Pick<Release, "name" | "namespace" | "environment" | "major">,
  end: () => Promise<void>,
): Release {
  const { name, namespace, environment } = release;
  const helm: Release["helm"] = (args, input) =>
    runHelm(helmBinary, [...args, "--namespace", namespace], {
      home,
      env: { KUBECONFIG: cluster.kubeconfig },
      ...(input === undefined ? {} : { input: `${JSON.stringify(input)}\n` }),
    });
  const succeed = async (args: readonly string[], values: Values) => {
    const result = await helm([...args, "--values", "-"], values);
    if (result.code !== 0) throw new Error(`helm ${args.join(" ")}\n${result.stderr}\n${await cluster.diagnose()}`);
    return result;
  };
  return {
    ...release,
    helm,
    install: (chart, args = []) => succeed(["install", name, chart, ...waiting, ...args], environment.values),
    upgrade: (chart, args = [], values = environment.values) => succeed(["upgrade", name, chart, ...waiting, ...args], values),
    objects: async () => parseManifests((await helm(["get", "manifest", name])).stdout) as unknown as KubernetesObject[],
    async [Symbol.asyncDispose]() {
      await helm(["uninstall", name, "--ignore-not-found"]);
      await end();
    },
  };
}
