// Layers of the transformer (Vaswani et al. 2017).
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { MultiheadAttention } from "./attention.js";
import type { Masks } from "./attention-mask.js";
import { Dropout } from "./dropout.js";
import { gelu, relu } from "./functional/activation.js";
import { Linear } from "./linear.js";
import { Module } from "./module.js";
import { LayerNorm } from "./norm.js";
import { type FactoryOptions, refuse } from "./options.js";

/** Options of transformer layers. */
export interface TransformerLayerOptions extends FactoryOptions {
  /** Size of the hidden layer of the feed-forward network. Default 2048. */
  readonly dimFeedforward?: number;
  /** Default 0.1. */
  readonly dropout?: number;
  /** Activation between the two linear maps of the feed-forward network. Default `"relu"`. */
  readonly activation?: "relu" | "gelu" | Module | ((x: Tensor) => Tensor);
  /** Default 1e-5. */
  readonly layerNormEps?: number;
  /** True if sequences are [batch, time, features] and not [time, batch, features]. Default false. */
  readonly batchFirst?: boolean;
  /** True to normalise before and not after attention and feed-forward network. Default false. */
  readonly normFirst?: boolean;
  /** True if linear maps and norms have learned biases. Default true. */
  readonly bias?: boolean;
}

type Activation = Module | ((x: Tensor) => Tensor);

function activationOf(who: string, given: TransformerLayerOptions["activation"] = "relu"): Activation {
  if (given === "relu") return relu;
  if (given === "gelu") return gelu;
  if (typeof given === "string")
    throw refuse(who, `activation ${JSON.stringify(given)} is neither relu nor gelu`);
  return given;
}

function plus(x: Tensor, y: Tensor): Tensor {
  return call("aten::add.Tensor", x, y);
}

/** linear2(dropout(activation(linear1(x)))) */
function feedForward(
  layer: {
    readonly linear1: Linear;
    readonly linear2: Linear;
    readonly dropout: Dropout;
    readonly activation: Activation;
  },
  x: Tensor,
): Tensor {
  const { activation } = layer;
  const hidden = layer.linear1.forward(x);
  const active = activation instanceof Module ? activation.forward(hidden) : activation(hidden);
  return layer.linear2.forward(drop(layer.dropout, active));
}

/** Applies dropout, without a call where it does nothing. */
function drop(dropout: Dropout, x: Tensor): Tensor {
  return dropout.training && dropout.p > 0 ? dropout.forward(x) : x;
}

/** Arguments of a transformer layer besides sequences. */
export interface EncoderCallOptions {
  /** [L, L] or [N · heads, L, L]; see `Masks`. Default none. */
  readonly srcMask?: Tensor | null;
  /** Padding mask [N, L]: true (or −∞) at positions that no query attends to. Default none. */
  readonly srcKeyPaddingMask?: Tensor | null;
  /** Causal mask: position i attends to positions 0 … i only. Default false. */
  readonly isCausal?: boolean;
}

/**
 * An encoder layer: x = norm1(x + attention(x)); x = norm2(x + feedForward(x)); [L, N, dModel], or batch first if
 * `batchFirst`.
 */
export class TransformerEncoderLayer extends Module<[src: Tensor, options?: EncoderCallOptions]> {
  self_attn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  readonly normFirst: boolean;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  activation: Activation;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const activation = activationOf("TransformerEncoderLayer", options.activation);
    const {
      dimFeedforward = 2048,
      dropout = 0.1,
      layerNormEps = 1e-5,
      batchFirst,
      bias,
      dtype,
      device,
    } = options;
    const common = { bias, dtype, device };
    this.self_attn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...common });
    this.linear1 = new Linear(dModel, dimFeedforward, common);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, common);
    this.normFirst = options.normFirst ?? false;
    this.norm1 = new LayerNorm(dModel, { eps: layerNormEps, ...common });
    this.norm2 = new LayerNorm(dModel, { eps: layerNormEps, ...common });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.activation = activation;
  }

  override forward(src: Tensor, options: EncoderCallOptions = {}): Tensor {
    const { srcMask: attnMask, srcKeyPaddingMask: keyPaddingMask, isCausal } = options;
    const masks = { attnMask, keyPaddingMask, isCausal };
    return scope(() => {
      if (this.normFirst) {
        const x = plus(src, this.attend(this.norm1.forward(src), masks));
        return plus(x, this.feed(this.norm2.forward(x)));
      }
      const x = this.norm1.forward(plus(src, this.attend(src, masks)));
      return this.norm2.forward(plus(x, this.feed(x)));
    });
  }

  private attend(x: Tensor, masks: Masks): Tensor {
    const [output] = this.self_attn.forward(x, x, x, { ...masks, needWeights: false });
    return drop(this.dropout1, output);
  }

  private feed(x: Tensor): Tensor {
    return drop(this.dropout2, feedForward(this, x));
  }
}

/** Arguments of a decoder layer besides sequences. */
export interface DecoderCallOptions {
  /** Mask of the target's self-attention, [T, T] or [N · heads, T, T]; see `Masks`. Default none. */
  readonly tgtMask?: Tensor | null;
  /** Mask of the attention to `memory`, [T, S] or [N · heads, T, S]. Default none. */
  readonly memoryMask?: Tensor | null;
  /** Padding mask of the target, [N, T]. Default none. */
  readonly tgtKeyPaddingMask?: Tensor | null;
  /** Padding mask of `memory`, [N, S]. Default none. */
  readonly memoryKeyPaddingMask?: Tensor | null;
  /** Default false. */
  readonly tgtIsCausal?: boolean;
  /** Default false. */
  readonly memoryIsCausal?: boolean;
}

/** Same as `TransformerEncoderLayer`, with attention to `memory` [S, N, dModel] between the two steps. */
export class TransformerDecoderLayer extends Module<
  [tgt: Tensor, memory: Tensor, options?: DecoderCallOptions]
> {
  self_attn: MultiheadAttention;
  multihead_attn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  readonly normFirst: boolean;
  norm1: LayerNorm;
  norm2: LayerNorm;
  norm3: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  dropout3: Dropout;
  activation: Activation;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const activation = activationOf("TransformerDecoderLayer", options.activation);
    const {
      dimFeedforward = 2048,
      dropout = 0.1,
      layerNormEps = 1e-5,
      batchFirst,
      bias,
      dtype,
      device,
    } = options;
    const common = { bias, dtype, device };
    this.self_attn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...common });
    this.multihead_attn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...common });
    this.linear1 = new Linear(dModel, dimFeedforward, common);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, common);
    this.normFirst = options.normFirst ?? false;
    this.norm1 = new LayerNorm(dModel, { eps: layerNormEps, ...common });
    this.norm2 = new LayerNorm(dModel, { eps: layerNormEps, ...common });
    this.norm3 = new LayerNorm(dModel, { eps: layerNormEps, ...common });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
    this.activation = activation;
  }

  override forward(tgt: Tensor, memory: Tensor, options: DecoderCallOptions = {}): Tensor {
    const { tgtMask, tgtKeyPaddingMask, tgtIsCausal, memoryMask, memoryKeyPaddingMask, memoryIsCausal } =
      options;
    const own = { attnMask: tgtMask, keyPaddingMask: tgtKeyPaddingMask, isCausal: tgtIsCausal };
    const other = { attnMask: memoryMask, keyPaddingMask: memoryKeyPaddingMask, isCausal: memoryIsCausal };
    const steps: readonly [LayerNorm, (x: Tensor) => Tensor][] = [
      [this.norm1, (x) => this.attend(this.self_attn, this.dropout1, x, x, own)],
      [this.norm2, (x) => this.attend(this.multihead_attn, this.dropout2, x, memory, other)],
      [this.norm3, (x) => drop(this.dropout3, feedForward(this, x))],
    ];
    return scope(() =>
      steps.reduce(
        (x, [norm, step]) =>
          this.normFirst ? plus(x, step(norm.forward(x))) : norm.forward(plus(x, step(x))),
        tgt,
      ),
    );
  }

  private attend(
    attention: MultiheadAttention,
    dropout: Dropout,
    x: Tensor,
    to: Tensor,
    masks: Masks,
  ): Tensor {
    return drop(dropout, attention.forward(x, to, to, { ...masks, needWeights: false })[0]);
  }
}
