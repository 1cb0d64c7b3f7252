import { defineString, eq, fallback, include, not, str, when } from "../../../dsl/index.ts";
import { values as v } from "../values.ts";

const { tls } = v.global;

/** True if visitors come by TLS, wherever it ends. */
export const isEncrypted = not(eq(tls.mode, "none"));

export const grafanaHost = defineString("grafanaHost", "Host of Grafana.", fallback(v.grafana.host, str`grafana.${v.global.domain}`));

const scheme = defineString("grafanaScheme", "Scheme of Grafana's address.", when(isEncrypted, "https", "http"));

/** Grafana's public address, as a template: for the umbrella, which sees this chart from outside. */
export const grafanaUrlTemplate = defineString("grafanaUrl", "Address of Grafana.", str`${include(scheme)}://${include(grafanaHost)}`);

/** Grafana's public address. */
export const grafanaUrl = include(grafanaUrlTemplate);
