// Recurrent layers over whole sequences, each one operator.
import { choice } from "../checks/index.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { inSinglePrecision, leavesAutocast } from "./lstm-half.js";
import { PackedSequence } from "./packed-sequence.js";
import { checkPair, Recurrent, type RecurrentOptions } from "./rnn-base.js";

type Single = [x: Tensor, state?: Tensor];
type SingleOut = [output: Tensor, state: Tensor];
type PackedOut<State> = [output: PackedSequence, state: State];

/** Recurrent layers with one state. */
abstract class SingleState extends Recurrent<Single, SingleOut> {
  protected abstract readonly operator: string;

  /**
   * @param x [time, batch, input], or [batch, time, input] if `batchFirst`, or [time, input] without a batch.
   * @param state the initial state, [layers · directions, batch, hidden]; default: zeros.
   * @returns the last layer's states at every time [time, batch, directions · hidden], and every layer's last state.
   * Packed sequences (`utils.rnn.packPaddedSequence`) give packed states, and the last of each sequence.
   * @throws TorchError if the sizes do not fit.
   */
  override forward(x: PackedSequence, state?: Tensor): PackedOut<Tensor>;
  override forward(x: Tensor, state?: Tensor): SingleOut;
  override forward(x: Tensor | PackedSequence, state?: Tensor): SingleOut | PackedOut<Tensor> {
    if (x instanceof PackedSequence) return this.runPacked(x, state);
    const shape = this.stateShape(x, this.hiddenSize);
    if (state !== undefined) this.checkState(state, shape, "a state");
    if (shape.length === 3 && state !== undefined) return this.run(x, state, this.batchFirst);
    return scope((): SingleOut => {
      const start = state ?? zeros(shape, x);
      if (shape.length === 3) return this.run(x, start, this.batchFirst);
      const [output, last] = this.run(
        call("aten::unsqueeze", x, 1),
        call("aten::unsqueeze", start, 1),
        false,
      );
      return [call("aten::squeeze.dim", output, 1), call("aten::squeeze.dim", last, 1)];
    });
  }

  private runPacked(x: PackedSequence, state: Tensor | undefined): PackedOut<Tensor> {
    const operator = this.operator.replace(".input", ".data");
    const states = state === undefined ? undefined : [state];
    const [output, last] = this.overPacked(x, states, [this.hiddenSize], ([start]) =>
      call<Tensor[]>(operator, x.data, x.batchSizes, start, ...this.packedSettings()),
    );
    return [output, last[0]!];
  }

  private run(x: Tensor, state: Tensor, batchFirst: boolean): SingleOut {
    return call<SingleOut>(this.operator, x, state, ...this.settings(batchFirst));
  }
}

function zeros(shape: readonly number[], like: Tensor): Tensor {
  return call("aten::new_zeros", like, shape);
}

/** Options of `RNN`. */
export interface RnnOptions extends RecurrentOptions {
  /** Default `"tanh"`. */
  readonly nonlinearity?: "tanh" | "relu";
}

/** Elman's recurrent network hₜ = tanh(W_ih · xₜ + b_ih + W_hh · hₜ₋₁ + b_hh) (Elman 1990), or relu instead of tanh. */
export class RNN extends SingleState {
  readonly nonlinearity: "tanh" | "relu";
  protected override readonly operator: string;

  constructor(inputSize: number, hiddenSize: number, options: RnnOptions = {}) {
    const nonlinearity = choice("RNN: nonlinearity", options.nonlinearity ?? "tanh", ["tanh", "relu"]);
    super(1, inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
    this.operator = `aten::rnn_${this.nonlinearity}.input`;
  }
}

/**
 * Gated recurrent unit: r = σ(W_ir x + b_ir + W_hr h + b_hr), z = σ(W_iz x + b_iz + W_hz h + b_hz),
 * n = tanh(W_in x + b_in + r · (W_hn h + b_hn)), h′ = (1 − z) · n + z · h (Cho et al. 2014; r after the product, as in
 * cuDNN). The rows of the weights are in the order r, z, n.
 */
export class GRU extends SingleState {
  protected override readonly operator: string = "aten::gru.input";

  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(3, inputSize, hiddenSize, options);
  }
}

/** Options of `LSTM`. */
export interface LstmOptions extends RecurrentOptions {
  /** Size that h is projected to by `weight_hr_l0`. Default 0: no projection. */
  readonly projSize?: number;
}

/** State of an LSTM: (h, c). */
export type LstmState = [h: Tensor, c: Tensor];
type LstmOut = [output: Tensor, state: LstmState];

/**
 * Long short-term memory: i, f, o = σ(W x + b + W′ h + b′), g = tanh(W x + b + W′ h + b′), c′ = f · c + i · g, h′ =
 * o · tanh(c′) (Hochreiter and Schmidhuber 1997; Gers et al. 2000). The rows of the weights are in the order i, f,
 * g, o.
 *
 * Inside CPU autocast it computes in half precision if the processor has an LSTM in it, else in float32, with a
 * warning.
 */
export class LSTM extends Recurrent<[x: Tensor, state?: Readonly<LstmState>], LstmOut> {
  constructor(inputSize: number, hiddenSize: number, options: LstmOptions = {}) {
    super(4, inputSize, hiddenSize, options);
  }

  /**
   * @param x [time, batch, input], or [batch, time, input] if `batchFirst`, or [time, input] without a batch.
   * @param state h [layers · directions, batch, projSize or hidden] and c [layers · directions, batch, hidden];
   * default: zeros.
   * @returns the last layer's h at every time, and every layer's last (h, c).
   * Packed sequences (`utils.rnn.packPaddedSequence`) give packed states, and the last of each sequence.
   * @throws TorchError if the sizes do not fit.
   */
  override forward(x: PackedSequence, state?: Readonly<LstmState>): PackedOut<LstmState>;
  override forward(x: Tensor, state?: Readonly<LstmState>): LstmOut;
  override forward(x: Tensor | PackedSequence, state?: Readonly<LstmState>): LstmOut | PackedOut<LstmState> {
    if (state !== undefined) checkPair("LSTM", state);
    if (x instanceof PackedSequence) return this.runPacked(x, state);
    const { batchFirst, hiddenSize, projSize } = this;
    const shapes = [this.stateShape(x, projSize || hiddenSize), this.stateShape(x, hiddenSize)];
    state?.forEach((part, i) => {
      this.checkState(part, shapes[i]!, i === 0 ? "h" : "c");
    });
    return scope((): LstmOut => {
      const start = state ?? shapes.map((shape) => zeros(shape, x));
      if (shapes[0]!.length === 3) return this.run(x, start, batchFirst);
      const parts = start.map((part) => call("aten::unsqueeze", part, 1));
      const [output, last] = this.run(call("aten::unsqueeze", x, 1), parts, false);
      const [h, c] = last.map((part) => call("aten::squeeze.dim", part, 1)) as LstmState;
      return [call("aten::squeeze.dim", output, 1), [h, c]];
    });
  }

  private runPacked(x: PackedSequence, state: Readonly<LstmState> | undefined): PackedOut<LstmState> {
    const sizes = [this.projSize || this.hiddenSize, this.hiddenSize];
    const run = (widen: (part: Tensor) => Tensor): PackedOut<LstmState> => {
      const [output, last] = this.overPacked(x, state, sizes, (start) => {
        const [weights, ...rest] = this.packedSettings() as [readonly Tensor[], ...unknown[]];
        return call<Tensor[]>(
          "aten::lstm.data",
          widen(x.data),
          x.batchSizes,
          start.map(widen),
          weights.map(widen),
          ...rest,
        );
      });
      return [output, last as LstmState];
    };
    if (this.projSize > 0 || !leavesAutocast(x.data)) return run((part) => part);
    return inSinglePrecision(run);
  }

  private run(x: Tensor, state: readonly Tensor[], batchFirst: boolean): LstmOut {
    const settings = this.settings(batchFirst);
    if (this.projSize > 0 || !leavesAutocast(x)) return lstm(x, state, settings);
    const [weights, ...rest] = settings as [readonly Tensor[], ...unknown[]];
    return inSinglePrecision((widen) => lstm(widen(x), state.map(widen), [weights.map(widen), ...rest]));
  }
}

function lstm(x: Tensor, state: readonly Tensor[], settings: readonly unknown[]): LstmOut {
  const [output, h, c] = call<[Tensor, Tensor, Tensor]>("aten::lstm.input", x, state, ...settings);
  return [output, [h, c]];
}
