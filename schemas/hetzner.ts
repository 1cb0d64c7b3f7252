import { patterns } from "./common.ts";

/** Where the cluster is. */
export const hetzner = {
  type: "object",
  description: "The Hetzner Cloud that the cluster runs in.",
  default: {},
  properties: {
    location: {
      type: "string",
      description: "Location of the servers and of the load balancer.",
      enum: ["fsn1", "nbg1", "hel1", "ash", "hil", "sin"],
      default: "fsn1",
    },
    networkRange: {
      type: "string",
      description:
        "Range of the private network that the nodes are in, wherever they are: the load balancer connects from an address in it, and network policies let those out to it who need nodes or the API server.",
      pattern: patterns.ipv4Range,
      default: "10.0.0.0/16",
    },
  },
} as const;
