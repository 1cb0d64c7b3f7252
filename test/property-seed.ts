import fc from "fast-check";

/**
 * Properties try the same values in every run, so that a change fails for what it changed and for nothing else.
 * `SEED=$RANDOM make test` tries others.
 */
fc.configureGlobal({ seed: Number(process.env["SEED"] ?? 1) });
