/** Next.js writes plain text; the chart expects one JSON object per line (docs/application-contract.md). */
export function register(): void {
  const write = console.log;
  for (const level of ["log", "info", "warn", "error"] as const) {
    console[level] = (...words: unknown[]) => {
      const message = words.map((word) => (word instanceof Error ? word.stack : String(word))).join(" ");
      write(JSON.stringify({ level, time: new Date().toISOString(), message }));
    };
  }
}
