// Emergent symbols through binding (Webb et al. 2021): keys and values in a memory, only keys reach the controller.
import { cat, nn, ones, scope, stack, type Tensor, zeros } from "@throughline/torch";
import { checkShape, knownOptions, type OptionNames } from "@throughline/torch/checks";
import { contextNorm, segmentedContextNorm } from "../nn/context-norm.js";

/** Options of `EsbnController`; the defaults are the authors'. */
export interface EsbnOptions {
  /** Width of the values, which are what the objects look like. Default 128. */
  readonly dim?: number;
  /** Width of the keys. Default 256. */
  readonly keys?: number;
  /** Units of the LSTM. Default 512. */
  readonly hidden?: number;
  /** Number of outputs. Default 1, a score. */
  readonly outputs?: number;
  /** Lengths of the segments that are normalised each by itself. Default: the whole sequence at once. */
  readonly segments?: readonly number[];
}

const names: OptionNames<EsbnOptions> = {
  dim: true,
  keys: true,
  hidden: true,
  outputs: true,
  segments: true,
};

/** Outputs of the controller. */
export interface EsbnRun {
  /** The LSTM's output of each of the T + 1 steps: [T + 1, B, hidden]. */
  readonly hidden: Tensor;
  /** The outputs of the last step: [B, outputs]. */
  readonly outputs: Tensor;
}

/**
 * z = TCN(objects). Over t = 0 … T, with memories K (keys) and V (values) empty and key r = 0 at first:
 *   h = LSTM(r);  k = ReLU(W_k h);  g = σ(W_g h)
 *   w = softmax(V zₜ);  c = σ(gain · V zₜ + bias);  r ← g · Σₛ wₛ [Kₛ, cₛ]  (0 while the memory is empty)
 *   append k to K and zₜ to V
 * The last step, T, has no object: it only reads r from the step before. Outputs: W_y h of that step.
 * Source: Webb et al. 2021, and their code, whose keys these are.
 */
export class EsbnController extends nn.Module<[objects: Tensor]> {
  readonly segments: readonly number[] | null;
  readonly keys: number;
  confidence_gain: nn.Parameter;
  confidence_bias: nn.Parameter;
  gamma: nn.Parameter;
  beta: nn.Parameter;
  lstm: nn.LSTM;
  key_w_out: nn.Linear;
  g_out: nn.Linear;
  y_out: nn.Linear;

  constructor(options: EsbnOptions = {}) {
    super();
    knownOptions("EsbnController", names, options);
    const { dim = 128, keys = 256, hidden = 512, outputs = 1, segments } = options;
    this.keys = keys;
    this.segments = segments ?? null;
    this.confidence_gain = scope(() => new nn.Parameter(ones([1])));
    this.confidence_bias = scope(() => new nn.Parameter(zeros([1])));
    this.gamma = scope(() => new nn.Parameter(ones([dim])));
    this.beta = scope(() => new nn.Parameter(zeros([dim])));
    this.lstm = new nn.LSTM(keys + 1, hidden);
    this.key_w_out = new nn.Linear(hidden, keys);
    this.g_out = new nn.Linear(hidden, 1);
    this.y_out = new nn.Linear(hidden, outputs);
  }

  /** TCN over the sequence, or over each segment. @param objects [B, T, dim]. */
  normalize(objects: Tensor): Tensor {
    const { gamma, beta, segments } = this;
    if (segments === null) return contextNorm(objects, gamma, beta);
    return scope(() => cat(segmentedContextNorm(objects, gamma, beta, segments), 1));
  }

  /** @param objects [B, T, dim] */
  run(objects: Tensor): EsbnRun {
    checkShape("Esbn: objects", objects.shape, ["B", "T", this.gamma.size(0)]);
    const [batch, steps] = objects.shape as [number, number];
    return scope(() => {
      const z = this.normalize(objects);
      const keys: Tensor[] = [];
      const hidden: Tensor[] = [];
      let read = zeros([batch, this.keys + 1], { dtype: z.dtype, device: z.device });
      let state: nn.LstmState | undefined;
      for (let t = 0; t <= steps; t++) {
        const step = scope(() => {
          const [output, next] = this.lstm.forward(read.unsqueeze(0), state);
          const h = output.squeeze(0);
          const key = this.key_w_out.forward(h).relu();
          const known =
            t === 0 || t === steps ? read : this.recall(z, t, keys, this.g_out.forward(h).sigmoid());
          return { h, key, next, known };
        });
        hidden.push(step.h);
        keys.push(step.key);
        state = step.next;
        read = step.known;
      }
      return { hidden: stack(hidden), outputs: this.y_out.forward(hidden.at(-1)!) };
    });
  }

  /** @returns [B, outputs] */
  override forward(objects: Tensor): Tensor {
    return scope(() => this.run(objects).outputs);
  }

  /** g · Σₛ wₛ [Kₛ, cₛ] over the objects before t. */
  private recall(z: Tensor, t: number, keys: readonly Tensor[], gate: Tensor): Tensor {
    const similarity = z.narrow(1, 0, t).matmul(z.select(1, t).unsqueeze(-1)).squeeze(-1); // [B, t]
    const confidence = similarity.mul(this.confidence_gain).add(this.confidence_bias).sigmoid();
    const entries = cat([stack([...keys], 1), confidence.unsqueeze(-1)], -1);
    const read = similarity.softmax(1).unsqueeze(1).matmul(entries).squeeze(1);
    return gate.mul(read);
  }
}
