import { all, eq, helm, include, not, str, when, type Line } from "../../dsl/index.ts";
import { apiUrl } from "../../kubernetes/hosts.ts";
import { loadBalancerName } from "../edge/load-balancer/design.ts";
import { edge, values as v } from "./values.ts";

const { tls, cloudflare } = v.global;

/** What is to be done at Hetzner and Cloudflare, and how to see that the way in works. */
export const edgeNotes: Line[] = [
  when<Line>(all(v.edge.enabled, v.edge.traefik.enabled), [
    "",
    str`Traefik restarts with the settings of this release, and its load balancer is "${include(loadBalancerName, edge)}". Its address, what Hetzner`,
    "refused of it, and its protection:",
    "",
    "  kubectl --namespace kube-system get service traefik",
    "  kubectl --namespace kube-system get events --field-selector involvedObject.kind=Service,involvedObject.name=traefik",
    str`  hcloud load-balancer enable-protection ${include(loadBalancerName, edge)} delete`,
    when<Line>(eq(tls.mode, "loadBalancer"), [
      "",
      "To and from a load balancer that redirects from port 80 itself it takes two upgrades (docs/load-balancer.md): anything else that listens",
      "there is refused meanwhile, and among those events.",
    ]),
  ]),
  when<Line>(all(cloudflare.enabled, v.ingress.enabled), [
    when<Line>(
      eq(tls.mode, "cloudflare"),
      ["", 'Cloudflare needs proxied DNS records for the hosts, the SSL mode "Flexible" and "Always Use HTTPS".'],
      ["", 'Cloudflare needs proxied DNS records for the hosts, and the SSL mode "Full (strict)".'],
    ),
    "Past it nobody gets in: this must be answered with 403, or fail:",
    "",
    str`  curl --insecure --connect-to ::<address of the load balancer> ${apiUrl}/`,
  ]),
  when<Line>(all(cloudflare.enabled, cloudflare.originPulls.enabled), [
    "",
    str`Traefik asks for Cloudflare's client certificate. Its CA is expected in the Secret "${cloudflare.originPulls.secretName}":`,
    "",
    str`  kubectl --namespace ${helm.Release.Namespace} create secret generic ${cloudflare.originPulls.secretName} --from-file=ca.crt=...`,
  ]),
  when<Line>(not(eq(v.global.storageClass, "local-path")), [
    "",
    str`Volumes are of the class "${v.global.storageClass}". A node takes 16 volumes of Hetzner's. Those of this namespace:`,
    "",
    str`  kubectl --namespace ${helm.Release.Namespace} get persistentvolumeclaims`,
  ]),
];
