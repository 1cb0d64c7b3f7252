import { fill, folder, namespaces, uids } from "./common.ts";
import type { Dashboard } from "./dashboard.ts";
import { curves, table } from "./panels.ts";

const ns = `namespace=~"$namespace"`;

export const storage: Dashboard = {
  uid: uids.storage,
  title: "Storage",
  description: "Volumes, when they will be full, and the object storage behind the logs.",
  folder,
  component: "kubelet",
  variables: [namespaces],
  rows: [
    {
      title: "Volumes",
      panels: [
        table(
          "Volumes",
          [
            `namespace_persistentvolumeclaim:volume_used:ratio{${ns}}`,
            `max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes{${ns}})`,
            `max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes{${ns}})`,
            `clamp_min(-max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes{${ns}}) / (max by (namespace, persistentvolumeclaim) (deriv(kubelet_volume_stats_available_bytes{${ns}}[6h])) < 0), 0)`,
            `max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_inodes_free{${ns}} / kubelet_volume_stats_inodes{${ns}})`,
          ],
          {
            namespace: "Namespace",
            persistentvolumeclaim: "Claim",
            "Value #A": { title: "Used", unit: "percentunit", thresholds: fill },
            "Value #B": { title: "Size", unit: "bytes" },
            "Value #C": { title: "Data", unit: "bytes" },
            "Value #D": { title: "Full in", unit: "s" },
            "Value #E": { title: "Inodes free", unit: "percentunit" },
          },
          { width: 24, description: "`Full in` goes by the last six hours, and is empty where nothing grows." },
        ),
        curves(
          "Used",
          "percentunit",
          [{ expr: `namespace_persistentvolumeclaim:volume_used:ratio{${ns}}`, legend: "{{namespace}}/{{persistentvolumeclaim}}" }],
          {
            width: 12,
            max: 1,
            thresholds: fill,
          },
        ),
        table(
          "Claims",
          [
            `max by (namespace, persistentvolumeclaim, phase) (kube_persistentvolumeclaim_status_phase{${ns}} == 1)`,
            `max by (namespace, persistentvolumeclaim, storageclass) (kube_persistentvolumeclaim_info{${ns}})`,
            `max by (namespace, persistentvolumeclaim) (kube_persistentvolumeclaim_resource_requests_storage_bytes{${ns}})`,
          ],
          {
            namespace: "Namespace",
            persistentvolumeclaim: "Claim",
            phase: "State",
            storageclass: "Class",
            "Value #C": { title: "Asked for", unit: "bytes" },
          },
          { height: 7 },
        ),
      ],
    },
    {
      title: "Volumes at Hetzner",
      panels: [
        curves(
          "Orders to the volume driver",
          "none",
          [
            {
              expr: `sum by (grpc_method) (increase(grpc_server_handled_total{job="hcloud-csi",grpc_service="csi.v1.Controller",grpc_method=~"(Create|Delete|ControllerPublish|ControllerUnpublish|ControllerExpand)Volume"}[$__rate_interval]))`,
              legend: "{{grpc_method}}",
            },
          ],
          { description: "With `metrics.enabled` in the driver's own chart, as the two beside it." },
        ),
        curves("Failing", "none", [
          {
            expr: `sum by (grpc_method, grpc_code) (increase(grpc_server_handled_total{job="hcloud-csi",grpc_service="csi.v1.Controller",grpc_code!="OK"}[$__rate_interval])) > 0`,
            legend: "{{grpc_method}} {{grpc_code}}",
          },
        ]),
        curves("Answers of Hetzner's API", "reqps", [
          { expr: `sum by (code) (rate(hcloud_api_requests_total{job="hcloud-csi"}[$__rate_interval]))`, legend: "{{code}}" },
        ]),
      ],
    },
    {
      title: "Object storage of the logs",
      panels: [
        curves("Operations", "ops", [
          { expr: "sum by (operation) (rate(loki_objstore_bucket_operations_total[$__rate_interval]))", legend: "{{operation}}" },
        ]),
        curves("Failing", "ops", [
          {
            expr: "sum by (operation) (rate(loki_objstore_bucket_operation_failures_total[$__rate_interval])) > 0",
            legend: "{{operation}}",
          },
        ]),
        curves("95 % done within", "s", [
          {
            expr: "histogram_quantile(0.95, sum by (operation, le) (rate(loki_objstore_bucket_operation_duration_seconds_bucket[$__rate_interval])))",
            legend: "{{operation}}",
          },
        ]),
      ],
    },
  ],
};
