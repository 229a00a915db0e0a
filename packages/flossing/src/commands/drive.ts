// Drives of a net that is measured: a file, its own task, or a stream.
import { extname } from "node:path";
import { checkInputs, type RunRecord, readInputs } from "@throughline/lab";
import { Generator, io, randint, randn, scope, type Tensor, zeros } from "@throughline/torch";
import type { TrainedNet } from "../checkpoints/load.js";
import { inputsOfRun } from "../train/inputs-of-run.js";
import { refuse } from "./refuse.js";

/** Flags of the drive. */
export interface DriveFlags {
  readonly inputs?: string;
  readonly drive?: "task" | "noise" | "bits" | "zeros";
  readonly steps?: number;
  readonly seed: number;
}

export interface Drive {
  /** [T, B, F], float64 */
  readonly inputs: Tensor;
  /** Description in words. */
  readonly what: string;
}

/** Steps where nothing says how many. */
const STEPS = 1200;
/** Sequences of an .npz that are used. */
const MOST = 8;

/** @throws FlossingError flossing/argument if a file does not fit the net, or there is no task */
export function driveOf(net: TrainedNet, run: RunRecord | undefined, flags: DriveFlags): Drive {
  if (flags.inputs !== undefined) {
    if (flags.drive !== undefined) throw refuse("give --inputs or --drive, not both");
    return fromFile(net, flags.inputs, flags.steps);
  }
  const { steps = STEPS, seed } = flags;
  const hasTask = run?.experiment === "flossing/train";
  const drive = flags.drive ?? (hasTask ? "task" : "noise");
  if (drive !== "task") return stream(net, drive, steps, seed);
  if (!hasTask) throw refuse("--drive task needs a run of flossing/train; give noise, bits or zeros");
  const inputs = inputsOfRun({ ...run.config, ...ownData(run) }, steps, seed);
  if (inputs.size(2) === net.inputSize) return { inputs, what: "its task's inputs" };
  throw refuse(
    `the net reads ${net.inputSize} features, and its task has ${inputs.size(2)}; give --drive or --inputs`,
  );
}

/** Place of a run's own data, if they are what it read. @throws LabError lab/inputs if they have changed */
function ownData(run: RunRecord): { readonly data?: string } {
  const inputs = readInputs(run.path);
  if (inputs?.data === undefined) return {};
  checkInputs(inputs, `the run ${run.id}`);
  return { data: inputs.data.path };
}

function stream(net: TrainedNet, drive: "noise" | "bits" | "zeros", steps: number, seed: number): Drive {
  using generator = Generator.create({ seed });
  const shape = [steps, 1, net.inputSize];
  const options = { dtype: "float64", generator } as const;
  if (drive === "noise") return { inputs: randn(shape, options), what: "standard normal noise" };
  if (drive === "bits") return { inputs: randint(0, 2, shape, options), what: "fair bits" };
  return { inputs: zeros(shape, { dtype: "float64" }), what: "zeros" };
}

/** [T, F] or [T, B, F] of an .npy; of an .npz `inputs`, [sequences, time, features]. */
function fromFile(net: TrainedNet, file: string, steps: number | undefined): Drive {
  const ending = extname(file).toLowerCase();
  if (ending !== ".npy" && ending !== ".npz") throw refuse(`--inputs ${file} is neither .npy nor .npz`);
  /** Reads only `inputs`: other arrays may hold text. */
  const inputsIn = (archive: string): Tensor => {
    using opened = io.openNpz(archive);
    if (!opened.names.includes("inputs")) throw refuse(`${archive} has no array inputs`);
    return opened.get("inputs");
  };
  const inputs = scope(() => {
    const raw = ending === ".npy" ? io.loadNpy(file) : inputsIn(file);
    const wide = raw.to("float64");
    const sequences = ending === ".npz" ? wide.unsqueeze(-1).flatten(2) : wide;
    const timed =
      ending === ".npz"
        ? sequences.narrow(0, 0, Math.min(MOST, sequences.size(0))).transpose(0, 1)
        : wide.ndim === 1
          ? wide.view([-1, 1, 1])
          : wide.ndim === 2
            ? wide.unsqueeze(1)
            : wide;
    if (timed.ndim !== 3 || timed.size(2) !== net.inputSize) {
      throw refuse(`${file} holds [${raw.shape}], and the net reads ${net.inputSize} features at each step`);
    }
    const length = Math.min(steps ?? timed.size(0), timed.size(0));
    return timed.narrow(0, 0, length).contiguous();
  });
  return { inputs, what: file };
}
