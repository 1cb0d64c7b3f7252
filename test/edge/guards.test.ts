import { expect, test } from "vitest";

import { renderedInProcess } from "../charts/releases.ts";
import { allEdgeCases, edgeCases } from "../fixtures/guards-edge.ts";

test.each(allEdgeCases.map((each) => [each.message, each] as const))("refused: %s", (message, { wrong, right }) => {
  expect(renderedInProcess(wrong)).toEqual({ refusal: message });
  expect(renderedInProcess(right)).toHaveProperty("objects");
});

test("Helm itself sees one case of each sentence (test/guards.test.ts)", () => {
  expect(edgeCases.length).toBeGreaterThan(15);
  expect(edgeCases.length).toBeLessThan(allEdgeCases.length);
});
