/** Series and a time to look at them. */
export interface Situation {
  /** What this is, if the series do not say so. */
  readonly about?: string;
  /** Series → its samples in promtool's notation, one per step: `0+5x30` is 0, 5, 10, … 150. */
  readonly series: Readonly<Record<string, string>>;
  /** Time after the first sample. */
  readonly at: string;
  /** Time between samples and evaluations, one minute if absent. */
  readonly step?: string;
}

/** When an alert fires, and when it just does not. */
export interface AlertCases {
  readonly fires: Situation & {
    /** Labels of each alert that fires, beside severity and component. */
    readonly labels: readonly Readonly<Record<string, string>>[];
    /** What `{{ $value … }}` becomes in the texts, if they use it. */
    readonly value?: string;
  };
  /** Near misses, one or several. Absent for the watchdog, which never is silent. */
  readonly silent?: Situation | readonly Situation[];
}

/** Alert → its cases. */
export type Cases = Readonly<Record<string, AlertCases>>;

/** The same value for an hour. */
export const steady = (value: number): string => `${value}x60`;

/** A counter that grows by so much a minute, for an hour. */
export const growing = (perMinute: number): string => `0+${perMinute}x60`;
