// A consistent cut through a running experiment: everything that must be put back for it to go on as if nothing had been.
import type { Json } from "./tree.js";

/** Progress of a loop. */
export interface LoopPosition {
  /** Steps done. */
  readonly step: number;
  readonly done: boolean;
}

/** The best step of a loop so far. */
export interface BestStep {
  readonly metric: string;
  readonly goal: "min" | "max";
  readonly value: number;
  /** The step, counted from 0, that logged it. */
  readonly step: number;
  /** The checkpoint taken right after that step. */
  readonly checkpoint: string;
}

/** Content of a checkpoint's `state.json` beside the tensors. */
export interface Cut {
  readonly version: 1;
  /** Steps done, over all loops. */
  readonly steps: number;
  /** The loop that it was taken in, or at the end of. */
  readonly at: string;
  readonly loops: Readonly<Record<string, LoopPosition>>;
  /** The checkpoint at the end of each loop that has ended: what the code between two loops sees. */
  readonly ends: Readonly<Record<string, string>>;
  /** Values by loop name. */
  readonly best: Readonly<Record<string, BestStep>>;
  /** Length of `metrics.jsonl` that belongs to it. */
  readonly metricsBytes: number;
  /** SHA-256 of that part of `metrics.jsonl`; none in checkpoints of earlier versions. */
  readonly metricsSha256?: string | undefined;
  /** Seconds of work. */
  readonly elapsed: number;
  /** Tracked objects, by name. */
  readonly objects: Readonly<Record<string, Json>>;
  /** The tensor with the state of each generator, by the generator's name. */
  readonly generators: Readonly<Record<string, string>>;
  /** Tensors that hold NaN: such a checkpoint is not a good one to go back to. */
  readonly tainted: readonly string[];
}

/** The name of the checkpoint after `steps` steps. */
export function checkpointName(steps: number): string {
  return `step-${String(steps).padStart(8, "0")}`;
}
