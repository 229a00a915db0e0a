// An experiment is a value: what it is for, what can be set, and what it does.
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { checkExperiment } from "./config/check.js";
import type { AskedOf, ConfigOf, ConfigShape } from "./config/option.js";
import type { Figure } from "./figures/figure.js";
import type { RunContext } from "./run/context.js";
import type { RunRecord } from "./run/record.js";

/** The sizes an experiment comes in; see docs: `paper` is exactly the published setting, `smoke` proves plumbing only. */
export type PresetName = "paper" | "laptop" | "smoke";

export {
  type AskedOf,
  type ConfigOf,
  type ConfigShape,
  type OptionInfo,
  option,
  optionInfo,
} from "./config/option.js";

/** Values that `complete` gives. */
export interface Completion<Shape extends ConfigShape = ConfigShape> {
  readonly values: Partial<ConfigOf<Shape>>;
  /** Source of the values, such as `art/rmts, m 95`: shown beside each value. */
  readonly from: string;
}

/** Summary that `run` may return: the results that go into `summary.json`. */
export type Summary = Readonly<Record<string, number | string | boolean | null>>;

/**
 * An experiment. Its module must not load the engine: `run` and `figures` import what they need when they are called,
 * so that listing and describing experiments starts fast.
 */
export interface Experiment<Shape extends ConfigShape = ConfigShape> {
  /** `system/what`, such as `flossing/copy`. */
  readonly name: string;
  /** One line. */
  readonly purpose: string;
  /**
   * Every option. One without a default gets its value from `complete`, or may be left out if its schema is optional. `seed`,
   * `device` and `threads` are the lab's and need not be declared.
   */
  readonly config: Shape;
  /** Presets, as differences from the defaults. An experiment without a published setting has no `paper`. */
  readonly presets: Readonly<Partial<Record<PresetName, Partial<ConfigOf<Shape>>>>>;
  /**
   * Values of options that follow from others, such as a learning rate for each task. What was asked for stands; the rest
   * is taken from here, and kept in the run's configuration, so that it is part of what the run is. Other values in a table of
   * settings make other runs.
   * @param asked defaults, and what preset, file and flags say
   * @param preset undefined if none was named
   */
  complete?(asked: AskedOf<Shape>, preset: PresetName | undefined): Completion<Shape>;
  /**
   * Looks at what options say together and at what they name, before a run, a sweep or a reproduction makes anything. A
   * `ThroughlineError` that it throws is said to the user as it is, and nothing is started.
   * @param config the experiment's options, and the lab's seed and device
   * @param root the folder of all runs
   * @param sources where each value comes from, by dotted name: `default`, `preset laptop`, or who asked for it
   */
  check?(
    config: ConfigOf<Shape> & { readonly seed: number; readonly device: string },
    root: string,
    sources: Readonly<Record<string, string>>,
  ): Promise<void>;
  /**
   * The files and folders that a run reads and that are not its own, by a name for each, such as `{ data: "x.npz" }`; undefined for
   * what a configuration does not read. Their
   * contents are part of what the run is: it keeps their fingerprints, is not gone on with if they have changed, and a sweep
   * takes other contents for other cells. `context.input(name)` says where each was.
   * @throws ThroughlineError if it cannot be known
   */
  inputs?(
    config: ConfigOf<Shape> & { readonly seed: number },
    root: string,
  ): Promise<Readonly<Record<string, string | undefined>>>;
  /**
   * Number of threads for an operation of this work, at most the `cores` that the process may use: 1 for operations so
   * small that waking a second thread takes longer than it saves. Asked once, before the run exists; `threads` of the
   * user, a file or OMP_NUM_THREADS wins. Left out: all cores.
   */
  threads?(config: ConfigOf<Shape>, cores: number): number;
  /** Does it. What it returns becomes the summary. */
  run(context: RunContext<ConfigOf<Shape>>): Promise<Summary>;
  /** The figures of a finished (or unfinished) run, from its files alone. */
  figures?(run: RunRecord): Promise<Readonly<Record<string, Figure>>>;
}

const names: OptionNames<Experiment> = {
  ...{ name: true, purpose: true, config: true, presets: true },
  ...{ complete: true, check: true, inputs: true, threads: true, run: true, figures: true },
};

/**
 * Checks an experiment where it is written, and keeps its types.
 * @throws LabError lab/experiment naming every mistake in its name, options and presets; TorchError torch/argument for a part
 * that experiments do not have
 */
export function defineExperiment<const Shape extends ConfigShape>(
  experiment: Experiment<Shape>,
): Experiment<Shape> {
  knownOptions("defineExperiment", names, experiment as unknown as Experiment);
  checkExperiment(experiment as unknown as Experiment);
  return experiment;
}
