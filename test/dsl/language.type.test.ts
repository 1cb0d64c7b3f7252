/**
 * What the compiler promises about templates, given a schema. Compiled by `tsc`, never run: an error that is expected and does
 * not come is an error itself.
 */
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IService } from "kubernetes-models/v1/Service";

import {
  add,
  each,
  entry,
  eq,
  expand,
  fallback,
  required,
  spread,
  str,
  use,
  when,
  why,
  type Block,
  type Doc,
  type Item,
  type Tpl,
} from "../../generator/dsl/index.ts";
import type { JsonSchema } from "../../generator/values/json-schema.ts";
import { v } from "./sample.ts";

type Container = Tpl<IContainer>;
type Spec = Tpl<NonNullable<IService["spec"]>>;

// what is right compiles
export const deployment: Doc<IDeployment> = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: v.name, labels: v.labels, annotations: when(v.enabled, { "example.com/note": v.text }) },
  spec: {
    [why]: { replicas: "The autoscaler sets it." },
    replicas: when(v.enabled, v.replicas),
    minReadySeconds: v.limit,
    selector: { matchLabels: { app: v.name } },
    template: {
      spec: {
        containers: [
          {
            name: "web",
            image: str`${v.image.repository}:${fallback(v.image.tag, "latest")}`,
            args: ["--a", spread(v.args)],
            env: [each(v.hosts, (host, name) => ({ name, value: fallback(host.path, "/") }))],
            ports: [when(v.enabled, { containerPort: v.replicas })],
          },
        ],
        nodeSelector: v.limits,
      },
    },
  },
};

// paths of values
// @ts-expect-error a value that the schema does not declare
export const misspelt: Container = { name: v.image.tagg };
// @ts-expect-error a value below an optional one, which has to be opened with use()
export const below: Container = { name: v.tls.secret };
// @ts-expect-error a value that the item of a map does not have
export const inItem = each(v.hosts, (host) => ({ port: host.prot }));

// types of values
// @ts-expect-error a string where a number belongs
export const text: Spec = { healthCheckNodePort: v.text };
// @ts-expect-error a number where a string belongs: str`${…}` makes one
export const number: Tpl<IEnvVar> = { name: "A", value: v.replicas };
// @ts-expect-error a switch where a string belongs
export const flag: Tpl<IEnvVar> = { name: "A", value: v.enabled };
// @ts-expect-error a map where a list belongs
export const list: Container = { name: "a", args: v.labels };
// @ts-expect-error a list of numbers where one of strings belongs
export const numbers: Container = { name: "a", args: [spread(v.numbers)] };
// @ts-expect-error an optional value where one is needed
export const optional: Container = { name: v.note };
// @ts-expect-error an optional value inside a text
export const inText = str`${v.note}`;
// @ts-expect-error arithmetic with text
export const sum = add(v.text, 1);
// @ts-expect-error comparison of a number with a text
export const compared = eq(v.replicas, "3");
// @ts-expect-error a choice that does not exist
export const choice = eq(v.policy, "Sometimes");

// fields of Kubernetes
// @ts-expect-error an unknown field
export const unknown: Spec = { selectr: { app: v.name } };
// @ts-expect-error an unknown field further down
export const unknownBelow: Doc<IService> = { apiVersion: "v1", kind: "Service", spec: { ports: [{ port: 80, targetPrt: 80 }] } };
// @ts-expect-error a required field that is missing
export const missing: Item<IContainer> = { image: v.text };
// @ts-expect-error a kind that the interface does not have
export const kind: Doc<IService> = { apiVersion: "v1", kind: "Servic" };
// @ts-expect-error a kind known only when the chart is installed
export const templatedKind: Doc<IService> = { apiVersion: "v1", kind: v.text };
// @ts-expect-error a reason for a field that does not exist
export const reason: Spec = { [why]: { selectr: "Because." } };

// bodies of blocks
// @ts-expect-error an unknown field in a conditional body
export const inWhen: Spec = { sessionAffinityConfig: when(v.enabled, { clientIp: {} }) };
// @ts-expect-error an unknown field beside known ones in a conditional body
export const besideInWhen: Block<Spec> = when(v.enabled, { type: "ClusterIP", selectr: {} });
// @ts-expect-error the same in the alternative
export const besideInElse: Block<Spec> = when(v.enabled, {}, { type: "ClusterIP", selectr: {} });
// @ts-expect-error a wrong type in the alternative
export const inElse: Spec = { healthCheckNodePort: when(v.enabled, 1, "none") };
// @ts-expect-error a wrong type in what use() gives
export const inUse: Spec = { healthCheckNodePort: use(v.tls, (tls) => tls.secret) };
// @ts-expect-error a required field that is missing from an item
export const inEach: Container = { name: "a", env: [each(v.labels, (value) => ({ value }))] };
// @ts-expect-error a number as the entry of a map of strings
export const inEntry = each(v.hosts, (host, name) => entry(name, host.port));
// @ts-expect-error a scalar is nothing to go through
export const scalar = each(v.text, (value) => value);

// functions
// @ts-expect-error a fallback for a number: its 0 would count as empty
export const zero = fallback(v.replicas, 1);
// @ts-expect-error a fallback for a switch: its false would count as empty
export const off = fallback(v.enabled, true);
// @ts-expect-error a fallback of another type
export const other = fallback(v.text, 1);
// @ts-expect-error required is for strings
export const must = required("replicas is missing", v.replicas);
// @ts-expect-error numbers have no templates in them
export const expanded = expand(v.replicas);

// values are no templates
// @ts-expect-error an expression as a default: values.yaml is data
export const defaulted = { type: "string", description: "Text.", default: v.text } as const satisfies JsonSchema;
// @ts-expect-error references have no methods, and cannot be changed
v.image.tag = v.text;
