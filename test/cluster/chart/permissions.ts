import type { Client } from "../harness/client.ts";
import type { Release } from "./release.ts";

interface Review {
  readonly spec: { readonly user: string; readonly resourceAttributes: { readonly verb: string; readonly namespace: string } };
  readonly status: { readonly allowed: boolean };
}

const verbs = ["get", "list", "watch"];

/** Every way in which a ServiceAccount of the release's namespaces could read Secrets through the API, there or elsewhere. */
export async function secretReaders(cluster: Client, release: Release): Promise<string[]> {
  const namespaces = new Set([release.namespace, ...(await release.objects()).flatMap(({ metadata }) => metadata.namespace ?? [])]);
  const accounts = (
    await Promise.all([...namespaces].filter((name) => !name.startsWith("kube-")).map((name) => accountsOf(cluster, name)))
  ).flat();
  const reviews = accounts.flatMap((user) =>
    ["", ...namespaces].flatMap((namespace) => verbs.map((verb) => review(user, verb, namespace))),
  );
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: reviews });
  const answers = await cluster.kubectl(["create", "--validate=false", "--filename=-", "--output=jsonpath={@}{'\\n'}"], list);
  return answers
    .trim()
    .split("\n")
    .flatMap((line) => {
      const { spec, status } = JSON.parse(line) as Review;
      return status.allowed ? [`${spec.user} may ${spec.resourceAttributes.verb} Secrets in "${spec.resourceAttributes.namespace}"`] : [];
    });
}

async function accountsOf(cluster: Client, namespace: string): Promise<string[]> {
  const accounts = await cluster.list("serviceaccounts", namespace);
  return accounts.map(({ metadata }) => `system:serviceaccount:${namespace}:${metadata.name}`);
}

/** The namespace "" asks for all of them. */
function review(user: string, verb: string, namespace: string): object {
  const spec = {
    user,
    groups: ["system:serviceaccounts", "system:authenticated"],
    resourceAttributes: { verb, namespace, resource: "secrets" },
  };
  return { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec };
}
