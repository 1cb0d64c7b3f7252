import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { withBackend } from "./backend.ts";
import { startBackend, token } from "./system.ts";

const its = withBackend();

const limit = 10 * 1024 * 1024;

/** A PDF as far as anybody looks. */
const pdf = (size: number) => Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(size - 9, 7)]);

async function createBooking(authorization = `Bearer ${token()}`): Promise<{ status: number; id: string }> {
  const response = await fetch(`${its.backend.url}/api/v1/csv-bookings`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ reference: "Q4" }),
  });
  return { status: response.status, id: ((await response.json()) as { id: string }).id };
}

async function upload(
  id: string,
  content: Buffer,
  { name = "bill.pdf", field = "file", authorization = `Bearer ${token()}`, to = its.backend } = {},
) {
  const body = new FormData();
  body.append(field, new Blob([new Uint8Array(content)], { type: "application/pdf" }), name);
  const response = await fetch(`${to.url}/api/v1/csv-bookings/${id}/documents`, { method: "POST", headers: { authorization }, body });
  return { status: response.status, body: (await response.json()) as { key: string } };
}

test("a document of 10 MiB arrives in the bucket, below organization and booking", async () => {
  const { id, status } = await createBooking();
  expect(status).toBe(201);
  const content = pdf(limit);
  expect(await upload(id, content)).toMatchObject({ status: 201, body: { key: `acme/${id}/bill.pdf`, size: limit } });
  expect((await readFile(join(its.system.documents, "acme", id, "bill.pdf"))).equals(content)).toBe(true);
  expect(await its.system.postgresql.query("xpeditis", `SELECT key FROM document WHERE booking_id = '${id}'`)).toBe(`acme/${id}/bill.pdf`);
});

test("a byte more is refused, and leaves nothing behind", async () => {
  const { id } = await createBooking();
  expect(await upload(id, pdf(limit + 1))).toMatchObject({ status: 413 });
  expect(await readdir(join(its.system.documents, "acme", id)).catch(() => [])).toEqual([]);
});

test("the limit is the chart's", async () => {
  await using small = await startBackend(its.system, { uploads: { maxBytes: 2048 } });
  const { id } = await createBooking();
  expect(await upload(id, pdf(2048), { to: small })).toMatchObject({ status: 201 });
  expect(await upload(id, pdf(2049), { to: small })).toMatchObject({ status: 413 });
});

test("its bytes say what a document is, not its name", async () => {
  const { id } = await createBooking();
  expect(await upload(id, Buffer.from("<script>alert(1)</script>"))).toMatchObject({ status: 415 });
  expect(await upload(id, Buffer.from("89504e470d0a1a0a", "hex"), { name: "scan.png" })).toMatchObject({ status: 201 });
});

test("no name leads out of the booking's folder", async () => {
  const { id } = await createBooking();
  const { body } = await upload(id, pdf(100), { name: "../../other/É bill?.pdf" });
  expect(body.key).toMatch(new RegExp(`^acme/${id}/[^/]+$`));
});

test("the same name again replaces the document", async () => {
  const { id } = await createBooking();
  await upload(id, pdf(100));
  expect(await upload(id, pdf(200))).toMatchObject({ status: 201, body: { size: 200 } });
  expect(await its.system.postgresql.query("xpeditis", `SELECT size FROM document WHERE booking_id = '${id}'`)).toBe("200");
});

test("strangers find no booking, and nobody without a token gets that far", async () => {
  const { id } = await createBooking();
  expect(await upload(id, pdf(100), { authorization: `Bearer ${token({ org: "other" })}` })).toMatchObject({ status: 404 });
  expect(await upload(id, pdf(100), { authorization: "" })).toMatchObject({ status: 401 });
  expect(await upload(id, pdf(100), { authorization: `Bearer ${token({ exp: 1 })}` })).toMatchObject({ status: 401 });
  expect(await upload(id, pdf(100), { authorization: `Bearer ${token({}, "another secret")}` })).toMatchObject({ status: 401 });
  expect(await createBooking(`Bearer ${token({}, "", { alg: "none", typ: "JWT" })}`)).toMatchObject({ status: 401 });
});

test("what is no form, no file and no booking is a mistake of the client's", async () => {
  const { id } = await createBooking();
  expect(await upload(id, pdf(100), { field: "other" })).toMatchObject({ status: 400 });
  expect(await upload("1", pdf(100))).toMatchObject({ status: 400 });
  expect(await upload("00000000-0000-4000-8000-000000000000", pdf(100))).toMatchObject({ status: 404 });
});

test("without object storage the rest works", async () => {
  await using without = await startBackend(its.system, { global: { objectStorage: { bucket: "" } } });
  const { id } = await createBooking();
  expect(await upload(id, pdf(100), { to: without })).toMatchObject({ status: 503 });
  expect((await fetch(`${without.url}/health/ready`)).status).toBe(200);
});
