// Runs by several ranks, compared with runs by one process.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { io, scope, type Tensor } from "@throughline/torch";

/** Command of each rank that works on a run. @param module that exports the experiment as `name` */
export function rankCommand(module: string, name: string, run: string): [string, ...string[]] {
  return [process.execPath, fileURLToPath(new URL("./rank.mjs", import.meta.url)), module, name, run];
}

/** Tensors of the last checkpoint of a run, without random generators. */
export function lastTensors(run: string): Map<string, Tensor> {
  const folder = join(run, "checkpoints");
  const last = readdirSync(folder)
    .filter((name) => name.startsWith("step-"))
    .sort()
    .at(-1)!;
  const tensors = io.loadSafetensors(join(folder, last, "tensors.safetensors"));
  return new Map(Object.entries(tensors).filter(([name]) => !name.startsWith("generator/")));
}

/** Largest difference between numbers of the last checkpoints of two runs, and where it is. */
export function checkpointDifference(
  run: string,
  other: string,
): { readonly most: number; readonly at: string } {
  const [ours, theirs] = [lastTensors(run), lastTensors(other)];
  if (ours.size === 0 || String([...ours.keys()]) !== String([...theirs.keys()]))
    throw new Error(`${run} and ${other} hold different tensors`);
  let found = { most: 0, at: "" };
  for (const [name, tensor] of ours) {
    if (tensor.numel === 0) continue;
    const most = scope(() => tensor.to("float64").sub(theirs.get(name)!.to("float64")).abs().max().item());
    if (!(most <= found.most)) found = { most, at: name };
  }
  return found;
}
