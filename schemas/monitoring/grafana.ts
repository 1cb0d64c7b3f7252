import { annotationMap, names, passList, patterns } from "../common.ts";
import { component, componentSecrets } from "./component.ts";

export const grafana = component(
  {
    title: "Grafana",
    description:
      "Shows metrics and logs. It keeps nothing: data sources, folders and dashboards come from the chart, so that a new pod is as good as the old.",
    enabled: true,
    image: ["docker.io", "grafana/grafana", "13.2.3"],
    cpu: "50m",
    memory: "384Mi",
    memoryLimit: "768Mi",
    disk: "1Gi",
    user: 472,
  },
  {
    host: {
      type: "string",
      description: "Host name. Empty: `grafana.<domain>`.",
      pattern: patterns.hostOrEmpty,
      maxLength: 253,
      default: "",
    },
    ingress: {
      type: "object",
      description: "The way in. TLS is as `global.tls` says.",
      default: {},
      properties: {
        enabled: { type: "boolean", description: "Render an Ingress.", default: false },
        className: {
          type: "string",
          description: "Ingress class.",
          pattern: patterns.objectOrEmpty,
          minLength: 1,
          maxLength: 253,
          default: "traefik",
        },
        annotations: annotationMap("Annotations of the Ingress, e.g. a middleware that admits only your addresses."),
        secretName: {
          type: "string",
          description: "Secret with the certificate, in Grafana's namespace.",
          pattern: patterns.objectOrEmpty,
          minLength: 1,
          maxLength: 253,
          default: "grafana-tls",
        },
      },
    },
    secrets: componentSecrets("The Secret with the administrator's name and password, and that of the OAuth client.", {
      adminUser: ["admin-user", "Name of the administrator."],
      adminPassword: ["admin-password", "Password of the administrator."],
      oauthClientSecret: ["oauth-client-secret", "Secret of the OAuth client, if OAuth is on."],
    }),
    oauth: {
      type: "object",
      description: "Log-in by an OpenID Connect provider, besides the administrator's.",
      default: {},
      properties: {
        enabled: { type: "boolean", description: "Offer it.", default: false },
        name: { type: "string", description: "What the button says.", pattern: "^[A-Za-z0-9 ._-]+$", default: "OAuth" },
        clientId: { type: "string", description: "Client.", pattern: "^[A-Za-z0-9._:@/-]*$", default: "" },
        scopes: { type: "string", description: "Scopes.", pattern: "^[A-Za-z0-9 ._:/-]+$", default: "openid profile email" },
        authUrl: url("Authorization endpoint."),
        tokenUrl: url("Token endpoint."),
        apiUrl: url("User info endpoint."),
        allowedDomains: {
          type: "string",
          description: "E-mail domains that may log in, separated by spaces. Empty: whoever the provider lets in.",
          pattern: "^[A-Za-z0-9. -]*$",
          default: "",
        },
        roleAttributePath: {
          type: "string",
          description: "JMESPath that gives the role (`Viewer`, `Editor`, `Admin`). Empty: everybody is a viewer.",
          pattern: "^[A-Za-z0-9_.*\\[\\]()&|' ,=!?@:-]*$",
          examples: ["contains(groups[*], 'ops') && 'Admin' || 'Viewer'"],
          default: "",
        },
      },
    },
    env: {
      type: "object",
      description: "Further settings, as `GF_SECTION_KEY`. No secrets.",
      additionalProperties: { type: "string", description: "The value." },
      propertyNames: { pattern: "^GF_[A-Z0-9_]+$" },
      default: {},
    },
    extraDataSources: passList("Further data sources, as Grafana's provisioning knows them."),
    dashboardConfigMaps: {
      type: "object",
      description: "ConfigMaps of yours with dashboards, by the folder they are to appear in. Each must be in Grafana's namespace.",
      additionalProperties: {
        type: "string",
        description: "Name of the ConfigMap; each key ends in `.json`.",
        pattern: patterns.objectOrEmpty,
        minLength: 1,
        maxLength: 253,
      },
      propertyNames: names.label,
      default: {},
    },
    internetPorts: {
      type: "array",
      description: "TCP ports that it may reach on the internet, with OAuth.",
      items: { type: "integer", description: "A port.", minimum: 1, maximum: 65535 },
      default: [443],
    },
  },
);

function url(description: string) {
  return { type: "string", description, pattern: "^(https?://[A-Za-z0-9._~:/?#@!&=%-]+)?$", default: "" } as const;
}
