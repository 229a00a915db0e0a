// The checkpoints of a run: which there are, which is the last good one, which may go.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Tensor } from "@throughline/torch";
import { LabError } from "../errors.js";
import { guard, writeJson } from "../files/disk.js";
import { readJson } from "../files/read-json.js";
import { checkpointNames, readCheckpoint, readTensors, writeCheckpoint } from "./checkpoint-files.js";
import type { Cut } from "./cut.js";
import type { Engine } from "./engine.js";
import { files, type Pointers } from "./layout.js";
import type { Lock } from "./lock.js";
import { prefixSha256 } from "./metrics-prefix.js";
import { pointersShape } from "./shapes.js";

/** A checkpoint that is whole. */
export interface Found {
  readonly name: string;
  readonly cut: Cut;
}

/** The folder `checkpoints/` of a run. */
export class CheckpointStore {
  readonly #folder: string;
  readonly #keep: number;
  readonly #lock: Lock;
  // Of those written or found good in this session, the last without NaN.
  #lastGood: string | undefined;

  constructor(path: string, keep: number, lock: Lock) {
    this.#folder = join(path, files.checkpoints);
    this.#keep = keep;
    this.#lock = lock;
  }

  /** The last checkpoint without NaN that this session knows of. */
  get lastGood(): string | undefined {
    return this.#lastGood;
  }

  /** Oldest first. */
  names(): string[] {
    return checkpointNames(this.#folder);
  }

  /**
   * The newest checkpoint that is whole and for which `metrics.jsonl` has all its lines; `tell` gets a sentence about each
   * one that is not.
   * @param metrics path of `metrics.jsonl`
   * @param avoidTainted whether one whose tensors hold NaN is taken only if there is no other
   * @throws LabError lab/damaged if those lines are not what they were when that checkpoint was taken
   */
  newest(metrics: string, avoidTainted: boolean, tell: (problem: string) => void): Found | undefined {
    let tainted: Found | undefined;
    for (const name of this.names().reverse()) {
      const cut = this.#tryRead(name, tell);
      if (cut === undefined || !this.#hasLines(name, cut, metrics, tell)) continue;
      if (!avoidTainted || cut.tainted.length === 0) {
        if (cut.tainted.length === 0) this.#lastGood = name;
        return { name, cut };
      }
      tell(`checkpoint ${name} holds NaN in ${cut.tainted.join(", ")}`);
      tainted ??= { name, cut };
    }
    return tainted;
  }

  #tryRead(name: string, tell: (problem: string) => void): Cut | undefined {
    try {
      return readCheckpoint(this.#folder, name);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      tell(error.message);
    }
    return undefined;
  }

  /** True if its lines are there. @throws LabError lab/damaged if they are not what they were */
  #hasLines(name: string, cut: Cut, metrics: string, tell: (problem: string) => void): boolean {
    const path = join(this.#folder, name);
    const found = guard(metrics, () => prefixSha256(metrics, cut.metricsBytes));
    if (found === undefined) {
      tell(`checkpoint ${path} cannot be used: ${files.metrics} has lost lines that belong to it`);
      return false;
    }
    // Earlier versions kept no checksum.
    if (cut.metricsSha256 === undefined || found === cut.metricsSha256) return true;
    throw new LabError(
      "lab/damaged",
      `${metrics} is damaged: its first ${cut.metricsBytes} bytes do not match their checksum in checkpoint ${name}; ` +
        `restore it from a copy, or remove ${path} to resume from an earlier checkpoint`,
    );
  }

  /** A checkpoint and its tensors. @throws LabError lab/damaged */
  load(engine: Engine, name: string): Found & { readonly tensors: Record<string, Tensor> } {
    return {
      name,
      cut: readCheckpoint(this.#folder, name),
      tensors: readTensors(engine, this.#folder, name),
    };
  }

  /** Writes a checkpoint; nothing is removed before `prune`. @throws LabError lab/disk, lab/lock-lost */
  write(engine: Engine, name: string, cut: Cut, tensors: Map<string, Tensor>): void {
    writeCheckpoint(engine, this.#folder, name, cut, tensors, this.#lock.check);
    if (cut.tainted.length === 0) this.#lastGood = name;
  }

  /** Notes which is which, and removes what nothing needs: all but the last few, the best, and the ends of loops. */
  prune(latest: string, best: Cut["best"], ends: Cut["ends"]): void {
    const pointers: Pointers = { latest, best, ends };
    writeJson(join(this.#folder, files.pointers), pointers, this.#lock.check);
    const names = this.names();
    const special = [...Object.values(best).map((step) => step.checkpoint), ...Object.values(ends)];
    const last = names.filter((name) => !special.includes(name)).slice(-this.#keep);
    const needed = new Set([latest, ...special, ...last]);
    if (this.#lastGood !== undefined) needed.add(this.#lastGood);
    for (const name of names) if (!needed.has(name)) this.#remove(name);
  }

  /** The run has finished: removes the ends of its loops, which only resuming needs. Doing so again does nothing. */
  finish(): void {
    const pointers = readJson(join(this.#folder, files.pointers), pointersShape);
    if (pointers === undefined || Object.keys(pointers.ends).length === 0) return;
    this.prune(pointers.latest, pointers.best, {});
  }

  /** Removes what is newer than `name`, or everything: damaged ones, and those of a course that is not gone on with. */
  removeAfter(name: string | undefined): void {
    const names = this.names();
    for (const newer of names.slice(name === undefined ? 0 : names.indexOf(name) + 1)) this.#remove(newer);
  }

  /** Removes what a killed process has left half-written. */
  tidy(): void {
    guard(this.#folder, () => {
      for (const name of readdirSync(this.#folder)) {
        if (name.startsWith(".")) rmSync(join(this.#folder, name), { recursive: true, force: true });
      }
    });
  }

  #remove(name: string): void {
    this.#lock.check();
    guard(this.#folder, () => rmSync(join(this.#folder, name), { recursive: true, force: true }));
  }
}
