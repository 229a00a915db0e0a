// Stacks of transformer layers.
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { ModuleList } from "./containers.js";
import { type AnyModule, Module } from "./module.js";
import type { DecoderCallOptions, EncoderCallOptions } from "./transformer.js";

/** Arguments of a stack of encoder layers besides the sequence; see `EncoderCallOptions`. */
export interface EncoderStackCallOptions {
  readonly mask?: Tensor | null;
  readonly srcKeyPaddingMask?: Tensor | null;
  readonly isCausal?: boolean;
}

/** Options of stacks of layers. */
export interface StackOptions {
  /** Layer applied to the result. Default none. */
  readonly norm?: Module | null;
}

type EncoderLayer = Module<[src: Tensor, options?: EncoderCallOptions]>;
type DecoderLayer = Module<[tgt: Tensor, memory: Tensor, options?: DecoderCallOptions]>;

function copies<M extends AnyModule>(layer: M, count: number): ModuleList<M> {
  return new ModuleList(Array.from({ length: count }, () => layer.clone()));
}

/**
 * `numLayers` copies of `layer`, one after the other. All start with the weights of `layer`, as in PyTorch; `layer`
 * itself is not part of the stack and may be disposed.
 */
export class TransformerEncoder extends Module<[src: Tensor, options?: EncoderStackCallOptions]> {
  readonly layers: ModuleList<EncoderLayer>;
  readonly norm: Module | null;

  constructor(layer: EncoderLayer, numLayers: number, options: StackOptions = {}) {
    super();
    this.layers = copies(layer, numLayers);
    this.norm = options.norm ?? null;
  }

  override forward(src: Tensor, options: EncoderStackCallOptions = {}): Tensor {
    const { mask: srcMask, srcKeyPaddingMask, isCausal } = options;
    return scope(() => {
      let x = src;
      for (const layer of this.layers.items) x = layer.forward(x, { srcMask, srcKeyPaddingMask, isCausal });
      return this.norm === null ? x : this.norm.forward(x);
    });
  }
}

/** `numLayers` copies of `layer` (see `TransformerEncoder`), one after the other, all attending to the same memory. */
export class TransformerDecoder extends Module<[tgt: Tensor, memory: Tensor, options?: DecoderCallOptions]> {
  readonly layers: ModuleList<DecoderLayer>;
  readonly norm: Module | null;

  constructor(layer: DecoderLayer, numLayers: number, options: StackOptions = {}) {
    super();
    this.layers = copies(layer, numLayers);
    this.norm = options.norm ?? null;
  }

  override forward(tgt: Tensor, memory: Tensor, options: DecoderCallOptions = {}): Tensor {
    return scope(() => {
      let x = tgt;
      for (const layer of this.layers.items) x = layer.forward(x, memory, options);
      return this.norm === null ? x : this.norm.forward(x);
    });
  }
}
