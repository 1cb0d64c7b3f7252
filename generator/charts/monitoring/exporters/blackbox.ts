import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";

import { checksum, defineMap, include, when, configYaml, type Block, type Doc } from "../../../dsl/index.ts";
import { selector } from "../../../kubernetes/names.ts";
import { inNamespace, oneReplica, podTemplate, service, serviceAccount } from "../component.ts";
import { blackbox, ports, prometheus } from "../components.ts";
import { tcp } from "../../../kubernetes/network-policy.ts";
import { fromComponents, fromOthers, networkPolicy, toInternet, traefikPods } from "../network.ts";

const data = defineMap("blackboxConfig", "Configuration of the blackbox exporter: how a URL is called.", {
  "blackbox.yaml": configYaml({
    modules: { http: { prober: "http", timeout: "8s", http: { method: "GET", follow_redirects: true, preferred_ip_protocol: "ip4" } } },
  }),
});

const configMap: Block<Doc<IConfigMap>> = when(blackbox.enabled, {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: inNamespace(blackbox.name),
  data: include(data),
});

const deployment: Block<Doc<IDeployment>> = when(blackbox.enabled, {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: inNamespace(blackbox.name, oneReplica),
  spec: {
    replicas: 1,
    revisionHistoryLimit: 3,
    selector: { matchLabels: selector(blackbox.label) },
    template: podTemplate(blackbox, {
      annotations: [{ "checksum/config": checksum(data) }],
      container: {
        args: ["--config.file=/etc/blackbox/blackbox.yaml"],
        ports: [{ name: "http", containerPort: ports.blackbox.http }],
        livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        readinessProbe: { httpGet: { path: "/-/healthy", port: "http" }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
        volumeMounts: [{ name: "config", mountPath: "/etc/blackbox", readOnly: true }],
      },
      volumes: [{ name: "config", configMap: { name: blackbox.name } }],
    }),
  },
});

const policy = networkPolicy(blackbox, {
  ingress: [fromComponents(ports.blackbox.http, prometheus), fromOthers(ports.blackbox.http)],
  // kube-proxy takes a short cut from the load balancer's address to Traefik.
  egress: [toInternet(80, 443), { to: [traefikPods], ports: tcp(8000, 8443) }],
});

export const blackboxTemplates = {
  "blackbox/configmap": [configMap],
  "blackbox/deployment": [deployment],
  "blackbox/networkpolicy": [policy],
  "blackbox/service": [service(blackbox, ports.blackbox)],
  "blackbox/serviceaccount": [serviceAccount(blackbox)],
};
