/** What the kubelet asks: nothing but this process. A page would ask the API, and fail with it. */
export const dynamic = "force-dynamic";

export function GET() {
  return Response.json({ status: "ok" });
}
