import { growing, steady, type Cases } from "./case.ts";

const answers = (good: number, failing: number) => ({
  'coredns_dns_responses_total{rcode="NOERROR"}': growing(good),
  'coredns_dns_responses_total{rcode="SERVFAIL"}': growing(failing),
});
const order = (code: string, method = "ControllerPublishVolume") =>
  `grpc_server_handled_total{job="hcloud-csi",grpc_service="csi.v1.Controller",grpc_method="${method}",grpc_code="${code}"}`;
const api = (code: string) => `hcloud_api_requests_total{job="hcloud-csi",code="${code}",method="get",api_endpoint="/volumes"}`;

export const clusterServiceCases: Cases = {
  CoreDnsDown: {
    fires: { series: { 'up{job="coredns",pod="coredns-1"}': steady(0) }, at: "10m", labels: [{}] },
    silent: {
      about: "one of two is up",
      series: { 'up{job="coredns",pod="coredns-1"}': steady(0), 'up{job="coredns",pod="coredns-2"}': steady(1) },
      at: "10m",
    },
  },
  CoreDnsFailing: {
    fires: { series: answers(90, 10), at: "20m", labels: [{}], value: "10%" },
    silent: [
      { series: answers(98, 2), at: "20m" },
      { about: "hardly anybody asks", series: answers(10, 5), at: "20m" },
    ],
  },
  VolumeDriverFailing: {
    fires: { series: { [order("Internal")]: growing(1) }, at: "40m", labels: [{ grpc_method: "ControllerPublishVolume" }] },
    silent: [
      { about: "it works", series: { [order("OK")]: growing(1) }, at: "40m" },
      { about: "tried too early, and then it worked", series: { [order("Unavailable")]: "0x10 3x60" }, at: "40m" },
    ],
  },
  HetznerApiRefusing: {
    fires: { series: { [api("429")]: growing(5) }, at: "30m", labels: [{ code: "429" }] },
    silent: [
      { about: "what is not there is asked for, too", series: { [api("200")]: growing(60), [api("404")]: growing(5) }, at: "30m" },
      { about: "once", series: { [api("503")]: "0x5 1x60" }, at: "30m" },
    ],
  },
};
