/**
 * Containers of rendered pods as processes of this machine: with the command, environment, volumes and mounts that the
 * manifest says, a read-only root, and the user of the security context if the tests run as root. Linux only.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { chown, copyFile, mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { IVolume } from "kubernetes-models/v1/Volume";

/** What pods find on a node and in their namespace. */
export interface World {
  /** Data of ConfigMaps and of Secrets, by name. */
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Folders of this machine that are the volumes of claims, by the claim's name. */
  readonly claims: Readonly<Record<string, string>>;
  /** Names of Services, all at 127.0.0.1, or the address of each. */
  readonly services: readonly string[] | Readonly<Record<string, string>>;
  /** Programs besides those of /usr, by path on this machine. */
  readonly programs: readonly string[];
  /** What a container runs whose command is its image's own, by the container's name. */
  readonly entrypoints?: Readonly<Record<string, string>>;
  /** Images that hold more than programs, by their name without registry and tag. */
  readonly images?: Readonly<Record<string, Image>>;
}

/** An image that consists of one folder. */
export interface Image {
  /** The folder on this machine, and where it is in the image: containers start there. */
  readonly folder: string;
  readonly workdir: string;
  readonly entrypoint: readonly string[];
}

/** How a process ended and what it said. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** All it has said so far. */
  output(): string;
}

/** A pod with its volumes, until it is disposed of. */
export interface Pod extends AsyncDisposable {
  /** Starts a container; other arguments than the container's command run in its place, as a probe or a hook does. */
  start(container: string, command?: readonly string[]): Promise<Running>;
  /** The same, to its end. */
  run(container: string, command?: readonly string[]): Promise<Outcome>;
  /** Folder of a volume on this machine. */
  volume(name: string): string;
}

const isRoot = process.getuid?.() === 0;

/** Makes a pod's volumes. Nothing of it runs yet. */
export async function createPod(spec: IPodSpec, world: World): Promise<Pod> {
  const folder = await mkdtemp(join(tmpdir(), "pod-"));
  const { runAsUser = 0, fsGroup = 0 } = spec.securityContext ?? {};
  const folders = new Map<string, string>();
  for (const volume of spec.volumes ?? []) {
    const path =
      volume.persistentVolumeClaim === undefined
        ? join(folder, "volumes", volume.name)
        : world.claims[volume.persistentVolumeClaim.claimName];
    if (path === undefined) throw new Error(`no claim is called ${volume.persistentVolumeClaim?.claimName}`);
    folders.set(volume.name, path);
    // oxlint-disable-next-line no-await-in-loop
    await fill(path, volume, world);
    // oxlint-disable-next-line no-await-in-loop
    if (isRoot && (volume.emptyDir ?? volume.persistentVolumeClaim) !== undefined) await chown(path, runAsUser, fsGroup);
  }
  const volume = (name: string): string => {
    const path = folders.get(name);
    if (path === undefined) throw new Error(`the pod has no volume ${name}`);
    return path;
  };
  const running = new Set<Running>();
  let count = 0;

  const start = async (name: string, command?: readonly string[]): Promise<Running> => {
    const container = [...(spec.initContainers ?? []), ...spec.containers].find((each) => each.name === name);
    if (container === undefined) throw new Error(`the pod has no container ${name}`);
    count += 1;
    const root = join(folder, `root-${count}`);
    const mounts = (container.volumeMounts ?? []).map(({ name: source, mountPath, subPath = "", readOnly = false }) => ({
      from: join(volume(source), subPath),
      to: join(root, mountPath),
      readOnly,
    }));
    const image = world.images?.[/([^/]+?)([:@].*)?$/.exec(container.image ?? "")?.[1] ?? ""];
    // The image's own folder comes before what is mounted into it.
    if (image !== undefined) mounts.unshift({ from: image.folder, to: join(root, image.workdir), readOnly: true });
    mounts.push(...world.programs.map((program) => ({ from: program, to: join(root, "opt/programs", basename(program)), readOnly: true })));
    await layOut(root, mounts, world);
    const script = wrapper(root, mounts, { user: runAsUser, group: fsGroup, workdir: image?.workdir ?? "/" });
    const own = image?.entrypoint ?? [world.entrypoints?.[name] ?? name];
    const words = command ?? [...(container.command ?? own), ...(container.args ?? [])];
    const child = spawn(
      "unshare",
      [...(isRoot ? ["--mount"] : ["--mount", "--user", "--map-root-user"]), "sh", "-c", script, "sh", ...words],
      {
        // As runc does it: the home of a user that /etc/passwd does not name is the root.
        env: { HOME: "/", PATH: "/opt/programs:/usr/sbin:/usr/bin:/sbin:/bin", ...environmentOf(container, world) },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const started = watch(child);
    running.add(started);
    void started.ended.then(() => running.delete(started));
    return started;
  };

  return {
    start,
    run: async (name, command) => (await start(name, command)).ended,
    volume,
    async [Symbol.asyncDispose]() {
      for (const { process: child } of running) child.kill("SIGKILL");
      await Promise.all([...running].map(({ ended }) => ended));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Mount {
  readonly from: string;
  readonly to: string;
  readonly readOnly: boolean;
}

/** The files of a ConfigMap or Secret; a folder for anything else. */
async function fill(path: string, { configMap, secret }: IVolume, world: World): Promise<void> {
  await mkdir(path, { recursive: true });
  const [kind, name] = configMap === undefined ? ["Secret", secret?.secretName] : ["ConfigMap", configMap.name];
  if (name === undefined) return;
  const data = (kind === "Secret" ? world.secrets : world.configMaps)[name];
  if (data === undefined) throw new Error(`no ${kind} is called ${name}`);
  const items = (secret ?? configMap)?.items ?? Object.keys(data).map((key) => ({ key, path: key }));
  for (const { key, path: file } of items) {
    const text = data[key];
    if (text === undefined) throw new Error(`the ${kind} ${name} has no key ${key}`);
    // oxlint-disable-next-line no-await-in-loop
    await writeFile(join(path, file), text);
  }
}

/** The container's root: mount points, and what programs ask of /etc. */
async function layOut(root: string, mounts: readonly Mount[], world: World): Promise<void> {
  const folders = ["usr", "proc", "dev", "tmp", "etc/ssl", "opt/programs"].map((path) => join(root, path));
  await Promise.all(folders.map((path) => mkdir(path, { recursive: true })));
  for (const { from, to } of mounts) {
    // oxlint-disable-next-line no-await-in-loop
    await ((await stat(from)).isDirectory() ? mkdir(to, { recursive: true }) : writeFile(to, ""));
  }
  await Promise.all(["bin", "sbin", "lib", "lib64"].map((name) => symlink(`usr/${name}`, join(root, name))));
  const { services } = world;
  const addresses = Array.isArray(services) ? services.map((name: string) => [name, "127.0.0.1"]) : Object.entries(services);
  await writeFile(
    join(root, "etc/hosts"),
    ["127.0.0.1 localhost\n", ...addresses.map(([name, address]) => `${address} ${name}\n`)].join(""),
  );
  await writeFile(join(root, "etc/nsswitch.conf"), "hosts: files\n");
  await copyFile("/etc/ld.so.cache", join(root, "etc/ld.so.cache"));
}

interface Process {
  readonly user: number;
  readonly group: number;
  readonly workdir: string;
}

function wrapper(root: string, mounts: readonly Mount[], { user, group, workdir }: Process): string {
  const bind = (from: string, to: string, readOnly: boolean) => [
    `mount --rbind ${quote(from)} ${quote(to)}`,
    ...(readOnly ? [`mount -o remount,bind,ro ${quote(to)}`] : []),
  ];
  return [
    "set -e",
    ...bind(root, root, false),
    ...["usr", "proc", "dev", "etc/ssl"].flatMap((path) => bind(`/${path}`, join(root, path), false)),
    ...mounts.flatMap(({ from, to, readOnly }) => bind(from, to, readOnly)),
    `mount -o remount,bind,ro ${quote(root)}`,
    `cd ${quote(root)}`,
    `exec chroot ${isRoot ? `--userspec=${user}:${group} --groups=${group} ` : ""}${quote(root)} env --chdir=${quote(workdir)} "$@"`,
  ].join("\n");
}

/** The variables of a container, as the kubelet puts them together: `env` goes before `envFrom`, and knows what was set before. */
function environmentOf({ env = [], envFrom = [] }: IContainer, world: World): Record<string, string> {
  const all: Record<string, string> = {};
  for (const { configMapRef, secretRef } of envFrom) {
    const data = configMapRef === undefined ? world.secrets[secretRef?.name ?? ""] : world.configMaps[configMapRef.name ?? ""];
    if (data === undefined) throw new Error(`nothing is called ${configMapRef?.name ?? secretRef?.name}`);
    Object.assign(all, data);
  }
  for (const { name, value, valueFrom } of env) {
    const { name: secret = "", key = "", optional = false } = valueFrom?.secretKeyRef ?? {};
    const text = valueFrom === undefined ? (value ?? "") : world.secrets[secret]?.[key];
    if (text !== undefined)
      all[name] = text.replaceAll(/\$\(([A-Za-z0-9_]+)\)/g, (reference, variable: string) => all[variable] ?? reference);
    else if (!optional) throw new Error(`nothing gives the variable ${name}`);
  }
  return all;
}

function watch(child: ChildProcess): Running {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, output }));
  });
  return { process: child, ended, output: () => output };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
