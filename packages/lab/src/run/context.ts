// Context of a running experiment.
import type { distributed, Generator } from "@throughline/torch";
import type { Figure } from "../figures/figure.js";
import type { Artifact, LinesArtifact } from "./artifacts.js";
import type { Input } from "./inputs.js";

/** A tree of tensors, numbers, strings, booleans, null, lists and objects: what a checkpoint can hold. */
export type StateTree = unknown;

/** Object with a state for checkpoints: a model, an optimiser, a schedule, a data loader. */
export interface Stateful {
  stateDict(): StateTree;
  // biome-ignore lint/suspicious/noConfusingVoidType: PyTorch-like loaders may report what they loaded
  loadStateDict(state: never): unknown | void;
}

/** The same under the names that data loaders and samplers use. */
export interface Restorable {
  state(): StateTree;
  restore(state: never): void;
}

/** Metrics of one step, or nothing to log. */
export type Metrics = Readonly<Record<string, number | string>>;

export interface LoopOptions {
  /** Number of steps. A loop of 0 steps is not recorded. */
  readonly steps: number;
  /** Steps between two checkpoints. Default: about one a minute. */
  readonly checkpointEvery?: number;
  /** Name of one step in the progress line. Default `step`. */
  readonly unit?: string;
  /**
   * Metric that selects the best checkpoint, and whether more is better. Whenever a step logs a better value, the state
   * after that step is copied in memory and written with the next checkpoint. If the state is large, log the metric at an
   * interval, not at every step.
   */
  readonly best?: { readonly metric: string; readonly goal: "min" | "max" };
}

export interface RunContext<Config = Readonly<Record<string, unknown>>> {
  readonly config: Config;
  /** Seed of the run, from which all random streams are derived by name. */
  readonly seed: number;
  /** Device of tensors, as in PyTorch. */
  readonly device: string;
  /** The run's directory. */
  readonly path: string;
  /** The folder of all runs. */
  readonly root: string;
  /** Aborted when the run is asked to stop. Loops check it on their own. */
  readonly signal: AbortSignal;
  /**
   * The group of ranks that work on the run together (`--ranks`), for experiments that say `ranks: true`; undefined for one
   * process. All ranks run the same code; what those beside rank 0 write is thrown away.
   */
  readonly group: distributed.ProcessGroup | undefined;

  /**
   * The stream of random numbers of this name, seeded by (seed, name), for tensors on `device` (default `cpu`);
   * checkpoints include its state. libtorch's default generator is seeded with the seed itself, and included too.
   */
  generator(name: string, device?: string): Generator;
  /** A 32-bit seed of this name, for random number generators outside libtorch. */
  seedFor(name: string): number;

  /**
   * Includes an object's state in every checkpoint. Gradients are not included: accumulate them over several batches within
   * one step.
   *
   * A resumed run calls `run` again from its start: finished loops are skipped, and the interrupted one continues. The state
   * is restored where it was taken: at the end of each skipped loop, and at the beginning of the one that continues. So the
   * code before, between and after loops sees the same state as the first time.
   * @returns the object.
   */
  track<T extends Stateful | Restorable>(name: string, object: T): T;

  /**
   * Runs `body` for each remaining step: all of them in a new run, the rest in a resumed one, none if the loop had ended.
   * Each step runs in a scope; the metrics it returns are logged. The loop writes checkpoints, stops between two steps when
   * asked to, and fails with an error that names step and metric when a metric is not finite. Names of loops are unique
   * within a run.
   *
   * A checkpoint is written at the end of each loop and kept until the run has finished: a loop is a phase, not an epoch.
   */
  loop(name: string, options: LoopOptions, body: (step: number) => Metrics | undefined): Promise<void>;
  /** Same as `loop`, for asynchronous steps; they open their own scopes. */
  loopAsync(
    name: string,
    options: LoopOptions,
    body: (step: number) => Promise<Metrics | undefined>,
  ): Promise<void>;

  /**
   * Records in `environment.json` what rounding depends on and only the experiment knows: `kernels`, the instruction set that
   * its kernels use on this processor. A resumed run prints a message if it differs from the first session's.
   */
  environment(facts: Readonly<Record<string, string>>): void;
  /** Logs metrics beside those that the step returns; outside of loops, as a row of their own of the loop `run`. */
  log(metrics: Metrics): void;
  /**
   * Path of an input that the experiment's `inputs` named, and the SHA-256 of its content, which has not changed since the
   * run was created. Undefined if it was not named, or if the run was created by a version that kept no hashes.
   */
  input(name: string): Input | undefined;
  /** Writes a message to `log.txt` and to the terminal. */
  say(message: string): void;
  /** Writes a file into `artifacts/`, atomically; `name` may have folders. @returns its path. */
  artifact(name: string, content: string | Uint8Array): string;
  /** Writes a value as JSON, to be read by `readArtifact`. @returns its path. */
  keep<T>(artifact: LinesArtifact<T>, value: readonly T[]): string;
  keep<T>(artifact: Artifact<T>, value: T): string;
  /** Path of an artifact that other code writes, such as `io.saveSafetensors`; its folder is created. */
  artifactPath(name: string): string;
  /** A folder under `root` for cached results that runs share, such as encodings; see `PartCache`. */
  cacheFolder(name: string): string;
  /** Writes a figure as SVG and PNG into `figures/`. */
  figure(name: string, figure: Figure): Promise<void>;
}
