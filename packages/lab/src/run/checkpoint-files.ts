// One checkpoint on the disk: a folder that is there whole or not at all, and that says when it is damaged.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Tensor } from "@throughline/torch";
import { hashOf, hashOfContent, syncFolder } from "@throughline/torch/files";
import { LabError } from "../errors.js";
import { guard, writeJson } from "../files/disk.js";
import { readJson } from "../files/read-json.js";
import { temporaryName } from "../files/temporary.js";
import type { Cut } from "./cut.js";
import type { Engine } from "./engine.js";
import { checkpointShape } from "./shapes.js";

const stateName = "state.json";

/** Name of the file of tensors in a checkpoint's folder. */
export const TENSORS = "tensors.safetensors";

/** Names of the checkpoints in a run's folder of them, oldest first; none if there is no such folder. @throws LabError lab/disk */
export function checkpointNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return guard(folder, () => readdirSync(folder))
    .filter((name) => /^step-\d{8,}$/.test(name))
    .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
}

/**
 * Writes the checkpoint `name` in `folder`: first under a temporary name, so that a checkpoint with this name is whole.
 * @param check what is called last before it takes its name; if it throws, it does not
 * @throws LabError lab/disk and what `check` throws, and then nothing of it is left behind
 */
export function writeCheckpoint(
  engine: Engine,
  folder: string,
  name: string,
  cut: Cut,
  tensors: Map<string, Tensor>,
  check: () => void,
): void {
  const temporary = join(folder, temporaryName(name));
  const final = join(folder, name);
  guard(final, () => {
    try {
      mkdirSync(temporary);
      const file = join(temporary, TENSORS);
      engine.io.saveSafetensors(file, tensors, { format: "pt" });
      const state = { ...cut, tensors: { bytes: statSync(file).size, sha256: hashOf(file) } };
      writeJson(join(temporary, stateName), { sha256: hashOfContent(JSON.stringify(state)), state });
      check();
      // Only a checkpoint that was found damaged, or one that was taken again after going back, has this name already.
      if (existsSync(final)) rmSync(final, { recursive: true });
      renameSync(temporary, final);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      throw error;
    }
  });
  syncFolder(folder);
}

/**
 * Reads and checks a checkpoint, without its tensors.
 * @throws LabError lab/damaged saying what is wrong with it
 */
export function readCheckpoint(folder: string, name: string): Cut {
  const path = join(folder, name);
  const file = readJson(join(path, stateName), checkpointShape);
  if (file === undefined) throw damaged(path, "it has no state.json");
  if (hashOfContent(JSON.stringify(file.state)) !== file.sha256)
    throw damaged(path, "its state.json does not match its checksum");
  const { bytes, sha256 } = file.state.tensors;
  const tensors = join(path, TENSORS);
  if (!existsSync(tensors)) throw damaged(path, "its tensors are missing");
  const size = guard(tensors, () => statSync(tensors).size);
  if (size !== bytes) throw damaged(path, `its tensors take ${size} bytes rather than ${bytes}`);
  if (hashOf(tensors) !== sha256) throw damaged(path, "its tensors do not match their checksum");
  return file.state;
}

/** The tensors of a checkpoint. */
export function readTensors(engine: Engine, folder: string, name: string): Record<string, Tensor> {
  return engine.io.loadSafetensors(join(folder, name, TENSORS));
}

function damaged(path: string, why: string): LabError {
  return new LabError("lab/damaged", `checkpoint ${path} is damaged: ${why}`);
}
