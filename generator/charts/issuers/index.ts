import { issuers as schema } from "../../../schemas/issuers.ts";
import type { Chart } from "../../chart/chart.ts";
import { extraObjects } from "../../kubernetes/extra-objects.ts";
import { certificate } from "./certificate.ts";
import { externalToken, literalToken, requiredToken } from "./cloudflare-token.ts";
import { guards } from "./guards.ts";
import { issuers as documents } from "./issuer.ts";
import { solverPolicy } from "./solver.ts";

export const issuers: Chart = {
  name: "issuers",
  description: schema.description,
  keywords: ["cert-manager", "lets-encrypt", "acme", "cloudflare"],
  schema,
  templates: {
    certificate: [certificate],
    externalsecret: [externalToken],
    "extra-objects": [extraObjects],
    issuer: [documents],
    networkpolicy: [solverPolicy],
    secret: [literalToken],
  },
  guards,
  notes: [],
  requires: [requiredToken],
  readme:
    "Needs cert-manager 1.18 or later in the cluster; this chart never brings it along. Which challenge fits which way in, and two environments in one cluster: `docs/certificates.md`.",
  subcharts: [],
};
