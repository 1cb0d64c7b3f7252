import type { IVolume } from "kubernetes-models/v1/Volume";

import { all, any, eq, fallback, not, when, type Block, type Expr, type Item, type Tpl } from "../../dsl/index.ts";
import type { Required } from "../../kubernetes/required.ts";
import { secret } from "./names.ts";
import { values as v } from "./values.ts";

const { redis } = v.global;

/** The part of the values that passwords follow from, as the chart itself or the umbrella sees them. */
export type UserValues = Pick<typeof v, "secrets" | "metrics" | "mode" | "backup" | "restore"> & {
  readonly global: Pick<typeof v.global, "redis">;
};

interface User {
  readonly name: string;
  /** Key of the Secret with the password. */
  readonly key: Expr<string>;
  /** When the user is there; always, if not given. */
  readonly condition?: Expr<unknown>;
}

/** Users of Redis besides the application's. */
export const usersOf = ({ secrets: { keys }, metrics, mode }: UserValues): User[] => [
  { name: "probe", key: keys.probe },
  { name: "exporter", key: keys.exporter, condition: metrics.enabled },
  { name: "backup", key: keys.backup, condition: eq(mode, "durable") },
];

export const users = usersOf(v);

type KeyToPath = { readonly key: string; readonly path: string };

/** All passwords, each in a file that is called as its user. */
export const passwords: Tpl<IVolume> = {
  name: "secrets",
  secret: {
    secretName: secret,
    items: [
      { key: redis.passwordKey, path: redis.username },
      ...users.map(({ name, key, condition }): Item<KeyToPath> =>
        condition === undefined ? { key, path: name } : when<Tpl<KeyToPath>>(condition, { key, path: name }),
      ),
    ],
  },
};

/** The password of one user. */
export const passwordOf = (name: string, key: Expr<string>): Tpl<IVolume> => ({
  name: "secrets",
  secret: { secretName: secret, items: [{ key, path: name }] },
});

/** Secret with the credentials of the object storage. */
export const storageSecret = fallback(v.backup.s3.secretName, secret);

/** When those credentials are keys of the Secret with the passwords. */
export const usesOwnStorageKeys = ({ backup, restore }: UserValues): Expr<boolean> =>
  all(any(backup.enabled, restore.enabled), not(backup.s3.secretName));

/** The Secrets that somebody else creates. */
export const existingSecrets: Block<Tpl<Required>>[] = [
  when(eq(v.secrets.mode, "existing"), { kind: "Secret", name: secret }),
  when(all(any(v.backup.enabled, v.restore.enabled), v.backup.s3.secretName), { kind: "Secret", name: v.backup.s3.secretName }),
];
