// Context of a running experiment.
import type { Generator } from "@throughline/torch";
import type { Figure } from "../figures/figure.js";
import type { Artifact, LinesArtifact } from "./artifacts.js";
import type { Input } from "./inputs.js";

/** A tree of tensors, numbers, strings, booleans, null, lists and objects: what a checkpoint can hold. */
export type StateTree = unknown;

/** Anything with a state that a checkpoint must hold: a model, an optimiser, a schedule, a data loader. */
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
  /** Number of steps. A loop of 0 steps leaves no trace. */
  readonly steps: number;
  /** Checkpoint after every so many steps. Default: about once a minute. */
  readonly checkpointEvery?: number;
  /** Name of one step in the progress line. Default `step`. */
  readonly unit?: string;
  /**
   * A metric that decides which checkpoint is the best, and whether more is better. Whenever a step logs a better value,
   * the state after that step is copied in memory and written with the next checkpoint; so it should be logged now and
   * then, not at every step, if the state is large.
   */
  readonly best?: { readonly metric: string; readonly goal: "min" | "max" };
}

export interface RunContext<Config = Readonly<Record<string, unknown>>> {
  readonly config: Config;
  /** Every source of randomness is derived from it and a name. */
  readonly seed: number;
  /** Device of tensors, as in PyTorch. */
  readonly device: string;
  /** The run's directory. */
  readonly path: string;
  /** The folder of all runs. */
  readonly root: string;
  /** Aborted when the run is asked to stop. Loops look at it by themselves. */
  readonly signal: AbortSignal;

  /**
   * The stream of random numbers of this name, seeded by (seed, name), for tensors on `device` (default `cpu`);
   * checkpoints hold where it stands. libtorch's default generator is seeded with the seed itself, and held too.
   */
  generator(name: string, device?: string): Generator;
  /** A 32-bit seed of this name, for what is not a libtorch generator. */
  seedFor(name: string): number;

  /**
   * Puts an object's state into every checkpoint. Gradients are no part of it: a step that accumulates them over several
   * batches must do so within one step.
   *
   * A resumed run calls `run` again from its start: loops that had ended are passed over, and the one that had not goes
   * on. The state is put back where it was taken: at the end of each loop that is passed over, and at the beginning of
   * the one that goes on. So the code before, between and after loops sees what it saw the first time.
   * @returns the object.
   */
  track<T extends Stateful | Restorable>(name: string, object: T): T;

  /**
   * Runs `body` for each step that is left: all of them in a new run, the rest in a resumed one, none if the loop had
   * ended. Each step runs in a scope; what it returns is logged. Checkpoints, stops between two steps when asked to,
   * and stops with an error that names step and metric when a metric is not finite. Each name serves once in a run.
   *
   * A checkpoint is written where it ends, and kept until the run has finished: a loop is a phase, not an epoch.
   */
  loop(name: string, options: LoopOptions, body: (step: number) => Metrics | undefined): Promise<void>;
  /** Same as `loop`, for steps that must await something; they open their own scopes. */
  loopAsync(
    name: string,
    options: LoopOptions,
    body: (step: number) => Promise<Metrics | undefined>,
  ): Promise<void>;

  /**
   * Writes into `environment.json` what the numbers depend on by rounding and only the experiment knows: `kernels`, the
   * instructions that its kernels use on this processor. A resumed run says where it differs from what it began with.
   */
  environment(facts: Readonly<Record<string, string>>): void;
  /** Logs metrics beside those that the step returns; outside of loops, as a row of their own of the loop `run`. */
  log(metrics: Metrics): void;
  /**
   * Path of an input that the experiment's `inputs` named, and the fingerprint of its content, which has not changed
   * since the run was made. Undefined if it was not named, or in a run that a version without fingerprints began.
   */
  input(name: string): Input | undefined;
  /** Says something in `log.txt` and on the terminal. */
  say(message: string): void;
  /** Writes a file into `artifacts/`, atomically; `name` may have folders. @returns its path. */
  artifact(name: string, content: string | Uint8Array): string;
  /** Writes a value as JSON, to be read by `readArtifact`. @returns its path. */
  keep<T>(artifact: LinesArtifact<T>, value: readonly T[]): string;
  keep<T>(artifact: Artifact<T>, value: T): string;
  /** Path of an artifact that is written by other means, such as `io.saveSafetensors`; its folder is made. */
  artifactPath(name: string): string;
  /** A folder under `root` for what runs share and can make again, such as encodings; see `PartCache`. */
  cacheFolder(name: string): string;
  /** Writes a figure as SVG and PNG into `figures/`. */
  figure(name: string, figure: Figure): Promise<void>;
}
