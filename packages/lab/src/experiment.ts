// An experiment as a value: purpose, options, presets and code.
import type { io, nn, Tensor } from "@throughline/torch";
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { checkExperiment } from "./config/check.js";
import type { AskedOf, ConfigOf, ConfigShape } from "./config/option.js";
import type { Figure } from "./figures/figure.js";
import type { RunContext } from "./run/context.js";
import type { RunRecord } from "./run/record.js";

/** Names of presets: `paper` is exactly the published setting, `laptop` a smaller one, `smoke` only shows that the code runs. */
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
  /** Purpose, in one line. */
  readonly purpose: string;
  /**
   * Every option. One without a default gets its value from `complete`, or may be left out if its schema is optional. `seed`,
   * `device` and `threads` are the lab's and need not be declared.
   */
  readonly config: Shape;
  /** Presets, as differences from the defaults. An experiment without a published setting has no `paper`. */
  readonly presets: Readonly<Partial<Record<PresetName, Partial<ConfigOf<Shape>>>>>;
  /**
   * Values of options that depend on others, such as a learning rate for each task. Values that were asked for take
   * precedence. The completed values are kept in the run's configuration and are part of its identity: when the table that
   * they come from changes, new runs are made.
   * @param asked defaults, and the values of preset, file and flags
   * @param preset undefined if none was named
   */
  complete?(asked: AskedOf<Shape>, preset: PresetName | undefined): Completion<Shape>;
  /**
   * Checks options against each other, and the files and devices they name, before a run, a sweep or a reproduction writes
   * anything. A `ThroughlineError` that it throws is shown to the user unchanged, and nothing is started.
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
   * Paths of the input files and folders of a run, by name, such as `{ data: "x.npz" }`; undefined for an input that this
   * configuration does not read. Their contents are part of the run's identity: the run keeps their SHA-256, cannot be resumed
   * if they have changed, and a sweep treats other contents as other cells. `context.input(name)` returns path and hash.
   * @throws ThroughlineError if the paths cannot be determined
   */
  inputs?(
    config: ConfigOf<Shape> & { readonly seed: number },
    root: string,
  ): Promise<Readonly<Record<string, string | undefined>>>;
  /**
   * Number of threads for an operation of this work, at most the `cores` that the process may use: 1 for operations so
   * small that waking a second thread takes longer than it saves. Called once, before the run is created. The option
   * `threads` and OMP_NUM_THREADS take precedence. Default: all cores.
   */
  threads?(config: ConfigOf<Shape>, cores: number): number;
  /**
   * True if several processes can train one model of it (`--ranks`): `run` takes its share of each batch and joins gradients by
   * `context.group`. Default false.
   */
  readonly ranks?: boolean;
  /**
   * The net of a run as it is exported to ONNX: made for the run's configuration, its weights to be loaded, with example
   * inputs, which are disposed of with it.
   */
  network?(run: RunRecord): Promise<RunNetwork>;
  /**
   * The agent of a run, to be watched: a `RunPlayer` of `@throughline/envs`, whose caller closes it. Of an unfinished run it is
   * the agent of the last checkpoint.
   */
  player?(run: RunRecord): Promise<unknown>;
  /** Runs the experiment. Its result becomes `summary.json`. */
  run(context: RunContext<ConfigOf<Shape>>): Promise<Summary>;
  /** The figures of a finished (or unfinished) run, from its files alone. */
  figures?(run: RunRecord): Promise<Readonly<Record<string, Figure>>>;
}

const names: OptionNames<Experiment> = {
  ...{ name: true, purpose: true, config: true, presets: true },
  ...{ complete: true, check: true, inputs: true, threads: true, network: true },
  ...{ player: true, run: true, figures: true, ranks: true },
};

/** A net of a run, as `saveOnnx` takes it. */
export interface RunNetwork {
  /** Name under which the run tracks it. */
  readonly object: string;
  /** Receiver of the weights. */
  readonly module: nn.AnyModule;
  /** Computation to export. Default: the module. */
  readonly compute?: (...inputs: Tensor[]) => unknown;
  /** Examples of the inputs. */
  readonly inputs: readonly Tensor[];
  readonly options: Pick<io.OnnxOptions, "inputNames" | "outputNames" | "dynamicAxes">;
}

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
