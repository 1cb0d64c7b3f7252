import type { Client } from "../cluster/harness/client.ts";
import { namespace } from "./production.ts";

/** Asks the backend's Service for prices, from a pod of the frontend. Gives whether Redis had them, or what went wrong. */
export async function search(cluster: Client): Promise<string> {
  return (await cluster.kubectl(["--namespace", namespace, "exec", "deployment/frontend", "--", "node", "-e", program])).trim();
}

const program = `
const url = process.env.API_INTERNAL_URL + "/api/v1/rates/search?origin=HAM&destination=SHA&container=20ft";
fetch(url, { signal: AbortSignal.timeout(5000) }).then(
  (answer) => console.log(answer.ok ? answer.headers.get("x-cache") : answer.status),
  (error) => console.log(String(error.cause ?? error)),
);
`;
