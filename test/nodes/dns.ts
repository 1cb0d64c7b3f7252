import { dnsAddress } from "../cluster/harness/real/network.ts";
import { coredns } from "./images/programs.ts";

/**
 * Name resolution as every cluster has it: Service `kube-dns` at the address that kubelets tell their pods, in front of
 * pods with the label `k8s-app: kube-dns`, which the charts' network policies let everybody ask. `hosts` are further
 * names, by which pods reach what is outside of the cluster.
 */
export function dnsObjects(): object[] {
  const labels = { "k8s-app": "kube-dns" };
  const namespace = "kube-system";
  const name = "coredns";
  const ports = ["UDP", "TCP"].map((protocol) => ({ name: `dns-${protocol.toLowerCase()}`, port: 53, protocol }));
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: `system:${name}` },
      rules: [
        { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: `system:${name}` },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: `system:${name}` },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { Corefile: corefile } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: name,
            dnsPolicy: "Default",
            containers: [
              {
                name,
                image: `docker.io/${coredns.name}`,
                args: ["-conf", "/etc/coredns/Corefile"],
                readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 1 },
                ports: [{ name: "metrics", containerPort: 9153 }],
                resources: { requests: { cpu: "20m", memory: "32Mi" } },
                volumeMounts: [{ name: "config", mountPath: "/etc/coredns" }],
              },
            ],
            volumes: [{ name: "config", configMap: { name } }],
          },
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "kube-dns", namespace, labels },
      spec: { clusterIP: dnsAddress, selector: labels, ports },
    },
  ];
}

const corefile = `.:53 {
  errors
  health
  ready
  prometheus :9153
  kubernetes cluster.local in-addr.arpa ip6.arpa
  cache 5
}
`;
