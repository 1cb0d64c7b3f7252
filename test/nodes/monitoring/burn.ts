import type { Production } from "../production.ts";
import type { Observer } from "./observer.ts";
import { told, type ToldAlert } from "./receiver.ts";

/** The first alert that fires when a service answers 500: its long window takes what there is. */
export const alertname = "HttpErrorBudgetBurnFast";

/** Seconds since the failures began, at which the alert waited, fired, and was told; and as what it was told. */
export interface Burn {
  readonly waited: number | undefined;
  readonly fired: number;
  readonly told: number;
  readonly alert: ToldAlert;
}

/** What the webhook was told of the alert. */
export async function toldOf({ cluster }: Production, status: ToldAlert["status"]): Promise<ToldAlert | undefined> {
  return (await told(cluster)).webhook.find((alert) => alert.labels["alertname"] === alertname && alert.status === status);
}

/** Follows the alert to a person. @param began when failures began, by `performance.now()`. */
export async function followBurn(production: Production, observer: Observer, began: number): Promise<Burn> {
  const { cluster } = production;
  const seconds = () => (performance.now() - began) / 1000;
  const inState = async (state: "pending" | "firing") =>
    (await observer.samples(`ALERTS{alertname="${alertname}",alertstate="${state}"}`)).length > 0 ? seconds() : undefined;
  const early = (await inState("firing")) === undefined;
  const waited = early ? await cluster.waitFor(`${alertname} waits`, () => inState("pending"), 180) : undefined;
  const fired = await cluster.waitFor(`${alertname} fires`, () => inState("firing"), 240);
  const alert = await cluster.waitFor(`a webhook is told of ${alertname}`, () => toldOf(production, "firing"), 120);
  return { waited, fired, told: seconds(), alert };
}
