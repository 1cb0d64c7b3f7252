import type { NextConfig } from "next";

const root = import.meta.dirname;

const config: NextConfig = {
  output: "standalone",
  // Otherwise the repository's root is taken for it, and server.js lies in a folder of the application's path.
  outputFileTracingRoot: root,
  turbopack: { root },
  poweredByHeader: false,
  // The root is read-only: pages that are rendered again stay in memory. `.next/cache` is writable and keeps images.
  experimental: { isrFlushToDisk: false },
};

export default config;
