import type { NextConfig } from "next";

const root = import.meta.dirname;

/**
 * `.next/cache` is the one folder of the image that is writable: optimised images are kept there. No page here is rendered again after the build
 * (`revalidate`): Next.js would write it beside the built ones, which only a `cacheHandler` changes. `experimental.isrFlushToDisk: false`
 * does too, but keeps images from the disk as well.
 */
const config: NextConfig = {
  output: "standalone",
  // Otherwise the repository's root is taken for it, and server.js lies in a folder of the application's path.
  outputFileTracingRoot: root,
  turbopack: { root },
  // One registry of metrics for the process, and not one for each bundle.
  serverExternalPackages: ["prom-client"],
  poweredByHeader: false,
};

export default config;
