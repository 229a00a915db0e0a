// A recurrent agent: pictures, memory, a policy and a critic.
import { distributions, type Generator, nn, noGrad, scope, type Tensor } from "@throughline/torch";
import { ImpalaConvNet, type ImpalaSizes } from "../nn/impala.js";

/** Sizes of an agent. */
export interface AgentSizes extends ImpalaSizes {
  /** The recurrent cell. */
  readonly memory: "lstm" | "gru";
  /** Units of the memory. */
  readonly units: number;
  /** Number of actions. */
  readonly actions: number;
}

/** Logits and values of steps; T may be 1. */
export interface Judgement {
  /** [T, N, actions] */
  readonly logits: Tensor;
  /** [T, N] */
  readonly values: Tensor;
  /** The memory after the last step, [N, …]. */
  readonly state: Tensor;
}

/** ConvNet → LSTM or GRU → two linear heads. */
export class RecurrentAgent extends nn.Module<[pictures: Tensor, state: Tensor, begins: Tensor], Judgement> {
  readonly encoder: ImpalaConvNet;
  readonly memory: nn.LSTMCell | nn.GRUCell;
  readonly policy: nn.Linear;
  readonly critic: nn.Linear;

  /**
   * Weights are orthogonal with gain √2, those of the policy's head with 0.01 and the critic's with 1; biases are 0 (Huang et al. 2022).
   * @param generator of the weights
   */
  constructor({ memory, units, actions, ...sizes }: AgentSizes, generator: Generator) {
    super();
    this.encoder = new ImpalaConvNet(sizes);
    const Cell = memory === "lstm" ? nn.LSTMCell : nn.GRUCell;
    this.memory = new Cell(sizes.features, units);
    this.policy = new nn.Linear(units, actions);
    this.critic = new nn.Linear(units, 1);
    noGrad(() => {
      for (const [name, parameter] of this.namedParameters()) {
        const gain = name.startsWith("policy")
          ? 0.01
          : name.startsWith("critic") || name.startsWith("memory")
            ? 1
            : Math.SQRT2;
        if (parameter.ndim < 2) nn.init.zeros_(parameter);
        else nn.init.orthogonal_(parameter, { gain, generator });
      }
    });
  }

  /** The memory before a first step. @returns [lanes, …] */
  start(lanes: number): Tensor {
    return this.memory.start(lanes);
  }

  /**
   * Judges steps in order.
   * @param pictures uint8 [T, N, height, width, 3]
   * @param state the memory before the first step, [N, …]
   * @param begins bool [T, N]: true where a new episode begins with that picture, before which the memory is cleared
   */
  override forward(pictures: Tensor, state: Tensor, begins: Tensor): Judgement {
    return scope(() => {
      const [steps, lanes] = pictures.shape as [number, number];
      const features = this.encoder.forward(pictures.flatten(0, 1)).reshape([steps, lanes, -1]);
      const { outputs, state: after } = nn.scan(this.memory, features, state, { resets: begins });
      return {
        logits: this.policy.forward(outputs),
        values: this.critic.forward(outputs).squeeze(-1),
        state: after,
      };
    });
  }
}

/** Distribution of actions of logits [..., actions]. */
export function policyOf(logits: Tensor): distributions.Categorical {
  return new distributions.Categorical({ logits, validateArgs: false });
}

/** Actions that were drawn, int64 [lanes], as the numbers that a vector of environments takes. */
export function actionsOf(drawn: Tensor): number[] {
  return Array.from(drawn.toTypedArray() as BigInt64Array, Number);
}
