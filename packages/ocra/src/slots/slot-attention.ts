// Slot attention (Locatello et al. 2020), with the two extra outputs that OCRA reasons on.
import { type Generator, nn, randn, scope, type Tensor } from "@throughline/torch";
import { checkShape, knownOptions, type OptionNames, wholeNumber } from "@throughline/torch/checks";
import { type Arithmetic, checkArithmetic } from "../nn/arithmetic.js";
import { weightedMeans } from "../nn/precision.js";

/** Added to every attention weight before they are normalised over the inputs. */
const EPS = 1e-8;

/** Samples that this process has of a batch that several share. */
export interface JointBatch {
  /** Samples of all processes together. */
  readonly batch: number;
  /** First of this process's samples, and their number. A sample may have several images. */
  readonly start: number;
  readonly count: number;
}

/** Place of these images among those of the whole batch, so that what is drawn for all keeps generators of several processes in step. */
export function placeIn(
  joint: JointBatch | undefined,
  images: number,
): { readonly all: number; readonly first: number } {
  if (joint === undefined) return { all: images, first: 0 };
  const each = images / joint.count;
  return { all: joint.batch * each, first: joint.start * each };
}

/** Source of the initial slots. They are random in training and in use, and so is the slots' order. */
export interface SlotDraw {
  /** Standard normal numbers [B, K, D] to use instead of drawing any; K may differ from the module's. */
  readonly noise?: Tensor;
  /** Generator of the noise, on the CPU whatever the device. Default: the CPU's default generator. */
  readonly generator?: Generator;
  /** Place of these images in a batch that several processes share: the noise is that of these images in the whole batch. */
  readonly joint?: JointBatch | undefined;
}

/** Output of slot attention for a batch of images: the slots and their attention. */
export interface SlotEncoding {
  /** The slots themselves: [B, K, D]. */
  readonly slots: Tensor;
  /** Features: z = attention · features, [B, K, D]. */
  readonly z: Tensor;
  /** Positions: m = attention · positions, [B, K, D]. */
  readonly m: Tensor;
}

/** `SlotEncoding` with the attention that it comes from. */
export interface AttendedSlots extends SlotEncoding {
  /** Weights of the averages z and m, [B, K, N]; each row sums to 1. */
  readonly attention: Tensor;
  /** Attention that divides the inputs among the slots, [B, K, N]: at each input it sums to 1. */
  readonly shares: Tensor;
}

/** Weights of the inputs, [B, N]; default 1. Not in the paper. */
export interface InputWeights {
  /** Weights in the updates of the slots. */
  readonly slots?: Tensor;
  /** Weights in z and m, on top of the attention of the last iteration. */
  readonly readout?: Tensor;
}

/** One iteration, step by step. */
export interface SlotIteration {
  /** [B, K, D] */
  readonly query: Tensor;
  /** softmax over slots of q · kᵀ / √D: [B, K, N]. */
  readonly shares: Tensor;
  /** Normalised over the inputs: [B, K, N]. */
  readonly attention: Tensor;
  /** attention · v: [B, K, D]. */
  readonly updates: Tensor;
  /** New slots from the GRU, given slots and updates: [B, K, D]. */
  readonly recurrent: Tensor;
  /** The slots after the residual MLP: [B, K, D]. */
  readonly slots: Tensor;
}

/** Options of `SlotAttention`. */
export interface SlotAttentionOptions {
  readonly slots?: number;
  readonly dim?: number;
  readonly iterations?: number;
  /** See `SlotEncoderOptions.learnInitialSlots`. Default false. */
  readonly learnInitialSlots?: boolean;
  /** See `SlotEncoderOptions.arithmetic`. Default `"direct"`. */
  readonly arithmetic?: Arithmetic;
}

const names: OptionNames<SlotAttentionOptions> = {
  slots: true,
  dim: true,
  iterations: true,
  learnInitialSlots: true,
  arithmetic: true,
};

/** Keys and values, as what is asked of them. */
interface Memory {
  /** q · kᵀ: [B, K, D] → [B, K, N]. */
  match(query: Tensor): Tensor;
  /** attention · v: [B, K, N] → [B, K, D]; rows of the attention sum to 1. */
  read(attention: Tensor): Tensor;
}

/**
 * slots ~ mu + sigma · noise; then, `iterations` times, with q = W_q LN(slots), k = W_k LN(inputs), v = W_v LN(inputs):
 *   A = softmax over slots of q · kᵀ / √D, plus 10⁻⁸;  attention = A / Σ over inputs of A
 *   slots ← GRU(attention · v, slots);  slots ← slots + MLP(LN(slots))
 * z and m are averages by the last attention. Where inputs have weights, A is multiplied by theirs.
 * The GRU's hidden state is the slots before their layer norm. mu ~ N(0, 1) and sigma ~ |N(0, 1)|, used as it is.
 * Defaults: 6 slots of 64, 3 iterations. Source: OCRA §2.1, equations 1–2; authors' code.
 */
export class SlotAttention extends nn.Module<
  [inputs: Tensor, features: Tensor, positions: Tensor, draw?: SlotDraw, weights?: InputWeights],
  AttendedSlots
> {
  readonly numSlots: number;
  readonly dim: number;
  readonly iterations: number;
  readonly learnInitialSlots: boolean;
  readonly arithmetic: Arithmetic;
  slots_mu: nn.Parameter;
  slots_sigma: nn.Parameter;
  to_q: nn.Linear;
  to_k: nn.Linear;
  to_v: nn.Linear;
  gru: nn.GRUCell;
  fc1: nn.Linear;
  fc2: nn.Linear;
  norm_input: nn.LayerNorm;
  norm_slots: nn.LayerNorm;
  norm_pre_ff: nn.LayerNorm;

  constructor(options: SlotAttentionOptions = {}) {
    super();
    knownOptions("SlotAttention", names, options);
    const { slots = 6, dim = 64, iterations = 3, learnInitialSlots = false } = options;
    this.numSlots = wholeNumber("SlotAttention: slots", slots, 1);
    this.dim = wholeNumber("SlotAttention: dim", dim, 1);
    this.iterations = wholeNumber("SlotAttention: iterations", iterations, 1);
    this.learnInitialSlots = learnInitialSlots;
    this.arithmetic = checkArithmetic("SlotAttention", options.arithmetic ?? "direct");
    this.slots_mu = scope(() => new nn.Parameter(randn([1, 1, dim])));
    this.slots_sigma = scope(() => new nn.Parameter(randn([1, 1, dim]).abs()));
    this.to_q = new nn.Linear(dim, dim);
    this.to_k = new nn.Linear(dim, dim);
    this.to_v = new nn.Linear(dim, dim);
    this.gru = new nn.GRUCell(dim, dim);
    this.fc1 = new nn.Linear(dim, dim);
    this.fc2 = new nn.Linear(dim, dim);
    this.norm_input = new nn.LayerNorm([dim]);
    this.norm_slots = new nn.LayerNorm([dim]);
    this.norm_pre_ff = new nn.LayerNorm([dim]);
  }

  /** mu + sigma · noise, [batch, K, D]; constant unless `learnInitialSlots`. */
  initialSlots(batch: number, draw: SlotDraw = {}): Tensor {
    return scope(() => {
      const { noise = this.drawNoise(batch, draw) } = draw;
      checkShape("SlotAttention: noise", noise.shape, [batch, "K", this.dim]);
      const { device, dtype } = this.slots_mu;
      const [mu, sigma] = this.learnInitialSlots
        ? [this.slots_mu, this.slots_sigma]
        : [this.slots_mu.detach(), this.slots_sigma.detach()];
      return mu.add(sigma.mul(noise.to({ device, dtype })));
    });
  }

  /** Of a batch that is shared, the noise of all is drawn, so that generators stay in step. */
  private drawNoise(images: number, { generator, joint }: SlotDraw): Tensor {
    const { all, first } = placeIn(joint, images);
    return randn([all, this.numSlots, this.dim], { generator }).narrow(0, first, images);
  }

  /** Every iteration from the first to the last. @param inputs [B, N, D]; @param weights [B, N], default 1. */
  iterate(inputs: Tensor, draw: SlotDraw = {}, weights?: Tensor): SlotIteration[] {
    checkShape("SlotAttention: inputs", inputs.shape, ["B", "N", this.dim]);
    expectWeights(weights, inputs);
    return scope(() => {
      const memory = this.memory(this.norm_input.forward(inputs));
      const steps: SlotIteration[] = [];
      let slots = this.initialSlots(inputs.size(0), draw);
      for (let i = 0; i < this.iterations; i++) {
        const step = scope(() => this.step(slots, memory, weights));
        steps.push(step);
        slots = step.slots;
      }
      return steps;
    });
  }

  /**
   * @param inputs what is attended to, [B, N, D]; @param features [B, N, D] and @param positions [1, N, D], what z and m
   * are averages of.
   */
  override forward(
    inputs: Tensor,
    features: Tensor,
    positions: Tensor,
    draw: SlotDraw = {},
    weights: InputWeights = {},
  ): AttendedSlots {
    return scope(() => {
      expectWeights(weights.readout, inputs);
      const { slots, shares, attention: whole } = this.iterate(inputs, draw, weights.slots).at(-1)!;
      const attention = weights.readout === undefined ? whole : normalised(whole, weights.readout);
      const z = weightedMeans(attention, features);
      const m = weightedMeans(attention, positions.squeeze(0));
      return { slots, z, m, attention, shares };
    });
  }

  /** Keys W_k x + b_k and values W_v x + b_v; if fast, both maps are applied to the few slots instead of the many inputs. */
  private memory(x: Tensor): Memory {
    const { to_k, to_v } = this;
    if (this.arithmetic === "fast") {
      const match = (q: Tensor): Tensor =>
        q
          .matmul(to_k.weight)
          .matmul(x.transpose(1, 2))
          .add(q.matmul(to_k.bias!.unsqueeze(-1)));
      return { match, read: (attention) => to_v.forward(attention.matmul(x)) };
    }
    const [k, v] = [to_k.forward(x), to_v.forward(x)];
    return { match: (q) => q.matmul(k.transpose(1, 2)), read: (attention) => attention.matmul(v) };
  }

  private step(slots: Tensor, memory: Memory, inputWeights: Tensor | undefined): SlotIteration {
    const query = this.to_q.forward(this.norm_slots.forward(slots));
    const shares = memory
      .match(query)
      .mul(this.dim ** -0.5)
      .softmax(1);
    const attention = normalised(shares.add(EPS), inputWeights);
    const updates = memory.read(attention);
    const flat = [-1, this.dim];
    const recurrent = this.gru.forward(updates.reshape(flat), slots.reshape(flat)).viewAs(slots);
    const hidden = this.fc1.forward(this.norm_pre_ff.forward(recurrent)).relu();
    return { query, shares, attention, updates, recurrent, slots: recurrent.add(this.fc2.forward(hidden)) };
  }
}

/** Attention [B, K, N], by the inputs' weights [B, N] if they have any, as shares of its sum over the inputs. */
function normalised(attention: Tensor, weights: Tensor | undefined): Tensor {
  const weighted = weights === undefined ? attention : attention.mul(weights.unsqueeze(1));
  return weighted.div(weighted.sum({ dim: -1, keepdim: true }));
}

function expectWeights(weights: Tensor | undefined, inputs: Tensor): void {
  if (weights !== undefined) checkShape("SlotAttention: weights", weights.shape, inputs.shape.slice(0, 2));
}
