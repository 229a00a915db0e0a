// Blocks of a vision transformer.
import { nn, scope, type Tensor } from "@throughline/torch";

/** Sizes of a stack of blocks. */
export interface VitSize {
  readonly dim: number;
  readonly depth: number;
  /** Heads of dim / heads numbers each. */
  readonly heads: number;
}

/** Pre-norm blocks of attention and an MLP of 4 · dim with a GELU, and a norm after the last. Source: Dosovitskiy et al. 2021. */
export class VitBlocks extends nn.Module {
  layers: nn.ModuleList<nn.TransformerEncoderLayer>;
  norm: nn.LayerNorm;

  constructor({ dim, depth, heads }: VitSize) {
    super();
    const options: nn.TransformerLayerOptions = {
      ...{ dimFeedforward: 4 * dim, dropout: 0, layerNormEps: 1e-6, batchFirst: true, normFirst: true },
      activation: "gelu",
    };
    this.layers = new nn.ModuleList(
      Array.from({ length: depth }, () => new nn.TransformerEncoderLayer(dim, heads, options)),
    );
    this.norm = new nn.LayerNorm([dim], { eps: 1e-6 });
  }

  /** @param x [B, N, dim]; @returns the same shape. */
  override forward(x: Tensor): Tensor {
    return scope(() => {
      let y = x;
      for (const layer of this.layers) y = layer.forward(y);
      return this.norm.forward(y);
    });
  }
}
