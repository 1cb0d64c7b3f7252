import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";

/**
 * Image tag that no fake node can pull: a pod with such an image stays Pending in ImagePullBackOff.
 * Use it as `image.tag` to see what a failed rollout does.
 */
export const missingImageTag = "does-not-exist";

/**
 * Annotation of a pod that waits for a Secret as it would on a real node: kwok reads nothing but the pod, so the test
 * says which Secret is missing.
 */
export const missingSecretAnnotation = "test.xpeditis.com/missing-secret";

interface Stage {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly selector: { readonly matchExpressions: readonly unknown[] } };
}

const hasMissingImage = `self.spec.containers.exists(c, c.image.matches(':${missingImageTag}(@|$)'))`;

/**
 * What the fake nodes do with nodes, pods and volumes, as kwok Stage objects: kwok's own fast stages, and what they
 * lack. `folder` is the built kwok family. With real nodes, claims are left to what makes volumes on them.
 */
export async function stages(folder: string, hasRealNodes: boolean): Promise<object[]> {
  const read = async (path: string) =>
    load(await readFile(join(folder, "files", "sigs.k8s.io", "kwok", "kustomize", "stage", path), "utf8")) as Stage;
  const [initialize, heartbeat, ready, complete, remove] = await Promise.all([
    read("node/fast/node-initialize.yaml"),
    read("node/heartbeat-with-lease/node-heartbeat-with-lease.yaml"),
    read("pod/fast/pod-ready.yaml"),
    read("pod/fast/pod-complete.yaml"),
    read("pod/fast/pod-delete.yaml"),
  ]);
  return [
    initialize,
    heartbeat,
    only(ready, { cel: { expression: `!${hasMissingImage}` } }, hasSecrets),
    complete,
    completeHooks(complete),
    remove,
    missingImage,
    missingSecret,
    ...(hasRealNodes ? [] : [provisionVolume]),
    deleteVolume,
  ];
}
const hasSecrets = { key: `.metadata.annotations["${missingSecretAnnotation}"]`, operator: "DoesNotExist" };

/** The stage for those of its objects that also meet conditions. */
function only(stage: Stage, ...conditions: readonly object[]): Stage {
  const matchExpressions = [...stage.spec.selector.matchExpressions, ...conditions];
  return { ...stage, spec: { ...stage.spec, selector: { matchExpressions } } };
}

/** Completes bare pods of Helm's hooks and tests. kwok completes only pods of a Job, so `helm test` would hang. */
function completeHooks(complete: Stage): Stage {
  const matchExpressions = [
    { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
    { key: ".status.phase", operator: "In", values: ["Running"] },
    { key: ".metadata.ownerReferences", operator: "DoesNotExist" },
    { key: '.metadata.annotations["helm.sh/hook"]', operator: "Exists" },
  ];
  return {
    ...complete,
    metadata: { name: "hook-pod-complete" },
    spec: { ...complete.spec, selector: { matchExpressions } },
  };
}

const missingImage = waitingStage(
  "pod-missing-image",
  { cel: { expression: hasMissingImage } },
  "ImagePullBackOff",
  `{{ printf "Back-off pulling image %q: not found" .image | Quote }}`,
);

const missingSecret = waitingStage(
  "pod-missing-secret",
  { ...hasSecrets, operator: "Exists" },
  "CreateContainerConfigError",
  `{{ printf "secret %q not found" (index $.metadata.annotations "${missingSecretAnnotation}") | Quote }}`,
);

/** A stage that keeps pods Pending, with a reason and a message (a template of kwok) for each container. */
function waitingStage(name: string, condition: object, reason: string, message: string): object {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: "v1", kind: "Pod" },
      selector: {
        matchExpressions: [
          { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
          { key: ".status.containerStatuses", operator: "DoesNotExist" },
          condition,
        ],
      },
      next: {
        statusTemplate: `
{{ $now := Now }}
phase: Pending
startTime: {{ $now | Quote }}
conditions:
- { type: Initialized, status: "True", lastTransitionTime: {{ $now | Quote }} }
- { type: Ready, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ $now | Quote }} }
- { type: ContainersReady, status: "False", reason: ContainersNotReady, lastTransitionTime: {{ $now | Quote }} }
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: ""
  ready: false
  started: false
  restartCount: 0
  state:
    waiting:
      reason: ${reason}
      message: ${message}
{{ end }}
`,
      },
    },
  };
}

/** A volume for every claim, whatever its class, as a CSI driver would make it; the real controller binds the two. */
const provisionVolume = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Stage",
  metadata: { name: "claim-provision" },
  spec: {
    resourceRef: { apiGroup: "v1", kind: "PersistentVolumeClaim" },
    selector: {
      matchExpressions: [
        { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
        { key: ".spec.volumeName", operator: "DoesNotExist" },
        { key: ".status.phase", operator: "In", values: ["Pending"] },
      ],
    },
    steps: [
      {
        apply: {
          template: `
apiVersion: v1
kind: PersistentVolume
metadata:
  name: pvc-{{ .metadata.uid }}
  annotations:
    pv.kubernetes.io/provisioned-by: csi.hetzner.cloud
spec:
  accessModes:
  {{ YAML .spec.accessModes 2 }}
  capacity:
  {{ YAML .spec.resources.requests 2 }}
  persistentVolumeReclaimPolicy: Delete
  storageClassName: {{ default "" .spec.storageClassName | Quote }}
  volumeMode: Filesystem
  claimRef:
    apiVersion: v1
    kind: PersistentVolumeClaim
    name: {{ .metadata.name | Quote }}
    namespace: {{ .metadata.namespace | Quote }}
    uid: {{ .metadata.uid | Quote }}
  csi:
    driver: csi.hetzner.cloud
    volumeHandle: {{ .metadata.uid | Quote }}
`,
        },
      },
    ],
  },
};

const deleteVolume = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Stage",
  metadata: { name: "volume-delete" },
  spec: {
    resourceRef: { apiGroup: "v1", kind: "PersistentVolume" },
    selector: {
      matchExpressions: [
        { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
        { key: ".spec.persistentVolumeReclaimPolicy", operator: "In", values: ["Delete"] },
        { key: ".status.phase", operator: "In", values: ["Released"] },
      ],
    },
    steps: [{ delete: true }],
  },
};
