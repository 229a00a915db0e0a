// One checkpoint on the disk: a folder that is there whole or not at all, and that says when it is damaged.

import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Tensor } from "@throughline/torch";
import { LabError } from "../errors.js";
import type { Cut } from "./cut.js";
import type { Engine } from "./engine.js";
import { guard, readJson, syncFolder, writeJson } from "./files.js";

const stateName = "state.json";
const tensorsName = "tensors.safetensors";

/** `state.json`: the checksum is of `state` as compact JSON, that of the tensors is of their file. */
interface CheckpointFile {
  readonly sha256: string;
  readonly state: Cut & { readonly tensors: { readonly bytes: number; readonly sha256: string } };
}

/**
 * Writes the checkpoint `name` in `folder`: first under a temporary name, so that a checkpoint with this name is whole.
 * @throws LabError lab/disk, and then nothing of it is left behind
 */
export function writeCheckpoint(
  engine: Engine,
  folder: string,
  name: string,
  cut: Cut,
  tensors: Map<string, Tensor>,
): void {
  const temporary = join(folder, `.${name}.tmp`);
  const final = join(folder, name);
  guard(final, () => {
    try {
      rmSync(temporary, { recursive: true, force: true });
      mkdirSync(temporary);
      const file = join(temporary, tensorsName);
      engine.io.saveSafetensors(file, tensors, { format: "pt" });
      const state = { ...cut, tensors: { bytes: statSync(file).size, sha256: hashFile(file) } };
      writeJson(join(temporary, stateName), { sha256: hashText(JSON.stringify(state)), state });
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
  const file = readJson(join(path, stateName)) as CheckpointFile | undefined;
  if (file === undefined) throw damaged(name, "it has no state.json");
  if (
    typeof file.state !== "object" ||
    file.state === null ||
    hashText(JSON.stringify(file.state)) !== file.sha256
  ) {
    throw damaged(name, "its state.json does not match its checksum");
  }
  const { bytes, sha256 } = file.state.tensors;
  const tensors = join(path, tensorsName);
  if (!existsSync(tensors)) throw damaged(name, "its tensors are missing");
  const size = statSync(tensors).size;
  if (size !== bytes) throw damaged(name, `its tensors take ${size} bytes rather than ${bytes}`);
  if (hashFile(tensors) !== sha256) throw damaged(name, "its tensors do not match their checksum");
  return file.state;
}

/** The tensors of a checkpoint. */
export function readTensors(engine: Engine, folder: string, name: string): Record<string, Tensor> {
  return engine.io.loadSafetensors(join(folder, name, tensorsName));
}

function damaged(name: string, why: string): LabError {
  return new LabError("lab/damaged", `checkpoint ${name} is damaged: ${why}`);
}

function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hashFile(path: string): string {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(1 << 20);
  const file = openSync(path, "r");
  try {
    for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
      hash.update(buffer.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}
