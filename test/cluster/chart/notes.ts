import { spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { text } from "node:stream/consumers";

import type { Client } from "../harness/client.ts";
import { findHelm, findKubectl } from "../../../generator/helm.ts";
import type { Release } from "./release.ts";

interface Ingress {
  readonly kind: string;
  readonly spec: { readonly rules: readonly { readonly host: string }[]; readonly tls?: readonly { readonly hosts: readonly string[] }[] };
}

/** What is wrong with the NOTES of an installed release: addresses that no Ingress serves, commands that fail, Secrets that nobody reads. */
export async function wrongNotes(cluster: Client, release: Release): Promise<string[]> {
  const notes = (await release.helm(["get", "notes", release.name])).stdout;
  const objects = (await release.objects()) as unknown as Ingress[];
  const served = objects.filter(({ kind }) => kind === "Ingress").flatMap(({ spec }) => addresses(spec));
  const named = [...notes.matchAll(/https?:\/\/\S+/g)].map(([url]) => new URL(url).origin);
  const problems = [
    ...named.filter((url) => !served.includes(url)).map((url) => `no Ingress serves ${url}`),
    ...[...new Set(served)].filter((url) => !named.includes(url)).map((url) => `the NOTES do not tell ${url}`),
  ];
  const commands = commandsOf(notes);
  if (commands.length === 0) problems.push("the NOTES show no command");
  for (const command of commands) {
    const complaint = await run(cluster, release, command);
    // cert-manager does not run here, so that nobody has made the certificate; that its kind is known is enough.
    if (complaint !== "" && !/certificates\.cert-manager\.io "[\w-]+" not found/.test(complaint)) problems.push(`${command}: ${complaint}`);
  }
  for (const [, name] of notes.matchAll(/create secret generic (\S+)/g)) {
    // Pods read it as variables or files, issuers, stores and clusters by fields of their own.
    if (!JSON.stringify(objects).includes(`"${name}"`)) problems.push(`nothing reads the Secret ${name}`);
  }
  return problems;
}

/** The indented commands, each with its continuation lines. */
export function commandsOf(notes: string): string[] {
  return [...notes.matchAll(/^ {2}(?:kubectl|helm) (?:.*\\\n)*.*$/gm)].map(([command]) => command.trim());
}

function addresses({ rules, tls = [] }: Ingress["spec"]): string[] {
  const secure = new Set(tls.flatMap(({ hosts }) => hosts));
  return rules.map(({ host }) => `${secure.has(host) ? "https" : "http"}://${host}`);
}

/** Runs a command as a person would paste it, and gives what it complains of. */
async function run(cluster: Client, { major }: Release, command: string): Promise<string> {
  const programs = [await findKubectl(), (await findHelm(major)).path].map(dirname);
  const child = spawn("sh", ["-ec", command.replace(" --watch", "")], {
    env: { PATH: [...programs, process.env["PATH"]].join(delimiter), HOME: dirname(cluster.kubeconfig), KUBECONFIG: cluster.kubeconfig },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [complaint, code] = await Promise.all([text(child.stderr), ended]);
  return code === 0 ? "" : complaint.trim();
}
