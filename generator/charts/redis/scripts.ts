import { readFileSync } from "node:fs";

import { file, lines, type Expr } from "../../dsl/index.ts";

const read = (name: string): string => readFileSync(new URL(`scripts/${name}`, import.meta.url), "utf8");

const names = ["prepare.sh", "probe.sh", "save.sh", "dump.sh", "upload.sh", "download.sh", "restore.sh"] as const;

/** The scripts of the chart's containers, as files of the chart: shell, and no template. */
export const scriptFiles: Readonly<Record<string, string>> = Object.fromEntries(names.map((name) => [`files/${name}`, read(name)]));

/** A script as an entry of a ConfigMap. */
export const script = (name: (typeof names)[number]): Readonly<Record<string, Expr<string>>> => ({ [name]: lines(file(`files/${name}`)) });
