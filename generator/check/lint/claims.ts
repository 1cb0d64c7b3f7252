import type { IPersistentVolumeClaimSpec } from "kubernetes-models/v1/PersistentVolumeClaimSpec";

import type { RenderedManifest } from "../manifest.ts";
import { parseQuantity } from "./quantity.ts";
import type { Release } from "./release.ts";
import type { Finding, Rule } from "./rule.ts";

/** What a release claims of volumes: a named class, and a size that Hetzner has. */
export const claimRules: readonly Rule[] = [
  {
    id: "claim-storage-class",
    askedBy: [],
    *check(release): Generator<Finding> {
      for (const { manifest, path, claim } of claimsOf(release)) {
        if ((claim.storageClassName ?? "") !== "") continue;
        const message = "names no class, so which one it gets depends on the cluster, which may have two default ones; write one";
        yield { manifest, path: `${path}.storageClassName`, message };
      }
    },
  },
  {
    id: "claim-size",
    askedBy: [],
    *check(release): Generator<Finding> {
      for (const { manifest, path, claim } of claimsOf(release)) {
        const size = claim.resources?.requests?.["storage"];
        if ((parseQuantity(size) ?? 0) >= smallest) continue;
        const message = `${size ?? "nothing"} is less than the smallest volume at Hetzner; write 10Gi or more`;
        yield { manifest, path: `${path}.resources.requests.storage`, message };
      }
    },
  },
];

const smallest = 10 * 1024 ** 3;

interface Claim {
  readonly manifest: RenderedManifest;
  readonly path: string;
  readonly claim: IPersistentVolumeClaimSpec;
}

function* claimsOf(release: Release): Generator<Claim> {
  for (const { manifest, object } of release.all("PersistentVolumeClaim")) yield { manifest, path: "spec", claim: object.spec ?? {} };
  for (const { manifest, object } of release.all("StatefulSet")) {
    for (const [index, { spec = {} }] of (object.spec?.volumeClaimTemplates ?? []).entries())
      yield { manifest, path: `spec.volumeClaimTemplates[${index}].spec`, claim: spec };
  }
}
