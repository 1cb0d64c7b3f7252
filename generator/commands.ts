import { Command, CommanderError } from "commander";

import { Refusal } from "./dsl/functions.ts";
import { ChartError } from "./problem.ts";

/**
 * Runs the command line and gives the exit code: 0, or 1 after a message. What a user did wrong is told without a stack;
 * any other error is a bug and keeps it.
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    if (!(error instanceof ChartError || error instanceof Refusal)) throw error;
    console.error(error.message);
    return 1;
  }
}

// Each command loads only what it needs: start-up is most of the time a command takes.
function program(): Command {
  const root = new Command("generator")
    .description("Builds, checks, packages and renders the Xpeditis Helm charts")
    .exitOverride()
    .showHelpAfterError("(--help lists the commands)");
  root
    .command("build")
    .description("generate charts/ and schemas/overlay.schema.json")
    .option("--check", "change nothing; fail if what is there differs from a fresh build")
    .action(async (options: { check?: boolean }) => (await import("./commands/build.ts")).build(options));
  root
    .command("check")
    .description("check values files, and what the charts render with each")
    .argument("[files...]", "values files; all of values/ if none is given")
    .action(async (files: string[]) => (await import("./commands/check.ts")).check(files));
  root
    .command("package")
    .description("pack all charts into a chart repository")
    .requiredOption("--out <folder>", "folder of the repository; what it already holds stays")
    .action(async ({ out }: { out: string }) => (await import("./commands/package.ts")).packageCharts(out));
  root
    .command("render")
    .description("render the umbrella with helm")
    .argument("<files...>", "values files, later ones over earlier ones")
    .requiredOption("--out <file>", "file for the manifests")
    .option("--release <name>", "release name", "xpeditis")
    .option("--namespace <name>", "namespace", "xpeditis-prod")
    .option("--kube-version <version>", "Kubernetes version to render for", "1.36.0")
    .action(async (files: string[], options: { out: string; release: string; namespace: string; kubeVersion: string }) =>
      (await import("./commands/render.ts")).render(files, options),
    );
  return root;
}
