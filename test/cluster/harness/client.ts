import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** The part that all Kubernetes objects share. Tests name the concrete type where they read more. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
    }[];
  };
}

/** What can be asked of a cluster's API, whoever runs the cluster. */
export interface Client {
  /** Path of the file that gives an administrator's access. */
  readonly kubeconfig: string;
  /** Runs kubectl against the cluster and gives its standard output. Throws with kubectl's own message. */
  kubectl(args: readonly string[], stdin?: string): Promise<string>;
  /** Creates or updates objects by server-side apply. Throws on any that is refused, as for an unknown field. */
  apply(objects: readonly object[]): Promise<void>;
  /** One object, or undefined when there is none of that name. `kind` is anything kubectl understands. */
  get<T extends KubeObject = KubeObject>(kind: string, name: string, namespace?: string): Promise<T | undefined>;
  /** All objects of a kind in a namespace, or in the cluster; `selector` is a label selector. */
  list<T extends KubeObject = KubeObject>(kind: string, namespace?: string, selector?: string): Promise<T[]>;
  /**
   * Asks again and again until the answer is not undefined, and gives it. After `timeoutSeconds` it throws with
   * `what`, the state of the cluster and its logs.
   */
  waitFor<T>(what: string, ask: () => Promise<T | undefined>, timeoutSeconds?: number): Promise<T>;
  /** The cluster's nodes, pods, warnings and component logs as text for a person. */
  diagnose(): Promise<string>;
}

/**
 * A client of the cluster behind `kubeconfig`. `command` is the kubectl to run and its first arguments;
 * `readLogs` gives the logs of the cluster's components, if it has them.
 */
export function createClient(
  [program, ...first]: readonly [string, ...string[]],
  kubeconfig: string,
  readLogs: () => Promise<string>,
): Client {
  const kubectl = (args: readonly string[], stdin = "") => runProgram(program, [...first, "--kubeconfig", kubeconfig, ...args], stdin);

  const read = async (args: readonly string[]): Promise<unknown> => {
    const text = await kubectl(["get", ...args, "--output", "json"]);
    return text === "" ? undefined : JSON.parse(text);
  };

  const diagnose = async () => {
    const sections = [
      ["get", "nodes"],
      ["get", "pods", "-A", "-o", "wide"],
      ["events", "-A", "--types=Warning"],
    ];
    const answers = sections.map((args) => kubectl([...args, "--request-timeout=5s"]).catch(String));
    return [...(await Promise.all(answers)), await readLogs()].join("\n");
  };

  return {
    kubeconfig,
    kubectl,
    diagnose,
    async apply(objects) {
      const list = { apiVersion: "v1", kind: "List", items: objects };
      // kubectl's own validation would make the API server build its whole OpenAPI document, for half a minute after
      // new custom resources, and adds nothing: a server-side apply refuses every field that the schema lacks.
      await kubectl(["apply", "--server-side", "--validate=ignore", "-f", "-"], JSON.stringify(list));
    },
    async get<T>(kind: string, name: string, namespace?: string) {
      return (await read([kind, name, "--ignore-not-found", ...inNamespace(namespace)])) as T | undefined;
    },
    async list<T>(kind: string, namespace?: string, selector?: string) {
      const where = namespace === undefined ? ["--all-namespaces"] : inNamespace(namespace);
      const which = selector === undefined ? [] : ["--selector", selector];
      return ((await read([kind, ...where, ...which])) as { items: T[] }).items;
    },
    async waitFor(what, ask, timeoutSeconds = 30) {
      const deadline = performance.now() + timeoutSeconds * 1000;
      for (;;) {
        const answer = await ask();
        if (answer !== undefined) return answer;
        if (performance.now() > deadline) {
          throw new Error(`not within ${timeoutSeconds} s: ${what}\n${await diagnose()}`);
        }
        await sleep(150);
      }
    },
  };
}

/** Whether the object's condition of that type is True. */
export function hasCondition(object: KubeObject | undefined, type: string): boolean {
  return object?.status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;
}

/** Runs a program to its end and gives its standard output. Throws with its standard error if it fails. */
export async function runProgram(path: string, args: readonly string[], stdin = "", env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const child = spawn(path, args, { env });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  // A program that ends before it has read everything is judged by its exit code.
  child.stdin.on("error", () => {}).end(stdin);
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`${path} ${args.join(" ")}\nexit ${code}: ${output.stderr}`);
  return output.stdout;
}

function inNamespace(namespace: string | undefined): string[] {
  return namespace === undefined ? [] : ["--namespace", namespace];
}
