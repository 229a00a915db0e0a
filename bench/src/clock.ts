// The clock of a benchmark program.
import { synchronize } from "@throughline/torch";
import { device } from "./device.js";

/** Milliseconds of the clock on the wall, once the device has done its work; with BENCH_CLOCK=cpu those that this process has computed. */
export function now(): number {
  if (device !== "cpu") synchronize();
  if (process.env.BENCH_CLOCK !== "cpu") return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}
