// Recurrent proximal policy optimisation (Schulman et al. 2017): the whole learning rule. Details follow Huang et al. 2022
// and, for memory, whole sequences from stored states (Kapturowski et al. 2019), cut into windows for backpropagation through time.
import type { LaneEnd, VectorEnv } from "@throughline/envs";
import {
  fromTypedArray,
  type Generator,
  noGrad,
  optim,
  scope,
  stack,
  type Tensor,
  zeros,
} from "@throughline/torch";
import { generalisedAdvantages } from "./advantages.js";
import { actionsOf, policyOf, type RecurrentAgent } from "./agent.js";
import { ppoLoss } from "./loss.js";
import { shapedReward } from "./reward.js";

/** Settings of the learning rule. */
export interface PpoOptions {
  /** Steps of each lane between two updates; a multiple of `window`. */
  readonly steps: number;
  /** Steps of backpropagation through time. */
  readonly window: number;
  readonly epochs: number;
  /** Windows of one lane are never divided; each minibatch has lanes · steps / window / minibatches of them. */
  readonly minibatches: number;
  readonly gamma: number;
  readonly lambda: number;
  readonly clip: number;
  readonly valueWeight: number;
  /** Bound of the gradient's norm. */
  readonly maxGradNorm: number;
}

/** Rates that change over a run. */
export interface Rates {
  readonly lr: number;
  readonly entropy: number;
}

/** An update, in numbers. */
export interface Update {
  readonly policy: number;
  readonly value: number;
  readonly entropy: number;
  readonly kl: number;
  readonly clipShare: number;
  /** 1 − Var(target − value) / Var(target): 1 for a perfect critic. */
  readonly explained: number;
  readonly gradNorm: number;
}

/** The recorded steps of all lanes: T steps, N lanes. */
interface Rollout {
  /** uint8 [T, N, height, width, 3] */
  readonly pictures: Tensor;
  /** bool [T, N]: an episode begins with that picture. */
  readonly begins: Tensor;
  /** int64 [T, N] */
  readonly actions: Tensor;
  /** [T, N] */
  readonly logProbs: Tensor;
  readonly values: Tensor;
  readonly rewards: Float32Array;
  readonly ends: Float32Array;
  /** The memory before each window, [windows, N, …]. */
  readonly states: Tensor;
  /** The critic's values after the last step, [N]. */
  readonly last: Float32Array;
}

/** One agent that learns in one vector of environments. */
export class Ppo {
  readonly agent: RecurrentAgent;
  readonly #options: PpoOptions;
  readonly #optimizer: optim.Adam;
  readonly #generator: Generator;
  #vector: VectorEnv;
  #observations: Tensor;
  #state: Tensor;
  #begins: Tensor;

  /** @param generator of actions and of the order of minibatches; the vector must have been reset */
  constructor(
    agent: RecurrentAgent,
    options: PpoOptions,
    generator: Generator,
    vector: VectorEnv,
    observations: Tensor,
  ) {
    this.agent = agent;
    this.#options = options;
    this.#generator = generator;
    // Epsilon 1e-5, as the authors' code has it (Huang et al. 2022).
    this.#optimizer = new optim.Adam(agent.parameters(), { lr: 0, eps: 1e-5 });
    this.#vector = vector;
    this.#observations = observations;
    this.#state = agent.start(vector.lanes).keep();
    this.#begins = fromTypedArray(new Uint8Array(vector.lanes).fill(1), [vector.lanes], {
      dtype: "bool",
    }).keep();
  }

  /** Continues in another vector, which was reset, with a cleared memory. */
  enter(vector: VectorEnv, observations: Tensor): void {
    this.#vector = vector;
    this.#observations = observations;
    noGrad(() => {
      this.#state.zero_();
      this.#begins.fill_(true);
    });
  }

  /** Plays `steps` steps in every lane and learns from them. @param onEnd is told of each episode that ends */
  update(rates: Rates, onEnd: (end: LaneEnd) => void): Update {
    return scope(() => {
      const rollout = noGrad(() => this.#play(onEnd));
      return this.#learn(rollout, rates);
    });
  }

  stateDict(): unknown {
    return {
      agent: this.agent.stateDict(),
      optimizer: this.#optimizer.stateDict(),
      vector: this.#vector.stateDict(),
      state: this.#state,
      begins: this.#begins,
    };
  }

  loadStateDict(state: {
    readonly agent: ReturnType<RecurrentAgent["stateDict"]>;
    readonly optimizer: never;
    readonly vector: never;
    readonly state: Tensor;
    readonly begins: Tensor;
  }): void {
    this.agent.loadStateDict(state.agent);
    this.#optimizer.loadStateDict(state.optimizer);
    this.#observations = this.#vector.loadStateDict(state.vector);
    noGrad(() => {
      this.#state.copy_(state.state);
      this.#begins.copy_(state.begins);
    });
  }

  dispose(): void {
    this.#state.dispose();
    this.#begins.dispose();
    this.#optimizer.dispose();
  }

  #play(onEnd: (end: LaneEnd) => void): Rollout {
    const { steps, window, gamma } = this.#options;
    const { lanes, observationSpace } = this.#vector;
    const pictures = zeros([steps, lanes, ...observationSpace.shape], { dtype: "uint8" });
    const begins = zeros([steps, lanes], { dtype: "bool" });
    const actions = zeros([steps, lanes], { dtype: "int64" });
    const [logProbs, values] = [zeros([steps, lanes]), zeros([steps, lanes])];
    const [rewards, ends] = [new Float32Array(steps * lanes), new Float32Array(steps * lanes)];
    const states: Tensor[] = [];
    for (let step = 0; step < steps; step++) {
      if (step % window === 0) states.push(this.#state.clone());
      scope(() => {
        pictures.select(0, step).copy_(this.#observations);
        begins.select(0, step).copy_(this.#begins);
        const {
          logits,
          values: judged,
          state,
        } = this.agent.forward(this.#observations.unsqueeze(0), this.#state, this.#begins.unsqueeze(0));
        const policy = policyOf(logits.squeeze(0));
        const chosen = policy.sample([], { generator: this.#generator });
        actions.select(0, step).copy_(chosen);
        logProbs.select(0, step).copy_(policy.logProb(chosen));
        values.select(0, step).copy_(judged.squeeze(0));
        this.#state.copy_(state);
        const result = this.#vector.step(actionsOf(chosen));
        const begun = new Uint8Array(lanes);
        for (let lane = 0; lane < lanes; lane++) {
          rewards[step * lanes + lane] = shapedReward(result.rewards[lane]!);
          begun[lane] = result.terminated[lane]! | result.truncated[lane]!;
          ends[step * lanes + lane] = begun[lane]!;
        }
        // An episode that is cut off would have gone on: its last reward is given the value of what it saw last (Pardo et al. 2018).
        for (const end of result.ends) {
          if (end.truncated) rewards[step * lanes + end.lane]! += gamma * this.#valueOf(end);
          onEnd(end);
        }
        this.#observations = result.observations;
        this.#begins.copy_(fromTypedArray(begun, [lanes], { dtype: "bool" }));
      });
    }
    const { values: after } = this.agent.forward(
      this.#observations.unsqueeze(0),
      this.#state,
      this.#begins.unsqueeze(0),
    );
    const last = after.squeeze(0).toTypedArray() as Float32Array;
    return { pictures, begins, actions, logProbs, values, rewards, ends, states: stack(states), last };
  }

  /** The critic's value of an episode's last picture, with the memory that the lane has had. */
  #valueOf({ lane, finalObservation }: LaneEnd): number {
    return scope(() => {
      const shape = [1, 1, ...this.#vector.observationSpace.shape];
      const picture = fromTypedArray(finalObservation, shape);
      const { values } = this.agent.forward(
        picture,
        this.#state.narrow(0, lane, 1),
        zeros([1, 1], { dtype: "bool" }),
      );
      return values.item();
    });
  }

  #learn(rollout: Rollout, rates: Rates): Update {
    const { gamma, lambda, epochs, minibatches, window } = this.#options;
    const { lanes } = this.#vector;
    const values = rollout.values.toTypedArray() as Float32Array;
    const { advantages, targets } = generalisedAdvantages({ ...rollout, values }, gamma, lambda);
    const shape = rollout.values.shape;
    const windows = shape[0]! / window;
    /** [T, N, …] as [window, windows · N, …]: every window of every lane is one sequence. */
    const asSequences = (tensor: Tensor): Tensor =>
      tensor
        .reshape([windows, window, ...tensor.shape.slice(1)])
        .transpose(0, 1)
        .flatten(1, 2);
    const sequences = {
      pictures: asSequences(rollout.pictures),
      begins: asSequences(rollout.begins),
      actions: asSequences(rollout.actions),
      logProbs: asSequences(rollout.logProbs),
      advantages: asSequences(fromTypedArray(advantages, shape)),
      targets: asSequences(fromTypedArray(targets, shape)),
      states: rollout.states.flatten(0, 1),
    };
    for (const group of this.#optimizer.paramGroups) group.lr = rates.lr;
    const sums = { policy: 0, value: 0, entropy: 0, kl: 0, clipShare: 0, gradNorm: 0 };
    let count = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = this.#shuffled(windows * lanes);
      for (const chosen of order.chunk(minibatches)) {
        const found = scope(() => this.#step(sequences, chosen, rates));
        for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += found[name];
        count++;
      }
    }
    const means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
    return { ...(means as typeof sums), explained: explainedVariance(values, targets) };
  }

  #shuffled(count: number): Tensor {
    return zeros([count]).uniform_(0, 1, { generator: this.#generator }).argsort();
  }

  #step(
    sequences: Readonly<
      Record<"pictures" | "begins" | "actions" | "logProbs" | "advantages" | "targets" | "states", Tensor>
    >,
    chosen: Tensor,
    { entropy }: Rates,
  ) {
    const { clip, valueWeight, maxGradNorm } = this.#options;
    const take = (name: keyof typeof sequences): Tensor => sequences[name].indexSelect(1, chosen);
    const { logits, values } = this.agent.forward(
      take("pictures"),
      sequences.states.indexSelect(0, chosen),
      take("begins"),
    );
    const found = ppoLoss(
      {
        logits: logits.flatten(0, 1),
        values: values.flatten(),
        actions: take("actions").flatten(),
        oldLogProbs: take("logProbs").flatten(),
        advantages: take("advantages").flatten(),
        targets: take("targets").flatten(),
      },
      { clip, value: valueWeight, entropy },
    );
    this.#optimizer.zeroGrad();
    found.loss.backward();
    const gradNorm = optim.clipGradNorm_(this.agent.parameters(), maxGradNorm).item();
    this.#optimizer.step();
    const { loss: _, ...parts } = found;
    return { ...parts, gradNorm };
  }
}

/** 1 − Var(target − value) / Var(target); 0 where targets do not vary. */
export function explainedVariance(values: ArrayLike<number>, targets: ArrayLike<number>): number {
  const variance = (numbers: readonly number[]): number => {
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    return numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
  };
  const all = variance(Array.from(targets));
  const left = variance(Array.from(targets, (target, at) => target - values[at]!));
  return all === 0 ? 0 : 1 - left / all;
}
