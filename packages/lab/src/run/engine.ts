// The engine, loaded when a run begins and never before.
import { LabError } from "../errors.js";

/** All that `@throughline/torch` exports. */
export type Engine = typeof import("@throughline/torch");

/**
 * The engine, with the run's threads, device and seed set.
 * @param threads in place of the configuration's
 * @throws LabError lab/device if there is no such device
 */
export async function startEngine(
  config: Readonly<Record<string, unknown>>,
  threads: number = Number(config.threads),
): Promise<Engine> {
  const engine = await import("@throughline/torch");
  checkDevice(engine, String(config.device));
  engine.setNumThreads(threads);
  engine.manualSeed(Number(config.seed));
  return engine;
}

/** @throws LabError lab/device if there is no such device */
export function checkDevice(engine: Engine, device: string): void {
  const there = engine.devices();
  if (there.includes(device) || there.includes(`${device}:0`)) return;
  throw new LabError("lab/device", `there is no device ${device} here; there are ${there.join(", ")}`);
}
