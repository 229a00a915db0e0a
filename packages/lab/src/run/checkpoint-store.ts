// The checkpoints of a run: which there are, which is the last good one, which may go.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Tensor } from "@throughline/torch";
import { LabError } from "../errors.js";
import { readCheckpoint, readTensors, writeCheckpoint } from "./checkpoint-files.js";
import type { BestStep, Cut } from "./cut.js";
import type { Engine } from "./engine.js";
import { guard, readJson, writeJson } from "./files.js";
import { files } from "./layout.js";

/** `checkpoints/pointers.json`, for people and tools; the lab itself looks at the checkpoints. */
export interface Pointers {
  readonly latest: string;
  /** By loop. */
  readonly best: Readonly<Record<string, BestStep>>;
  /** By loop; only while the run is unfinished. */
  readonly ends: Readonly<Record<string, string>>;
}

/** A checkpoint that is whole. */
export interface Found {
  readonly name: string;
  readonly cut: Cut;
}

/** The folder `checkpoints/` of a run. */
export class CheckpointStore {
  readonly #folder: string;
  readonly #keep: number;
  // Of those written or found good in this session, the last without NaN.
  #lastGood: string | undefined;

  constructor(path: string, keep: number) {
    this.#folder = join(path, files.checkpoints);
    this.#keep = Math.max(1, keep);
  }

  /** The last checkpoint without NaN that this session knows of. */
  get lastGood(): string | undefined {
    return this.#lastGood;
  }

  /** Oldest first. */
  names(): string[] {
    return guard(this.#folder, () => readdirSync(this.#folder))
      .filter((name) => /^step-\d{8,}$/.test(name))
      .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
  }

  /**
   * The newest checkpoint that is whole and for which `metrics.jsonl` has all its lines; `tell` gets a sentence about each
   * one that is not.
   * @param avoidTainted whether one whose tensors hold NaN is taken only if there is no other
   */
  newest(metricsBytes: number, avoidTainted: boolean, tell: (problem: string) => void): Found | undefined {
    let tainted: Found | undefined;
    for (const name of this.names().reverse()) {
      const cut = this.#tryRead(name, metricsBytes, tell);
      if (cut === undefined) continue;
      if (!avoidTainted || cut.tainted.length === 0) {
        if (cut.tainted.length === 0) this.#lastGood = name;
        return { name, cut };
      }
      tell(`checkpoint ${name} holds NaN in ${cut.tainted.join(", ")}`);
      tainted ??= { name, cut };
    }
    return tainted;
  }

  #tryRead(name: string, metricsBytes: number, tell: (problem: string) => void): Cut | undefined {
    try {
      const cut = readCheckpoint(this.#folder, name);
      if (cut.metricsBytes <= metricsBytes) return cut;
      tell(`checkpoint ${name} cannot be used: ${files.metrics} has lost lines that belong to it`);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      tell(error.message);
    }
    return undefined;
  }

  /** A checkpoint and its tensors. @throws LabError lab/damaged */
  load(engine: Engine, name: string): Found & { readonly tensors: Record<string, Tensor> } {
    return {
      name,
      cut: readCheckpoint(this.#folder, name),
      tensors: readTensors(engine, this.#folder, name),
    };
  }

  /** Writes a checkpoint; nothing is removed before `prune`. @throws LabError lab/disk */
  write(engine: Engine, name: string, cut: Cut, tensors: Map<string, Tensor>): void {
    writeCheckpoint(engine, this.#folder, name, cut, tensors);
    if (cut.tainted.length === 0) this.#lastGood = name;
  }

  /** Notes which is which, and removes what nothing needs: all but the last few, the best, and the ends of loops. */
  prune(latest: string, best: Cut["best"], ends: Cut["ends"]): void {
    const pointers: Pointers = { latest, best, ends };
    writeJson(join(this.#folder, files.pointers), pointers);
    const names = this.names();
    const special = [...Object.values(best).map((step) => step.checkpoint), ...Object.values(ends)];
    const last = names.filter((name) => !special.includes(name)).slice(-this.#keep);
    const needed = new Set([latest, ...special, ...last]);
    if (this.#lastGood !== undefined) needed.add(this.#lastGood);
    for (const name of names) if (!needed.has(name)) this.#remove(name);
  }

  /** The run has finished: removes the ends of its loops, which only resuming needs. Doing so again does nothing. */
  finish(): void {
    const pointers = readJson(join(this.#folder, files.pointers)) as Pointers | undefined;
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
    guard(this.#folder, () => rmSync(join(this.#folder, name), { recursive: true, force: true }));
  }
}
