import type { IContainer } from "kubernetes-models/v1/Container";
import type { Pod } from "./pods.ts";
import { containerRule, podRule } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** What Pod Security `restricted` and the linters ask of security contexts. */
export const securityRules: readonly Rule[] = [
  containerRule("run-as-non-root", ["kube-linter/run-as-non-root", "polaris/runAsRootAllowed"], function* (each) {
    const { runAsNonRoot, runAsUser } = identity(each.pod, each.container);
    if (runAsNonRoot !== true) {
      yield ["securityContext.runAsNonRoot", "is not true here or in the pod; write runAsNonRoot: true"];
    }
    if (runAsUser === 0) yield ["securityContext.runAsUser", "is 0, which is root; write a user of the image's own"];
  }),
  containerRule("container-security-context-user-group-id", ["kube-score/container-security-context-user-group-id"], function* (each) {
    const { runAsUser, runAsGroup } = identity(each.pod, each.container);
    for (const [field, id] of Object.entries({ runAsUser, runAsGroup })) {
      if (id !== undefined && id >= 10_000) continue;
      const is = id === undefined ? "is not set" : `is ${id}`;
      yield [`securityContext.${field}`, `${is}; write 10000 or more, so that it meets no user of the node`];
    }
  }),
  containerRule(
    "no-read-only-root-fs",
    [
      "kube-linter/no-read-only-root-fs",
      "kube-score/container-security-context-readonlyrootfilesystem",
      "polaris/notReadOnlyRootFilesystem",
    ],
    function* ({ container }) {
      if (container.securityContext?.readOnlyRootFilesystem === true) return;
      yield [
        "securityContext.readOnlyRootFilesystem",
        "is not true; write readOnlyRootFilesystem: true and mount an emptyDir where the program writes",
      ];
    },
  ),
  containerRule(
    "privilege-escalation-container",
    ["kube-linter/privilege-escalation-container", "polaris/privilegeEscalationAllowed"],
    function* ({ container }) {
      if (container.securityContext?.allowPrivilegeEscalation === false) return;
      yield ["securityContext.allowPrivilegeEscalation", "is not false, and absent means allowed; write allowPrivilegeEscalation: false"];
    },
  ),
  containerRule(
    "privileged-container",
    ["kube-linter/privileged-container", "kube-score/container-security-context-privileged", "polaris/runAsPrivileged"],
    function* ({ container }) {
      if (container.securityContext?.privileged !== true) return;
      yield ["securityContext.privileged", "gives the container the node; leave it out"];
    },
  ),
  containerRule(
    "drop-all-capabilities",
    ["kube-linter/drop-net-raw-capability", "polaris/insecureCapabilities"],
    function* ({ container }) {
      if (container.securityContext?.capabilities?.drop?.includes("ALL") === true) return;
      yield ["securityContext.capabilities.drop", 'does not list "ALL"; write drop: ["ALL"]'];
    },
  ),
  containerRule("dangerous-capabilities", ["polaris/dangerousCapabilities"], function* ({ container }) {
    const added = (container.securityContext?.capabilities?.add ?? []).filter((name) => name !== "NET_BIND_SERVICE");
    if (added.length === 0) return;
    yield ["securityContext.capabilities.add", `adds ${added.join(", ")}; Pod Security restricted allows only NET_BIND_SERVICE`];
  }),
  containerRule(
    "container-seccomp-profile",
    ["kube-score/container-seccomp-profile", "polaris/linuxHardening"],
    function* ({ pod, container }) {
      const profile = container.securityContext?.seccompProfile ?? pod.spec.securityContext?.seccompProfile;
      if (profile?.type === "RuntimeDefault" || profile?.type === "Localhost") return;
      yield [
        "securityContext.seccompProfile",
        "is neither RuntimeDefault nor Localhost here or in the pod; write seccompProfile: {type: RuntimeDefault}",
      ];
    },
  ),
  containerRule("unsafe-proc-mount", ["polaris/procMount"], function* ({ container }) {
    if ((container.securityContext?.procMount ?? "Default") === "Default") return;
    yield ["securityContext.procMount", "unmasks /proc; leave it out"];
  }),
  containerRule("host-process", ["polaris/hostProcess"], function* ({ pod, container }) {
    const options = container.securityContext?.windowsOptions ?? pod.spec.securityContext?.windowsOptions;
    if (options?.hostProcess === true) {
      yield ["securityContext.windowsOptions.hostProcess", "runs on the node itself; leave it out"];
    }
  }),
  ...hostNamespaces(),
  podRule("unsafe-sysctls", ["kube-linter/unsafe-sysctls"], function* (pod) {
    for (const [index, { name }] of (pod.spec.securityContext?.sysctls ?? []).entries()) {
      if (!unsafeSysctls.some((prefix) => name.startsWith(prefix))) continue;
      yield {
        path: `${pod.specPath}.securityContext.sysctls[${index}]`,
        message: `${name} changes the kernel's behaviour for others on the node; leave it out`,
      };
    }
  }),
];

const unsafeSysctls = ["kernel.msg", "kernel.sem", "kernel.shm", "fs.mqueue.", "net."];

function hostNamespaces(): Rule[] {
  const fields = { hostNetwork: "host-network", hostPID: "host-pid", hostIPC: "host-ipc" } as const;
  return (["hostNetwork", "hostPID", "hostIPC"] as const).map((field) =>
    podRule(fields[field], [`kube-linter/${fields[field]}`, `polaris/${field}Set`], function* (pod) {
      if (pod.spec[field] !== true) return;
      yield { path: `${pod.specPath}.${field}`, message: "shares the node's namespace with the pod; leave it out" };
    }),
  );
}

/** Who a container runs as: its own security context first, the pod's where it says nothing. */
export function identity(
  pod: Pod,
  { securityContext }: IContainer,
): {
  readonly runAsNonRoot: boolean | undefined;
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
} {
  const shared = pod.spec.securityContext;
  return {
    runAsNonRoot: securityContext?.runAsNonRoot ?? shared?.runAsNonRoot,
    runAsUser: securityContext?.runAsUser ?? shared?.runAsUser,
    runAsGroup: securityContext?.runAsGroup ?? shared?.runAsGroup,
  };
}
