import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { KubernetesObject } from "../../generator/check/manifest.ts";
import { runProgram } from "../cluster/harness/client.ts";

interface Tls {
  readonly hosts: readonly string[];
  readonly secretName: string;
}

/** The Secrets that cert-manager would fill for the Ingresses of a release, with certificates that nobody vouches for. */
export async function certificateObjects(objects: readonly KubernetesObject[]): Promise<object[]> {
  const tls = objects
    .filter(({ kind }) => kind === "Ingress")
    .flatMap((object) =>
      ((object["spec"] as { tls?: Tls[] }).tls ?? []).map((each) => ({ ...each, namespace: object.metadata.namespace })),
    );
  const secrets = new Map<string, { name: string; namespace: string | undefined; hosts: Set<string> }>();
  for (const { secretName: name, hosts, namespace } of tls) {
    const secret = secrets.get(`${namespace}/${name}`) ?? { name, namespace, hosts: new Set<string>() };
    for (const host of hosts) secret.hosts.add(host);
    secrets.set(`${namespace}/${name}`, secret);
  }
  return Promise.all(
    [...secrets.values()].map(async ({ name, namespace, hosts }) => ({
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/tls",
      metadata: { name, namespace },
      stringData: await certificate([...hosts]),
    })),
  );
}

async function certificate(hosts: readonly string[]): Promise<Record<"tls.crt" | "tls.key", string>> {
  const folder = await mkdtemp(join(tmpdir(), "certificate-"));
  const [key, crt] = [join(folder, "tls.key"), join(folder, "tls.crt")];
  const names = hosts.map((host) => `DNS:${host}`).join(",");
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90"];
  const args = ["req", "-x509", ...curve, "-subj", `/CN=${hosts[0]}`, "-addext", `subjectAltName=${names}`, "-keyout", key, "-out", crt];
  try {
    await runProgram("openssl", args);
    return { "tls.crt": await readFile(crt, "utf8"), "tls.key": await readFile(key, "utf8") };
  } finally {
    await rm(folder, { recursive: true });
  }
}
