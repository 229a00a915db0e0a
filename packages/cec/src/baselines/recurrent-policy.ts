// Behaviour cloning with a recurrent network, as robomimic's BC-RNN: the baseline of manipulation.
import { cat, type Generator, nn, scope, type Tensor, zeros } from "@throughline/torch";
import { wholeNumber } from "@throughline/torch/checks";
import type { PolicyInput } from "../policies/cec-options.js";
import { mixtureOf } from "../policies/continuous-actions.js";
import { encodersOf, missingObservation, type ObservationEncoder } from "../policies/encoders.js";
import type {
  ActionDistribution,
  Decision,
  Memory,
  SequencePolicy,
  Steps,
} from "../policies/sequence-policy.js";

/** Sizes of a `RecurrentPolicy`. */
export interface RecurrentPolicyOptions {
  /** The observations by key. */
  readonly inputs: Readonly<Record<string, PolicyInput>>;
  /** Numbers of an action. */
  readonly dimensions: number;
  /** Units of each layer. Robomimic: 400 on states, 1000 on pictures. */
  readonly units: number;
  /** Layers of the LSTM. Default: 2. */
  readonly layers?: number;
  /** Gaussians of the mixture. Default: 5. */
  readonly modes?: number;
  /** Steps after which the memory is empty again, those of its training sequences. Default: 10. */
  readonly horizon?: number;
}

/**
 * Observations → LSTM → one linear layer to a mixture of Gaussians (Mandlekar et al. 2021). Its memory is emptied after every `horizon` steps,
 * counted from the begin of a sequence, as in robomimic's rollouts. Memory: float32 [B, 1], steps since it was empty; h and c of all layers
 * [B, 2 · layers, units].
 */
export class RecurrentPolicy
  extends nn.Module<[steps: Steps, memory: Memory], Decision>
  implements SequencePolicy
{
  readonly isConditioned = false;
  readonly encoders: nn.ModuleDict<Record<string, ObservationEncoder>>;
  readonly memory: nn.LSTM;
  readonly decoder: nn.Linear;
  readonly #modes: number;
  readonly #horizon: number;

  /**
   * Weights as PyTorch's.
   * @param generator of the weights
   * @throws TorchError `torch/argument` for sizes that are not whole
   */
  constructor(options: RecurrentPolicyOptions, generator: Generator) {
    super();
    const { inputs, dimensions, units, layers = 2, modes = 5, horizon = 10 } = options;
    for (const [what, size] of Object.entries({ dimensions, units, layers, modes, horizon }))
      wholeNumber(`RecurrentPolicy: ${what}`, size, 1);
    this.#modes = modes;
    this.#horizon = horizon;
    const made = encodersOf(inputs, generator);
    const features = made.reduce((sum, [, encoder]) => sum + encoder.features, 0);
    this.encoders = new nn.ModuleDict(Object.fromEntries(made));
    this.memory = new nn.LSTM(features, units, { numLayers: layers, batchFirst: true });
    this.decoder = new nn.Linear(units, modes * (1 + 2 * dimensions));
    const bound = 1 / Math.sqrt(units);
    for (const parameter of [...this.memory.parameters(), ...this.decoder.parameters()])
      nn.init.uniform_(parameter, { a: -bound, b: bound, generator });
  }

  /** Steps after which nothing is remembered. */
  get window(): number {
    return this.#horizon;
  }

  start(count: number): Memory {
    const { device } = this.decoder.weight;
    const { numLayers, hiddenSize } = this.memory;
    return [zeros([count, 1], { device }), zeros([count, 2 * numLayers, hiddenSize], { device })];
  }

  /** @throws CecError `cec/policy` if an observation is missing */
  override forward(steps: Steps, memory: Memory): Decision {
    return scope(() => {
      const features = this.#features(steps);
      const total = features.size(1);
      const outputs: Tensor[] = [];
      let [count, state] = memory as [Tensor, Tensor];
      for (let at = 0; at < total; ) {
        const length = Math.min(total - at, this.#stepsUntilEmpty(count));
        // Emptied where a whole stretch has been seen.
        const isFull = count.ge(this.#horizon);
        const begun = state.maskedFill(isFull.unsqueeze(-1), 0);
        const [output, after] = this.#pass(features.narrow(1, at, length), begun);
        outputs.push(output);
        state = after;
        count = count.maskedFill(isFull, 0).add(length);
        at += length;
      }
      const all = outputs.length === 1 ? outputs[0]! : cat(outputs, 1);
      return { actions: this.#actionsOf(this.decoder.forward(all)), memory: [count, state] };
    });
  }

  /** Steps until the memory of a sequence is emptied; at its begin those of a whole stretch. */
  #stepsUntilEmpty(count: Tensor): number {
    const most = count.remainder(this.#horizon).max().item();
    return this.#horizon - most;
  }

  #features({ observations, times, ...rest }: Steps): Tensor {
    const size = times.shape.slice(0, 2);
    const parts = Object.entries(this.encoders.items).map(([key, encoder]) => {
      const given = observations[key];
      if (given === undefined) throw missingObservation(key, { observations, times, ...rest });
      return encoder.forward(given.flatten(0, 1)).unflatten(0, size);
    });
    return cat(parts, -1);
  }

  #pass(features: Tensor, state: Tensor): [outputs: Tensor, after: Tensor] {
    const { numLayers } = this.memory;
    // [B, 2 · layers, units] to [layers, B, units] of h and of c.
    const [h, c] = [0, numLayers].map((from) =>
      state.narrow(1, from, numLayers).transpose(0, 1).contiguous(),
    ) as [Tensor, Tensor];
    const [outputs, after] = this.memory.forward(features, [h, c]);
    return [
      outputs,
      cat([...after], 0)
        .transpose(0, 1)
        .contiguous(),
    ];
  }

  #actionsOf(numbers: Tensor): ActionDistribution {
    const modes = this.#modes;
    const each = (numbers.size(-1) - modes) / 2;
    const part = (from: number): Tensor => numbers.narrow(-1, from, each).unflatten(-1, [modes, -1]);
    return mixtureOf(numbers.narrow(-1, 2 * each, modes), part(0), part(each));
  }
}
