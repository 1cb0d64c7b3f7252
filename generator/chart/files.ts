/** The files of one chart: path below the chart's folder (with `/`) → text, which always ends in a newline. */
export type ChartFiles = ReadonlyMap<string, string>;
