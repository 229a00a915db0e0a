// One step of a recurrent network.
import { choice } from "../checks/index.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { uniform_ } from "./init/fill.js";
import { Module } from "./module.js";
import { type FactoryOptions, refuse } from "./options.js";
import { emptyParameter, type Parameter } from "./parameter.js";
import type { RecurrentCell } from "./recurrent-cell.js";
import type { LstmState } from "./rnn.js";
import { checkPair } from "./rnn-base.js";

/** Options of recurrent cells. */
export interface CellOptions extends FactoryOptions {
  /** True if biases are added. Default true. */
  readonly bias?: boolean;
}

/** Shared part of cells; all weights start uniform on ±1 / √hiddenSize. */
abstract class Cell<Args extends unknown[], Out> extends Module<Args, Out> implements RecurrentCell {
  readonly inputSize: number;
  readonly hiddenSize: number;
  weight_ih: Parameter;
  weight_hh: Parameter;
  bias_ih: Parameter | null;
  bias_hh: Parameter | null;

  constructor(gates: number, inputSize: number, hiddenSize: number, options: CellOptions) {
    super();
    const { bias = true } = options;
    const rows = gates * hiddenSize;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.weight_ih = emptyParameter([rows, inputSize], options);
    this.weight_hh = emptyParameter([rows, hiddenSize], options);
    this.bias_ih = bias ? emptyParameter([rows], options) : null;
    this.bias_hh = bias ? emptyParameter([rows], options) : null;
    this.resetParameters();
  }

  /** Re-initialises all weights. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (const weight of this.parameters({ recurse: false })) uniform_(weight, { a: -bound, b: bound });
  }

  /** Size of a state of `step`. */
  abstract get stateSize(): number;

  /** Zeros [batch, stateSize], in the weights' dtype and on their device. */
  start(batch: number): Tensor {
    return call("aten::new_zeros", this.weight_hh, [batch, this.stateSize]);
  }

  /**
   * The next state [batch, stateSize] from an input [batch, inputSize] and a state [batch, stateSize].
   * @throws TorchError if the sizes do not fit
   */
  abstract step(input: Tensor, state: Tensor): Tensor;

  /** The hidden state, [..., hiddenSize], in a state of `step`. */
  abstract output(state: Tensor): Tensor;

  /** True if `x` is [batch, input] and not [input]. @throws TorchError if it is neither. */
  protected isBatch(x: Tensor): boolean {
    const { shape } = x;
    if ((shape.length === 1 || shape.length === 2) && shape.at(-1) === this.inputSize)
      return shape.length === 2;
    const expected = `[batch, ${this.inputSize}] or [${this.inputSize}]`;
    throw refuse(this.constructor.name, `expects an input ${expected}, got [${shape}]`);
  }

  /** Zeros to start from, for an input [batch, input]. */
  protected zeros(x: Tensor): Tensor {
    return call("aten::new_zeros", x, [x.size(0), this.hiddenSize]);
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.bias_ih === null ? ", bias=False" : ""}`;
  }
}

function row(tensor: Tensor): Tensor {
  return call("aten::unsqueeze", tensor, 0);
}

/** Cells with one state. */
abstract class SingleStateCell extends Cell<[x: Tensor, state?: Tensor], Tensor> {
  protected abstract readonly operator: string;

  /**
   * @param x [batch, input] or [input]; @param state [batch, hidden] or [hidden], default: zeros.
   * @returns the next state. @throws TorchError if the sizes do not fit.
   */
  override forward(x: Tensor, state?: Tensor): Tensor {
    if (this.isBatch(x) && state !== undefined) return this.next(x, state);
    return scope(() => {
      if (x.ndim === 2) return this.next(x, state ?? this.zeros(x));
      const batch = row(x);
      return call("aten::squeeze.dim", this.next(batch, state ? row(state) : this.zeros(batch)), 0);
    });
  }

  override get stateSize(): number {
    return this.hiddenSize;
  }

  override step(input: Tensor, state: Tensor): Tensor {
    return this.forward(input, state);
  }

  /** The state itself. */
  override output(state: Tensor): Tensor {
    return state;
  }

  private next(x: Tensor, state: Tensor): Tensor {
    return call(this.operator, x, state, this.weight_ih, this.weight_hh, this.bias_ih, this.bias_hh);
  }
}

/** Options of `RNNCell`. */
export interface RnnCellOptions extends CellOptions {
  /** Default `"tanh"`. */
  readonly nonlinearity?: "tanh" | "relu";
}

/** One step of an `RNN`: h′ = tanh(W_ih · x + b_ih + W_hh · h + b_hh), or relu instead of tanh. */
export class RNNCell extends SingleStateCell {
  readonly nonlinearity: "tanh" | "relu";
  protected override readonly operator: string;

  constructor(inputSize: number, hiddenSize: number, options: RnnCellOptions = {}) {
    const nonlinearity = choice("RNNCell: nonlinearity", options.nonlinearity ?? "tanh", ["tanh", "relu"]);
    super(1, inputSize, hiddenSize, options);
    this.nonlinearity = nonlinearity;
    this.operator = `aten::rnn_${this.nonlinearity}_cell`;
  }

  override extraRepr(): string {
    return `${super.extraRepr()}${this.nonlinearity === "tanh" ? "" : `, nonlinearity=${this.nonlinearity}`}`;
  }
}

/** One step of a `GRU`. */
export class GRUCell extends SingleStateCell {
  protected override readonly operator: string = "aten::gru_cell";

  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(3, inputSize, hiddenSize, options);
  }
}

/** One step of an `LSTM`. A state of `step` is h and c side by side, [batch, 2 · hiddenSize]. */
export class LSTMCell extends Cell<[x: Tensor, state?: Readonly<LstmState>], LstmState> {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    super(4, inputSize, hiddenSize, options);
  }

  /**
   * @param x [batch, input] or [input]; @param state (h, c), each [batch, hidden] or [hidden], default: zeros.
   * @returns the next (h, c). @throws TorchError if the sizes do not fit.
   */
  override forward(x: Tensor, state?: Readonly<LstmState>): LstmState {
    if (state !== undefined) checkPair("LSTMCell", state);
    if (this.isBatch(x) && state !== undefined) return this.next(x, state);
    return scope((): LstmState => {
      if (x.ndim === 2) return this.next(x, [this.zeros(x), this.zeros(x)]);
      const batch = row(x);
      const start: LstmState = state
        ? [row(state[0]), row(state[1])]
        : [this.zeros(batch), this.zeros(batch)];
      const [h, c] = this.next(batch, start);
      return [call("aten::squeeze.dim", h, 0), call("aten::squeeze.dim", c, 0)];
    });
  }

  override get stateSize(): number {
    return 2 * this.hiddenSize;
  }

  override step(input: Tensor, state: Tensor): Tensor {
    return scope(() => {
      const [h, c] = call<LstmState>("aten::chunk", state, 2, -1);
      return call("aten::cat", this.forward(input, [h, c]), -1);
    });
  }

  /** h */
  override output(state: Tensor): Tensor {
    return call("aten::narrow", state, -1, 0, this.hiddenSize);
  }

  private next(x: Tensor, state: Readonly<LstmState>): LstmState {
    const { weight_ih, weight_hh, bias_ih, bias_hh } = this;
    return call<LstmState>("aten::lstm_cell", x, state, weight_ih, weight_hh, bias_ih, bias_hh);
  }
}
