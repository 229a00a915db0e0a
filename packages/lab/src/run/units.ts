// What a step of each loop is called, where it is not called a step: `units.json` of a run.
import { join } from "node:path";
import { z } from "zod";
import { readJson, writeJson } from "./files.js";
import { files } from "./layout.js";

const shape: z.ZodType<Record<string, string>> = z.record(z.string(), z.string());

/** Writes down what a step of `loop` is called. @throws LabError lab/disk */
export function noteUnit(run: string, loop: string, unit: string): void {
  const known = loopUnits(run);
  if ((known[loop] ?? "step") !== unit) writeJson(join(run, files.units), { ...known, [loop]: unit });
}

/** What a step is called, by loop; a loop that is missing counts steps. A file that cannot be read names none. */
export function loopUnits(run: string): Readonly<Record<string, string>> {
  try {
    return shape.parse(readJson(join(run, files.units)) ?? {});
  } catch {
    return {};
  }
}
