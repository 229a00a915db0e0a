// The transformer: an encoder and a decoder (Vaswani et al. 2017).
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { xavierUniform_ } from "./init/scaled.js";
import { Module } from "./module.js";
import { LayerNorm } from "./norm.js";
import { refuse } from "./options.js";
import {
  type DecoderCallOptions,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from "./transformer.js";
import { TransformerDecoder, TransformerEncoder } from "./transformer-stack.js";

/** Options of `Transformer`. */
export interface TransformerOptions extends TransformerLayerOptions {
  /** Default 512. */
  readonly dModel?: number;
  /** Default 8. */
  readonly nhead?: number;
  /** Default 6. */
  readonly numEncoderLayers?: number;
  /** Default 6. */
  readonly numDecoderLayers?: number;
}

/** Arguments of a transformer besides the two sequences; see `DecoderCallOptions`. */
export interface TransformerCallOptions extends DecoderCallOptions {
  /** [S, S] or [N · heads, S, S]. Default none. */
  readonly srcMask?: Tensor | null;
  /** [N, S] Default none. */
  readonly srcKeyPaddingMask?: Tensor | null;
  /** Default false. */
  readonly srcIsCausal?: boolean;
}

/**
 * decoder(tgt, encoder(src)), each followed by a layer norm: src [S, N, dModel], tgt [T, N, dModel] → [T, N, dModel], or
 * batch first if `batchFirst`. Matrices start by `init.xavierUniform_`.
 */
export class Transformer extends Module<[src: Tensor, tgt: Tensor, options?: TransformerCallOptions]> {
  readonly encoder: TransformerEncoder;
  readonly decoder: TransformerDecoder;
  readonly dModel: number;
  readonly nhead: number;
  readonly batchFirst: boolean;

  constructor(options: TransformerOptions = {}) {
    super();
    const { dModel = 512, nhead = 8, numEncoderLayers = 6, numDecoderLayers = 6, ...layer } = options;
    const { layerNormEps: eps = 1e-5, bias, dtype, device } = layer;
    const norm = (): LayerNorm => new LayerNorm(dModel, { eps, bias, dtype, device });
    const encoderLayer = new TransformerEncoderLayer(dModel, nhead, layer);
    this.encoder = new TransformerEncoder(encoderLayer, numEncoderLayers, { norm: norm() });
    encoderLayer.dispose();
    const decoderLayer = new TransformerDecoderLayer(dModel, nhead, layer);
    this.decoder = new TransformerDecoder(decoderLayer, numDecoderLayers, { norm: norm() });
    decoderLayer.dispose();
    this.dModel = dModel;
    this.nhead = nhead;
    this.batchFirst = layer.batchFirst ?? false;
    this.resetParameters();
  }

  /** Draws every matrix anew. */
  resetParameters(): void {
    for (const parameter of this.parameters()) if (parameter.ndim > 1) xavierUniform_(parameter);
  }

  /** −∞ above the diagonal, 0 elsewhere, [size, size]: place i sees places 0 … i only. */
  static generateSquareSubsequentMask(size: number): Tensor {
    return scope(() => call("aten::full", [size, size], Number.NEGATIVE_INFINITY).triu(1));
  }

  /** @throws TorchError if the sequences have other sizes than `dModel`, or batches of different sizes. */
  override forward(src: Tensor, tgt: Tensor, options: TransformerCallOptions = {}): Tensor {
    const { srcMask: mask, srcKeyPaddingMask, srcIsCausal: isCausal, ...rest } = options;
    const batch = this.batchFirst ? 0 : 1;
    if (src.ndim !== tgt.ndim || (src.ndim === 3 && src.size(batch) !== tgt.size(batch)))
      throw refuse("Transformer", `batches differ: src [${src.shape}], tgt [${tgt.shape}]`);
    if (src.shape.at(-1) !== this.dModel || tgt.shape.at(-1) !== this.dModel) {
      throw refuse("Transformer", `expects ${this.dModel} features, got [${src.shape}] and [${tgt.shape}]`);
    }
    return scope(() => {
      const memory = this.encoder.forward(src, { mask, srcKeyPaddingMask, isCausal });
      return this.decoder.forward(tgt, memory, rest);
    });
  }
}
