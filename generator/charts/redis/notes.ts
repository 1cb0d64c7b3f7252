import { eq, helm, include, str, when, type Expr, type Line } from "../../dsl/index.ts";
import { fullname } from "../../kubernetes/names.ts";
import { isDurable } from "./memory.ts";
import { secret as secretName, service } from "./names.ts";
import { usersOf, usesOwnStorageKeys, type UserValues } from "./secret.ts";
import { values as v } from "./values.ts";

/** How to create the Secret in mode `existing`, with passwords that fit into a URL; for the umbrella's NOTES, too. */
export const missingSecret = (values: UserValues, secret: Expr<string>): Line => {
  const { redis } = values.global;
  return when<Line>(eq(values.secrets.mode, "existing"), [
    "",
    str`Redis starts once the Secret "${secret}" is there. If it is not yet:`,
    "",
    str`  kubectl --namespace ${helm.Release.Namespace} create secret generic ${secret} \\`,
    str`    --from-literal=${redis.passwordKey}="$(openssl rand -hex 32)" \\`,
    ...usersOf(values).map(({ key, condition }): Line => {
      const line = str`    --from-literal=${key}="$(openssl rand -hex 32)" \\`;
      return condition === undefined ? line : when<Line>(condition, line);
    }),
    when<Line>(usesOwnStorageKeys(values), [
      str`    --from-literal=${values.backup.s3.accessKeyIdKey}=... \\`,
      str`    --from-literal=${values.backup.s3.secretAccessKeyKey}=... \\`,
    ]),
    "    --dry-run=client --output yaml | kubectl apply --filename -",
  ]);
};

/** What to do while a backup is restored; for the umbrella's NOTES, too. */
export const restoreNote = ({ restore }: UserValues): Line =>
  when<Line>(restore.enabled, [
    "",
    str`Redis is stopped, and a Job puts the backup "${restore.from}" in place of its data:`,
    "",
    str`  kubectl --namespace ${helm.Release.Namespace} logs --selector app.kubernetes.io/component=restore --all-containers --tail=-1`,
    "",
    "When it is done, upgrade with redis.restore.enabled set to false: Redis starts again.",
  ]);

export const notes: Line[] = [
  str`Redis at ${service}:${v.global.redis.port} in namespace "${helm.Release.Namespace}", for the user "${v.global.redis.username}".`,
  missingSecret(v, secretName),
  restoreNote(v),
  when<Line>(isDurable, [
    "",
    "The volume outlives the release. To see how full it is:",
    "",
    str`  kubectl --namespace ${helm.Release.Namespace} exec ${include(fullname)}-0 --container redis -- df -h /data`,
  ]),
];
