// The agent of a run of `cec/source`.
import { ACTION_SETS, type MazeKind, mazeKind, type ViewOptions } from "@throughline/envs";
import { LabError, latestCheckpoint, type RunRecord } from "@throughline/lab";
import { Generator, io, scope, type Tensor } from "@throughline/torch";
import { RecurrentAgent } from "./agent.js";
import type { SourceConfig } from "./options.js";

/** Place of the agent's weights in a checkpoint. */
const WEIGHTS = "learner.ppo.agent.";

/** An agent, and the level that it has come to. */
export interface RunAgent {
  readonly agent: RecurrentAgent;
  readonly kind: MazeKind;
  /** The maze of its level. */
  readonly options: ViewOptions;
  /** Updates that it has learned by. */
  readonly updates: number;
}

/**
 * The agent of a run's last checkpoint, so that it can be seen while it learns.
 * @throws LabError `lab/no-run` if the run has no checkpoint yet
 */
export function runAgent(run: RunRecord): RunAgent {
  const config = run.config as SourceConfig;
  const last = latestCheckpoint(run);
  if (last === undefined)
    throw new LabError("lab/no-run", `${run.id} has no checkpoint yet, so there is no agent to be watched`);
  const { index } = last.objects.learner as { readonly index: number };
  const kind = mazeKind(config.env);
  const all = kind.levels.slice(0, config.hardest + 1);
  const levels = config.curriculum ? all : all.slice(-1);
  const { height, width } = config;
  const options: ViewOptions = { height, width, ...levels[Math.min(index, levels.length - 1)] };
  const actions = ACTION_SETS[kind.complete(options).actions].length;
  const { channels, features, memory, units } = config;
  const sizes = { height, width, channels, features, memory, units, actions };
  using generator = Generator.create({ seed: 0 });
  const agent = new RecurrentAgent(sizes, generator);
  scope(() => {
    const tensors = io.loadSafetensors(last.file);
    const state: Record<string, Tensor> = {};
    for (const [name, tensor] of Object.entries(tensors))
      if (name.startsWith(WEIGHTS)) state[name.slice(WEIGHTS.length)] = tensor;
    agent.loadStateDict(state, { source: last.file });
  });
  return { agent, kind, options, updates: last.steps };
}
