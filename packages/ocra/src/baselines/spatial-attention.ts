// Self-attention between the places of a feature map.
import { nn, scope, type Tensor } from "@throughline/torch";

/**
 * y = x + heads(LN(x)): each place of a map looks at all others, by multi-head self-attention over the H · W vectors of C numbers.
 * Source: Vaishnav et al. 2022, whose spatial attention is self-attention over the flattened map, with a residual connection. The norm
 * before it, four heads and no position embedding are our choice.
 */
export class SpatialAttention extends nn.Module {
  norm: nn.LayerNorm;
  attention: nn.MultiheadAttention;

  /** @param channels C; @throws TorchError unless `heads` divides them. */
  constructor(channels: number, heads = 4) {
    super();
    this.attention = new nn.MultiheadAttention(channels, heads, { batchFirst: true });
    this.norm = new nn.LayerNorm([channels]);
  }

  /** @param x [B, C, H, W]; @returns the same shape. */
  override forward(x: Tensor): Tensor {
    return scope(() => {
      const places = this.norm.forward(x.flatten(2).transpose(1, 2));
      const [seen] = this.attention.forward(places, places, places, { needWeights: false });
      return x.add(seen.transpose(1, 2).viewAs(x));
    });
  }
}
