/** All charts that are published. The umbrella contains the others. */
export { backend } from "./backend/index.ts";
export { edge } from "./edge/index.ts";
export { frontend } from "./frontend/index.ts";
export { issuers } from "./issuers/index.ts";
export { monitoring } from "./monitoring/index.ts";
export { postgresql } from "./postgresql/index.ts";
export { redis } from "./redis/index.ts";
export { xpeditis } from "./xpeditis/index.ts";
