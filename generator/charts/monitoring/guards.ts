import { all, atoi, div, eq, fail, gt, helm, include, mul, ne, not, regexFind, str, when, type Guard } from "../../dsl/index.ts";
import { nameGuards } from "../../kubernetes/names.ts";
import { mebibytes } from "../../kubernetes/quantity.ts";
import { alertmanagerSecret, hasReceiver } from "./alertmanager/config.ts";
import { alertmanager, grafana, loki, prometheus } from "./components.ts";
import { grafanaSecret } from "./grafana/config.ts";
import { lokiSecret, onS3 } from "./loki/config.ts";
import { componentSecretGuards } from "./secrets.ts";
import { isBundled, namespace, values as v } from "./values.ts";

const { persistence, retention, resources } = v.prometheus;
const { email, telegram } = v.alertmanager.receivers;

/** Whole GiB of the volume, and how many of them samples may fill. */
const volume = atoi(regexFind("^[0-9]+", persistence.size));
const forSamples = div(mul(volume, 80), 100);
const disk = resources.limits["ephemeral-storage"];

const prometheusGuards: Guard[] = [
  when(
    all(prometheus.enabled, persistence.enabled, not(persistence.existingClaim), gt(retention.gigabytes, forSamples)),
    fail(
      str`monitoring.prometheus.retention.gigabytes (${retention.gigabytes}) is more than 80 % of monitoring.prometheus.persistence.size (${persistence.size}): the write-ahead log needs the rest; write ${forSamples} or less, or enlarge the volume`,
    ),
  ),
  when(
    all(prometheus.enabled, not(persistence.enabled), gt(mul(retention.gigabytes, 1024), div(mul(mebibytes(disk), 80), 100))),
    fail(
      str`monitoring.prometheus.retention.gigabytes (${retention.gigabytes}) is more than 80 % of monitoring.prometheus.resources.limits.ephemeral-storage (${disk}), where samples are without persistence: lower the first or raise the second`,
    ),
  ),
];

const receiverGuards: Guard[] = [
  when(
    all(isBundled, eq(v.global.environment, "production"), v.prometheus.enabled, not(all(v.alertmanager.enabled, hasReceiver))),
    fail(
      'global.environment is "production" while no alert reaches anybody: turn on one of monitoring.alertmanager.receivers (webhook, slack, email, telegram)',
    ),
  ),
  when(
    all(alertmanager.enabled, email.enabled, not(all(email.to, email.from, email.smarthost))),
    fail("monitoring.alertmanager.receivers.email is enabled: set its to, from and smarthost"),
  ),
  when(
    all(alertmanager.enabled, telegram.enabled, eq(telegram.chatId, 0)),
    fail("monitoring.alertmanager.receivers.telegram is enabled: set its chatId"),
  ),
];

const { storage } = v.loki;

const otherGuards: Guard[] = [
  when(all(loki.enabled, onS3, not(storage.bucket)), fail('monitoring.loki.storage.type is "s3": set monitoring.loki.storage.bucket')),
  when(
    all(grafana.enabled, v.grafana.oauth.enabled, not(all(v.grafana.oauth.clientId, v.grafana.oauth.authUrl, v.grafana.oauth.tokenUrl))),
    fail("monitoring.grafana.oauth is enabled: set its clientId, authUrl and tokenUrl"),
  ),
  when(
    all(
      grafana.enabled,
      v.grafana.ingress.enabled,
      eq(v.global.tls.mode, "certManager"),
      eq(v.global.tls.issuerKind, "Issuer"),
      ne(include(namespace), helm.Release.Namespace),
    ),
    fail(
      str`global.tls.issuerKind is "Issuer", which only the namespace ${helm.Release.Namespace} can use, while Grafana is in ${include(namespace)}: use a ClusterIssuer, or set monitoring.grafana.ingress.enabled to false`,
    ),
  ),
];

export const guards: Guard[] = [
  ...nameGuards("monitoring"),
  ...prometheusGuards,
  ...receiverGuards,
  ...otherGuards,
  ...[alertmanagerSecret, grafanaSecret, lokiSecret].flatMap(componentSecretGuards),
];
