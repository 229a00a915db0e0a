// The clock of a benchmark program.

/** Milliseconds of the clock on the wall; with BENCH_CLOCK=cpu those that this process has computed. */
export function now(): number {
  if (process.env.BENCH_CLOCK !== "cpu") return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}
