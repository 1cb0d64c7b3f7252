/** What a build of the charts is called: the one place where versions are written down. */
export const release = {
  /** Version of every chart. They are released together, so that one number tells what is installed. */
  chart: "0.1.0",
  /** Version of the applications that the charts install unless a tag says otherwise. */
  app: "1.0.0",
  /** Kubernetes versions the charts are tested on; the suffix lets `v1.36.3+k3s1` pass in Helm 3. */
  kubeVersion: ">=1.33.0-0",
  /** Date of the version, for the repository's index: the clock would make every build differ. */
  date: new Date("2026-11-24T00:00:00Z"),
} as const;
