import { xpeditis as schema, type Subcharts } from "../../../schemas/xpeditis.ts";
import type { Chart } from "../../chart/chart.ts";
import { all, eq, when } from "../../dsl/index.ts";
import { extraObjects } from "../../kubernetes/extra-objects.ts";
import { backend } from "../backend/index.ts";
import { edge } from "../edge/index.ts";
import { frontend } from "../frontend/index.ts";
import { issuers } from "../issuers/index.ts";
import { monitoring } from "../monitoring/index.ts";
import { postgresql } from "../postgresql/index.ts";
import { redis } from "../redis/index.ts";
import { defaultDeny } from "./default-deny.ts";
import { guards } from "./guards.ts";
import { ingresses } from "./ingress.ts";
import { middlewares } from "./middlewares.ts";
import { notes } from "./notes.ts";
import { originPulls } from "./origin-pulls.ts";
import { values as v } from "./values.ts";

/** Every subchart that the schema has, and no other: the compiler compares. */
const subcharts: Readonly<Record<Subcharts, Chart>> = { backend, edge, frontend, issuers, monitoring, postgresql, redis };

export const xpeditis: Chart = {
  name: "xpeditis",
  description: "The Xpeditis freight platform on k3s at Hetzner: API, application and the way to them",
  keywords: ["xpeditis", "hetzner", "k3s", "traefik"],
  schema,
  templates: {
    "extra-objects": [extraObjects],
    ingress: ingresses,
    middlewares,
    networkpolicy: [defaultDeny],
    tlsoption: [originPulls],
  },
  guards,
  notes,
  requires: [
    when(all(v.ingress.enabled, eq(v.global.tls.mode, "secret")), { kind: "Secret", name: v.global.tls.secretName }),
    when(all(v.global.cloudflare.enabled, v.global.cloudflare.originPulls.enabled), {
      kind: "Secret",
      name: v.global.cloudflare.originPulls.secretName,
    }),
  ],
  readme: "One release installs everything that is particular to Xpeditis. cert-manager, KEDA and the cluster itself are prerequisites.",
  subcharts: Object.values(subcharts),
};
