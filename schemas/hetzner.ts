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
      description: "Range of the private network: the load balancer connects to the servers from an address in it.",
      pattern: patterns.ipv4Range,
      default: "10.0.0.0/16",
    },
  },
} as const;
