// Names of the steps of loops, where they are not called steps: `units.json` of a run.
import { join } from "node:path";
import { writeJson } from "../files/disk.js";
import { readJson } from "../files/read-json.js";
import { recordOf, text } from "../files/shape.js";
import { files } from "./layout.js";

const shape = recordOf(text);

/** Writes down what a step of `loop` is called. @throws LabError lab/disk; what `check` throws, see `writeAtomic` */
export function noteUnit(run: string, loop: string, unit: string, check: () => void): void {
  const known = loopUnits(run);
  if ((known[loop] ?? "step") !== unit) writeJson(join(run, files.units), { ...known, [loop]: unit }, check);
}

/** Name of a step, by loop; a loop that is missing counts steps. A file that cannot be read names none. */
export function loopUnits(run: string): Readonly<Record<string, string>> {
  try {
    return readJson(join(run, files.units), shape) ?? {};
  } catch {
    return {};
  }
}
