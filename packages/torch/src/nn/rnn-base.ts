// Shared part of recurrent layers: weights by layer and direction, checks, repr.
import { numberBetween, show, wholeNumber } from "../checks/index.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import { Tensor } from "../tensor/index.js";
import { uniform_ } from "./init/fill.js";
import { Module } from "./module.js";
import { type FactoryOptions, refuse } from "./options.js";
import { PackedSequence } from "./packed-sequence.js";
import { emptyParameter, type Parameter } from "./parameter.js";
import { float, python } from "./text.js";

/** Options of recurrent layers. */
export interface RecurrentOptions extends FactoryOptions {
  /** Number of stacked layers; each takes the states of the one below as input. Default 1. */
  readonly numLayers?: number;
  /** True if biases are added (two for each gate, as in cuDNN). Default true. */
  readonly bias?: boolean;
  /** True if sequences are [batch, time, features] and not [time, batch, features]. Default false. */
  readonly batchFirst?: boolean;
  /** Dropout probability of the states passed between layers, in training. Default 0. */
  readonly dropout?: number;
  /**
   * True to run a second set of weights over the reversed sequence; both outputs are joined along the features.
   * Default false.
   */
  readonly bidirectional?: boolean;
}

/** @throws TorchError unless the state of an LSTM is a pair. */
export function checkPair(who: string, state: unknown): void {
  if (Array.isArray(state) && state.length === 2) return;
  throw refuse(who, `expects its state as a pair [h, c] of tensors, got ${show(state)}`);
}

/**
 * Weights are fields under PyTorch's names: `weight_ih_l0` [gates · hidden, input], `weight_hh_l0` [gates · hidden,
 * hidden], `bias_ih_l0`, `bias_hh_l0`; the layer's number counts up and `_reverse` marks the backward direction. All
 * start uniform on ±1 / √hiddenSize.
 */
export abstract class Recurrent<Args extends unknown[], Out> extends Module<Args, Out> {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  readonly projSize: number;
  readonly [weight: `weight_${string}_l${number}${string}`]: Parameter;
  readonly [bias: `bias_${string}_l${number}${string}`]: Parameter;
  /** The names of the weights in the operator's order; not enumerable, as it is no part of what the layer is. */
  declare private readonly weightNames: readonly `weight_${string}_l${number}`[];

  /** @internal */
  constructor(
    gates: number,
    inputSize: number,
    hiddenSize: number,
    options: RecurrentOptions & { readonly projSize?: number },
  ) {
    super();
    const { numLayers = 1, bias = true, batchFirst = false, dropout = 0, projSize = 0 } = options;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = dropout;
    this.bidirectional = options.bidirectional ?? false;
    this.projSize = projSize;
    this.checkSizes();
    const weights = this.makeWeights(gates * hiddenSize, options);
    Object.assign(this, weights);
    Object.defineProperty(this, "weightNames", { value: Object.keys(weights) });
    this.resetParameters();
  }

  private checkSizes(): void {
    const { inputSize, hiddenSize, numLayers, dropout, projSize } = this;
    const who = this.constructor.name;
    numberBetween(`${who}: dropout`, dropout, 0, 1);
    for (const [name, size] of Object.entries({ inputSize, hiddenSize, numLayers }))
      wholeNumber(`${who}: ${name}`, size, 1);
    wholeNumber(`${who}: projSize`, projSize, 0, hiddenSize - 1);
  }

  private makeWeights(rows: number, options: FactoryOptions): Record<string, Parameter> {
    const { inputSize, hiddenSize, numLayers, bias, bidirectional, projSize } = this;
    const weights: Record<string, Parameter> = {};
    const state = projSize || hiddenSize;
    for (let layer = 0; layer < numLayers; layer++) {
      for (const suffix of bidirectional ? ["", "_reverse"] : [""]) {
        const columns = layer === 0 ? inputSize : state * (bidirectional ? 2 : 1);
        const at = `_l${layer}${suffix}`;
        weights[`weight_ih${at}`] = emptyParameter([rows, columns], options);
        weights[`weight_hh${at}`] = emptyParameter([rows, state], options);
        if (bias) {
          weights[`bias_ih${at}`] = emptyParameter([rows], options);
          weights[`bias_hh${at}`] = emptyParameter([rows], options);
        }
        if (projSize > 0) weights[`weight_hr${at}`] = emptyParameter([projSize, hiddenSize], options);
      }
    }
    return weights;
  }

  private get weights(): Parameter[] {
    return this.weightNames.map((name) => this[name]!);
  }

  /** Re-initialises all weights. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (const weight of this.weights) uniform_(weight, { a: -bound, b: bound });
  }

  /** The operator's arguments after input and state, for a batch of the given layout. */
  protected settings(batchFirst: boolean): unknown[] {
    const { bias, numLayers, dropout, training, bidirectional } = this;
    return [this.weights, bias, numLayers, dropout, training, bidirectional, batchFirst];
  }

  /** Same as `settings` for packed sequences. */
  protected packedSettings(): unknown[] {
    return this.settings(false).slice(0, -1);
  }

  /**
   * Calls `body` with a state of every `sizes` for packed sequences, zeros or `state` in the order of the batch sorted by
   * length; gives the last states in the batch's own order.
   * @throws TorchError if the sizes do not fit.
   */
  protected overPacked(
    x: PackedSequence,
    state: readonly Tensor[] | undefined,
    sizes: readonly number[],
    body: (start: Tensor[]) => Tensor[],
  ): [PackedSequence, Tensor[]] {
    if (x.data.ndim !== 2 || x.data.size(1) !== this.inputSize) {
      throw refuse(
        this.constructor.name,
        `expects packed sequences of ${this.inputSize} features, got [${x.data.shape}]`,
      );
    }
    return scope(() => {
      const batch = x.batchSizes.select(0, 0).item();
      const shapes = sizes.map((size) => [this.numLayers * (this.bidirectional ? 2 : 1), batch, size]);
      state?.forEach((part, i) => {
        this.checkState(part, shapes[i]!, "a state");
      });
      const { sortedIndices, unsortedIndices } = x;
      const reorder = (part: Tensor, order: Tensor | null): Tensor =>
        order === null ? part : call("aten::index_select", part, 1, order);
      const start = shapes.map((shape, i) =>
        state === undefined ? call("aten::new_zeros", x.data, shape) : reorder(state[i]!, sortedIndices),
      );
      const [data, ...last] = body(start);
      const output = new PackedSequence(data!, x.batchSizes, sortedIndices, unsortedIndices);
      return [output.alias(), last.map((part) => reorder(part, unsortedIndices))];
    });
  }

  /** Checks a sequence; returns the shape of a state of `size` units for it. @throws TorchError if it does not fit. */
  protected stateShape(x: Tensor, size: number): number[] {
    const { shape } = x;
    if ((shape.length !== 2 && shape.length !== 3) || shape.at(-1) !== this.inputSize) {
      const expected = this.batchFirst ? "[batch, time, " : "[time, batch, ";
      throw refuse(
        this.constructor.name,
        `expects a sequence ${expected}${this.inputSize}] or [time, ${this.inputSize}], got [${shape}]`,
      );
    }
    const layers = this.numLayers * (this.bidirectional ? 2 : 1);
    return shape.length === 2 ? [layers, size] : [layers, shape[this.batchFirst ? 0 : 1]!, size];
  }

  /** @throws TorchError unless the state has this shape. */
  protected checkState(state: Tensor, shape: readonly number[], what: string): void {
    if (!(state instanceof Tensor))
      throw refuse(this.constructor.name, `expects ${what} as a Tensor, got ${show(state)}`);
    const given = state.shape;
    if (String(given) === String(shape)) return;
    throw refuse(this.constructor.name, `expects ${what} [${shape}], got [${given}]`);
  }

  override extraRepr(): string {
    const { inputSize, hiddenSize, projSize, numLayers, bias, batchFirst, dropout, bidirectional } = this;
    const parts = [`${inputSize}, ${hiddenSize}`];
    if (projSize !== 0) parts.push(`proj_size=${projSize}`);
    if (numLayers !== 1) parts.push(`num_layers=${numLayers}`);
    if (!bias) parts.push(`bias=${python(bias)}`);
    if (batchFirst) parts.push(`batch_first=${python(batchFirst)}`);
    if (dropout !== 0) parts.push(`dropout=${float(dropout)}`);
    if (bidirectional) parts.push(`bidirectional=${python(bidirectional)}`);
    return parts.join(", ");
  }
}
