import { all, eq, when, type Block, type Tpl } from "../../dsl/index.ts";
import { literalSecret, storedSecret } from "../../kubernetes/configuration.ts";
import type { Required } from "../../kubernetes/required.ts";
import { usesStorage } from "./backup.ts";
import { isImport } from "./bootstrap.ts";
import { secret } from "./names.ts";
import { retainedMetadata } from "./retained.ts";
import { values as v } from "./values.ts";

const { import: origin } = v.bootstrap;

export const literal = literalSecret(secret, retainedMetadata(secret));
export const stored = when(all(usesStorage, eq(v.secrets.mode, "external")), storedSecret(secret, retainedMetadata(secret)));

/** The Secrets that somebody else creates. */
export const existingSecrets: Block<Tpl<Required>>[] = [
  when(all(usesStorage, eq(v.secrets.mode, "existing")), { kind: "Secret", name: secret }),
  when(isImport, { kind: "Secret", name: origin.passwordSecret }),
  when(all(isImport, origin.caSecret), { kind: "Secret", name: origin.caSecret }),
];
