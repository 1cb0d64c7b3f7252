import Image from "next/image";

import { searchRates } from "./rates";

/** A search for rates, rendered on the server. */
export default async function Page({ searchParams }: { searchParams: Promise<Record<string, string>> }) {
  const { origin = "FSN", destination = "HAM", container = "20ft" } = await searchParams;
  const rates = await searchRates({ origin, destination, container });
  return (
    <main>
      <Image src="/ship.png" alt="" width={64} height={64} />
      <h1>
        {origin} to {destination}, {container}
      </h1>
      <form>
        <input name="origin" aria-label="Origin" defaultValue={origin} />
        <input name="destination" aria-label="Destination" defaultValue={destination} />
        <input name="container" aria-label="Container" defaultValue={container} />
        <button type="submit">Search</button>
      </form>
      <table>
        <tbody>
          {rates.map(({ carrier, price, days }) => (
            <tr key={carrier}>
              <td>{carrier}</td>
              <td>{price} USD</td>
              <td>{days} days</td>
            </tr>
          ))}
        </tbody>
      </table>
    </main>
  );
}
