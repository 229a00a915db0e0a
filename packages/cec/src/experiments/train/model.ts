// The model of a run of `cec/train`: made from its configuration, saved, and read back.
import { artifactPath, type RunRecord } from "@throughline/lab";
import { findRun } from "@throughline/lab/runs";
import { type Generator, Generator as Generators, io } from "@throughline/torch";
import { AgenticTransformer } from "../../baselines/agentic-transformer.js";
import { DecisionTransformer } from "../../baselines/decision-transformer.js";
import { LstmPolicy } from "../../baselines/lstm-policy.js";
import { keptEpisodes, methods } from "../../baselines/methods.js";
import { CecError } from "../../errors.js";
import { CecPolicy } from "../../policies/cec-policy.js";
import type { SequencePolicy } from "../../policies/sequence-policy.js";
import { name } from "./name.js";
import type { TrainConfig } from "./options.js";

/** What a model sees and does. */
export interface Interface {
  /** Key of the pictures among the observations. */
  readonly key: string;
  /** Rows and columns of the pictures. */
  readonly height: number;
  readonly width: number;
  /** Number of actions. */
  readonly actions: number;
  /** Most steps of an episode. */
  readonly horizon: number;
}

/** The file with a run's weights, among its artifacts; its notes hold the interface. */
export const policyFile = "policy.safetensors";

/** A model with random weights. */
export function makePolicy(config: TrainConfig, seen: Interface, generator: Generator): SequencePolicy {
  const { channels, features, width, layers, heads, chunk } = config;
  const pictures = { height: seen.height, width: seen.width, channels };
  const { actions, horizon } = seen;
  const tokens = { ...{ pictures, actions, width, layers, heads, horizon }, window: chunk };
  switch (methods[config.method].policy) {
    case "DecisionTransformer":
      return new DecisionTransformer(tokens, generator);
    case "AgenticTransformer":
      return new AgenticTransformer({ ...tokens, keepsEpisodes: keptEpisodes(config.env) }, generator);
    case "LstmPolicy":
      return new LstmPolicy({ ...{ pictures, features, actions }, units: width }, generator);
    case "CecPolicy":
      return new CecPolicy(
        {
          inputs: { [seen.key]: { kind: "convnet", ...pictures, features } },
          actions: { count: actions },
          ...{ width, layers, heads, window: chunk },
        },
        generator,
      );
  }
}

/** Writes the weights with what the model sees. */
export function savePolicy(path: string, policy: SequencePolicy, seen: Interface): void {
  io.saveSafetensors(path, policy.stateDict(), { interface: JSON.stringify(seen) });
}

/** A trained model, and the configuration that it was trained with. */
export interface TrainedPolicy {
  readonly run: RunRecord;
  readonly config: TrainConfig;
  readonly seen: Interface;
  readonly policy: SequencePolicy;
}

/**
 * The model of a finished run of `cec/train`.
 * @param typed the run's folder, id, or `latest`
 * @throws CecError `cec/model` for another experiment's run or one that has not finished
 */
export function loadPolicy(typed: string, root: string, device = "cpu"): TrainedPolicy {
  const run = findRun(typed, root, (runs) =>
    runs.filter(({ experiment }) => experiment === name.name).at(-1),
  );
  if (run.experiment !== name.name || run.status !== "finished")
    throw new CecError(
      "model",
      `${run.id} is a run of ${run.experiment} that is ${run.status}; accepted: a finished run of ${name.name}`,
    );
  const path = artifactPath(run.path, policyFile);
  using file = io.openSafetensors(path);
  const seen = JSON.parse(file.metadata.interface ?? "{}") as Interface;
  const config = run.config as unknown as TrainConfig;
  const generator = Generators.create({ seed: 0 });
  try {
    const policy = makePolicy(config, seen, generator);
    policy.loadStateDict(io.loadSafetensors(path) as never);
    policy.eval();
    return { run, config, seen, policy: policy.to({ device }) as SequencePolicy };
  } finally {
    generator.dispose();
  }
}
