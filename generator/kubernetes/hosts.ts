import { defineString, eq, fallback, include, str, when } from "../dsl/index.ts";
import { base } from "./names.ts";

const { global } = base;

/** Host of the API and of the application. */
export const apiHost = defineString("apiHost", "Host of the API.", fallback(global.hosts.api, str`api.${global.domain}`));
export const appHost = defineString("appHost", "Host of the application.", fallback(global.hosts.app, str`app.${global.domain}`));

const scheme = defineString("scheme", "Scheme of the public URLs.", when(eq(global.tls.mode, "none"), "http", "https"));

/** The public URLs. */
export const apiUrl = str`${include(scheme)}://${include(apiHost)}`;
export const appUrl = str`${include(scheme)}://${include(appHost)}`;
