// The model of a run of `cec/train`: made from its configuration, saved, and read back.
import { artifactPath, type RunRecord } from "@throughline/lab";
import { type Generator, Generator as Generators, io, scope, TorchError } from "@throughline/torch";
import { z } from "zod";
import { AgenticTransformer } from "../../baselines/agentic-transformer.js";
import { DecisionTransformer } from "../../baselines/decision-transformer.js";
import { LstmPolicy } from "../../baselines/lstm-policy.js";
import { keptEpisodes, methods } from "../../baselines/methods.js";
import { CecError } from "../../errors.js";
import { CecPolicy } from "../../policies/cec-policy.js";
import type { SequencePolicy } from "../../policies/sequence-policy.js";
import { finishedRun } from "./model-run.js";
import type { TrainConfig } from "./options.js";

const count = z.int().min(1);

const interfaceSchema = z.object({
  /** Key of the pictures among the observations. */
  key: z.string(),
  /** Rows and columns of the pictures. */
  height: count,
  width: count,
  /** Number of actions. */
  actions: count,
  /** Most steps of an episode. */
  horizon: count,
});

/** What a model sees and does. */
export type Interface = Readonly<z.infer<typeof interfaceSchema>>;

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
 * @param typed the run's folder, id, the beginning of one, or `latest`, the last finished one
 * @throws CecError `cec/model` for another experiment's run, one that has not finished, or weights that are not its own; LabError `lab/no-run`
 */
export function loadPolicy(typed: string, root: string, device = "cpu"): TrainedPolicy {
  const run = finishedRun(typed, root);
  const path = artifactPath(run.path, policyFile);
  const seen = interfaceIn(path);
  const config = run.config as unknown as TrainConfig;
  const generator = Generators.create({ seed: 0 });
  try {
    const policy = makePolicy(config, seen, generator);
    loadWeights(policy, path, run.id);
    policy.eval();
    return { run, config, seen, policy: policy.to({ device }) as SequencePolicy };
  } finally {
    generator.dispose();
  }
}

/** What the model of a file sees and does. @throws CecError `cec/model`; the `io/…` errors of safetensors */
function interfaceIn(path: string): Interface {
  using file = io.openSafetensors(path);
  try {
    return interfaceSchema.parse(JSON.parse(file.metadata.interface ?? "null"));
  } catch (error) {
    throw new CecError("model", `${path} does not say what its model sees; accepted: what cec/train wrote`, {
      cause: error,
    });
  }
}

/** @throws CecError `cec/model` for weights of another architecture than the policy's, which is then given back */
function loadWeights(policy: SequencePolicy, path: string, run: string): void {
  try {
    scope(() => policy.loadStateDict(io.loadSafetensors(path) as never));
  } catch (error) {
    policy.dispose();
    if (!(error instanceof TorchError) || error.code !== "torch/state-dict") throw error;
    const [, first = ""] = error.message.split("\n");
    throw new CecError(
      "model",
      `the weights of ${run} are not of the architecture that its configuration has: ${first.trim()}`,
      { cause: error },
    );
  }
}
