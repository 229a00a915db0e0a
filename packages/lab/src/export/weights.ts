// The weights of a run: the state dicts among what a checkpoint holds.
import { join } from "node:path";
import { nearest } from "@throughline/torch/checks";
import { LabError } from "../errors.js";
import { readJson } from "../files/read-json.js";
import { checkpointNames, readCheckpoint, TENSORS } from "../run/checkpoint-files.js";
import { files } from "../run/layout.js";
import type { RunRecord } from "../run/record.js";
import { pointersShape } from "../run/shapes.js";
import type { Json } from "../run/tree.js";

/** Weights of one tracked object. */
export interface Weights {
  /** The checkpoint's name. */
  readonly checkpoint: string;
  /** Its file of tensors. */
  readonly file: string;
  /** Steps done, over all loops. */
  readonly steps: number;
  /** Name of the tracked object, such as `model`. */
  readonly object: string;
  /** Names of its state dict, and of the same tensors in the file. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * The weights that a checkpoint holds of the run's model.
 * @param checkpoint `latest`, `best` or a name. @param object name of the tracked object. Default: the only state dict
 * @throws LabError lab/export if there is no such checkpoint or object, lab/damaged
 */
export function findWeights(run: RunRecord, checkpoint = "latest", object?: string): Weights {
  const folder = join(run.path, files.checkpoints);
  const name = findCheckpoint(run, folder, checkpoint);
  const { objects, steps } = readCheckpoint(folder, name);
  const dicts = new Map(
    Object.entries(objects).flatMap(([key, skeleton]) => {
      const names = stateDictNames(skeleton);
      return names === undefined ? [] : [[key, names] as const];
    }),
  );
  const known = [...dicts.keys()];
  const chosen = object ?? (known.length === 1 ? known[0]! : "");
  const names = dicts.get(chosen);
  if (names === undefined) throw noObject(run, known, object);
  return { checkpoint: name, file: join(folder, name, TENSORS), steps, object: chosen, names };
}

function noObject(run: RunRecord, known: readonly string[], wanted: string | undefined): LabError {
  if (known.length === 0) return refuse(`${run.id} keeps no weights: nothing that it tracks is a state dict`);
  if (wanted === undefined)
    return refuse(`${run.id} keeps the weights of ${known.join(", ")}; choose one by --object`);
  return refuse(`${run.id} keeps no weights of ${wanted}, but of ${known.join(", ")}`);
}

function findCheckpoint(run: RunRecord, folder: string, wanted: string): string {
  const names = checkpointNames(folder);
  if (names.length === 0) throw refuse(`${run.id} has no checkpoint`);
  if (wanted === "latest") return names.at(-1)!;
  if (wanted === "best") {
    const best = Object.values(readJson(join(folder, files.pointers), pointersShape)?.best ?? {}).at(-1);
    if (best === undefined)
      throw refuse(`${run.id} has no best checkpoint; none of its loops says what is best`);
    return best.checkpoint;
  }
  if (names.includes(wanted)) return wanted;
  const near = nearest(wanted, names);
  throw refuse(
    `${run.id} has no checkpoint ${wanted}, but ${names.join(", ")}${near ? `; did you mean ${near}?` : ""}`,
  );
}

/** Names of a flat object of tensors, which is what a module's state dict is; undefined for anything else. */
function stateDictNames(skeleton: Json): Map<string, string> | undefined {
  if (typeof skeleton !== "object" || skeleton === null) return undefined;
  const { $map } = skeleton as { readonly $map?: Json };
  const entries = (Array.isArray($map) ? $map : Object.entries(skeleton)) as readonly (readonly [
    string,
    Json,
  ])[];
  const names = new Map<string, string>();
  for (const [name, leaf] of entries) {
    const tensor =
      typeof leaf === "object" && leaf !== null ? (leaf as { $tensor?: Json }).$tensor : undefined;
    if (typeof tensor !== "string") return undefined;
    names.set(name, tensor);
  }
  return names.size === 0 ? undefined : names;
}

function refuse(sentence: string): LabError {
  return new LabError("lab/export", sentence);
}
