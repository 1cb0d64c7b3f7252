import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The carriers' APIs: what they were asked, and what they answer. */
export interface Carriers extends AsyncDisposable {
  readonly url: string;
  readonly asked: string[];
  /** Answers, by default a price at once. */
  answer: (carrier: string, request: IncomingMessage, response: ServerResponse) => void;
  reset(): void;
}

/** Starts them on a free port. */
export async function startCarriers(): Promise<Carriers> {
  const price: Carriers["answer"] = (carrier, _, response) => response.end(JSON.stringify({ price: 1000 + carrier.length, days: 20 }));
  const server = createServer((request, response) => {
    const carrier = new URL(request.url ?? "", "http://carriers").pathname.slice(1);
    carriers.asked.push(carrier);
    carriers.answer(carrier, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const carriers: Carriers = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: price,
    reset() {
      carriers.asked.length = 0;
      carriers.answer = price;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return carriers;
}
