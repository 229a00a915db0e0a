// Settings of the papers for each task, input and method, and smaller ones.
import type { ManipulationId } from "@throughline/envs";
import type { PresetName } from "@throughline/lab";
import type { InputName } from "../../robots/tasks.js";
import type { ImitationMethodName } from "./methods.js";

/** Values that depend on preset, task, input and method. */
export interface ImitationSetting {
  /** Width of the transformer, or units of the LSTM. */
  readonly width: number;
  /** Steps of a chunk, and the number of steps that attention looks back; of bc-rnn the steps of a window. */
  readonly chunk: number;
  /** Sequences of an update. */
  readonly batch: number;
  readonly updates: number;
  /** Runs of an evaluation, and episodes of each. */
  readonly runs: number;
  readonly testEpisodes: number;
}

/** Lift: 5 runs of 10 episodes; Can, and ours beyond the paper: 10 runs of 5. */
const tests = (env: ManipulationId): Pick<ImitationSetting, "runs" | "testEpisodes"> =>
  env === "Lift-v0" ? { runs: 5, testEpisodes: 10 } : { runs: 10, testEpisodes: 5 };

/** Samples of an epoch by expertise: 270 demonstrations in sequences of three levels with three each on average. */
const EPOCH = 30;

/** Epochs after which the paper's model was best; Square is not in the paper. */
const epochs: Readonly<Record<ManipulationId, number>> = { "Lift-v0": 33, "Can-v0": 179, "Square-v0": 179 };

/** Single episodes of an update: as many as a sequence has on average. */
const SINGLE = 9;

function paper(env: ManipulationId, input: InputName, method: ImitationMethodName): ImitationSetting {
  if (method === "bc-rnn") {
    const [width, batch, updates] = input === "states" ? [400, 100, 2000 * 500] : [1000, 16, 600 * 500];
    return { width, batch, updates, chunk: 10, ...tests(env) };
  }
  const batch = method === "cec" ? 1 : SINGLE;
  return { width: 400, chunk: 200, batch, updates: epochs[env] * EPOCH, ...tests(env) };
}

function laptop(env: ManipulationId, input: InputName, method: ImitationMethodName): ImitationSetting {
  const common = { width: 128, runs: 5, testEpisodes: 6 };
  const isLong = env !== "Lift-v0";
  if (method === "bc-rnn") {
    const [batch, updates] = input === "states" ? [100, isLong ? 12_000 : 6000] : [16, isLong ? 8000 : 4000];
    return { ...common, batch, updates, chunk: 10 };
  }
  const batch = method === "cec" ? 1 : SINGLE;
  const many = input === "states" ? 3000 : 600;
  return { ...common, batch, updates: isLong ? many : many / 2, chunk: 200 };
}

const smoke = { width: 16, updates: 3, runs: 2, testEpisodes: 1 };

/** The settings of a preset. */
export function imitationSetting(
  preset: PresetName,
  env: ManipulationId,
  input: InputName,
  method: ImitationMethodName,
): ImitationSetting {
  if (preset === "paper") return paper(env, input, method);
  if (preset === "laptop") return laptop(env, input, method);
  return method === "bc-rnn" ? { ...smoke, batch: 4, chunk: 10 } : { ...smoke, batch: 1, chunk: 50 };
}
