import { expect, test } from "vitest";

import { backend as chart } from "../../generator/charts/backend/index.ts";
import { installation, manifestsOf, ofKind } from "../charts/releases.ts";
import { createPod } from "../programs/container.ts";
import { withBackend } from "./backend.ts";

const its = withBackend();

test.each(["backend-test-http", "backend-test-websocket"])("the pod %s of `helm test` is content with the backend", async (name) => {
  const port = Number(new URL(its.backend.url).port);
  const pod = ofKind(manifestsOf({ fullnameOverride: "backend", port }, installation, chart), "Pod").find(
    ({ metadata }) => metadata?.name === name,
  );
  if (pod?.spec === undefined) throw new Error(`there is no ${name}`);
  const { world } = await its.system.pod("server");
  await using running = await createPod(pod.spec, { ...world, services: ["backend-svc", "backend-realtime"] });
  const outcome = await running.run(pod.spec.containers[0]?.name ?? "");
  expect(outcome).toMatchObject({ code: 0, output: expect.stringMatching(name.endsWith("http") ? / 200$/m : / 101$/m) });
});
