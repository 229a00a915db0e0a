// The transformer that reads a set of tokens and answers with one vector: pre-norm blocks, no position embedding of the
// tokens. The names of its parts are those of the authors' checkpoints.
import { cat, nn, randn, scope, type Tensor } from "@throughline/torch";
import { checkShape, knownOptions, type OptionNames, wholeNumber } from "@throughline/torch/checks";
import { refuse } from "./refuse.js";

/** Options of `TokenTransformer`; the defaults are the paper's for ART (supplement S5). */
export interface TransformerOptions {
  /** Width of a token. Default 64. */
  readonly dim?: number;
  /** Number of blocks. Default 6; the paper has 24 for SVRT and CLEVR-ART. */
  readonly depth?: number;
  /** Number of attention heads, each 64 wide. Default 8. */
  readonly heads?: number;
  /** Hidden units of the feed-forward parts. Default 512. */
  readonly mlpDim?: number;
  /** Probability of dropping attention weights and outputs of each part, in training. Default 0.1; SVRT and CLEVR-ART: 0. */
  readonly dropout?: number;
}

const names: OptionNames<TransformerOptions> = {
  dim: true,
  depth: true,
  heads: true,
  mlpDim: true,
  dropout: true,
};

/** `options` completed. @throws TorchError for unknown options, sizes that are not whole, or a dropout that is no probability below 1. */
export function transformerConfig(options: TransformerOptions): Required<TransformerOptions> {
  knownOptions("TokenTransformer", names, options);
  const { dim = 64, depth = 6, heads = 8, mlpDim = 512, dropout = 0.1 } = options;
  const sizes = { dim, depth, heads, mlpDim };
  for (const [what, size] of Object.entries(sizes)) wholeNumber(`TokenTransformer: ${what}`, size, 1);
  if (dropout >= 0 && dropout < 1) return { ...sizes, dropout };
  throw refuse("TokenTransformer", `dropout is ${dropout}; accepted: 0 ≤ dropout < 1`);
}

/** Width of a head: fixed in the authors' code. */
export const HEAD_DIM = 64;

/** softmax(q · kᵀ / 8) · v for each head, then a linear map back to the tokens' width. */
class Attention extends nn.Module {
  readonly heads: number;
  readonly dropout: number;
  to_qkv: nn.Linear;
  to_out: nn.Sequential<readonly [nn.Linear, nn.Dropout]>;

  constructor(dim: number, heads: number, dropout: number) {
    super();
    this.heads = heads;
    this.dropout = dropout;
    this.to_qkv = new nn.Linear(dim, 3 * heads * HEAD_DIM, { bias: false });
    this.to_out = new nn.Sequential(new nn.Linear(heads * HEAD_DIM, dim), new nn.Dropout(dropout));
  }

  override forward(x: Tensor): Tensor {
    const [batch, tokens] = x.shape as [number, number];
    return scope(() => {
      const parts = this.to_qkv.forward(x).chunk(3, -1);
      const [q, k, v] = parts.map((part) =>
        part.view([batch, tokens, this.heads, HEAD_DIM]).transpose(1, 2),
      ) as [Tensor, Tensor, Tensor];
      const heads = this.attend(q, k, v).transpose(1, 2).reshape([batch, tokens, -1]);
      return this.to_out.forward(heads);
    });
  }

  private attend(q: Tensor, k: Tensor, v: Tensor): Tensor {
    const { dropout, scaledDotProductAttention } = nn.functional;
    const p = this.training ? this.dropout : 0;
    if (p === 0 || q.device !== "cpu") return scaledDotProductAttention(q, k, v, { dropoutP: p });
    // libtorch's fused CPU kernels have no dropout, and its fallback is slower than this.
    const weights = q
      .matmul(k.transpose(2, 3))
      .mul(HEAD_DIM ** -0.5)
      .softmax(-1);
    return dropout(weights, { p }).matmul(v);
  }
}

/** Two linear maps with a GELU between them. */
class FeedForward extends nn.Module {
  net: nn.Sequential<readonly [nn.Linear, nn.GELU, nn.Dropout, nn.Linear, nn.Dropout]>;

  constructor(dim: number, hidden: number, dropout: number) {
    super();
    this.net = new nn.Sequential(
      new nn.Linear(dim, hidden),
      new nn.GELU(),
      new nn.Dropout(dropout),
      new nn.Linear(hidden, dim),
      new nn.Dropout(dropout),
    );
  }

  override forward(x: Tensor): Tensor {
    return this.net.forward(x);
  }
}

/** x + fn(LayerNorm(x)) */
class PreNorm extends nn.Module {
  norm: nn.LayerNorm;
  fn: nn.Module;

  constructor(dim: number, fn: nn.Module) {
    super();
    this.norm = new nn.LayerNorm([dim]);
    this.fn = fn;
  }

  override forward(x: Tensor): Tensor {
    return scope(() => x.add(this.fn.forward(this.norm.forward(x))));
  }
}

/** The blocks, one after the other. */
class Blocks extends nn.Module {
  layers: nn.ModuleList<nn.ModuleList<PreNorm>>;

  constructor(options: Required<TransformerOptions>) {
    super();
    const { dim, depth, heads, mlpDim, dropout } = options;
    this.layers = new nn.ModuleList(
      Array.from({ length: depth }, () => {
        const attention = new PreNorm(dim, new Attention(dim, heads, dropout));
        return new nn.ModuleList([attention, new PreNorm(dim, new FeedForward(dim, mlpDim, dropout))]);
      }),
    );
  }

  override forward(x: Tensor): Tensor {
    return scope(() => {
      let y = x;
      for (const block of this.layers) for (const part of block) y = part.forward(y);
      return y;
    });
  }
}

/**
 * score = w · h_CLS + b, where h are the tokens and a learned CLS token in front of them after `depth` blocks
 *   x ← x + Attention(LN(x));  x ← x + FeedForward(LN(x)),
 * with no norm after the last one. The order of the tokens has no influence.
 * Source: OCRA §2.3 and supplement S4–S5; names and details as in the authors' code.
 */
export class TokenTransformer extends nn.Module {
  readonly dim: number;
  cls_token: nn.Parameter;
  transformer: Blocks;
  mlp_head: nn.Linear;

  constructor(options: TransformerOptions = {}) {
    super();
    const config = transformerConfig(options);
    const { dim } = config;
    this.dim = dim;
    this.cls_token = scope(() => new nn.Parameter(randn([1, 1, dim])));
    this.transformer = new Blocks(config);
    this.mlp_head = new nn.Linear(dim, 1);
  }

  /** @param tokens [B, P, dim]; @returns the CLS vector that the head reads, [B, dim]. */
  summary(tokens: Tensor): Tensor {
    checkShape("TokenTransformer: tokens", tokens.shape, ["B", "P", this.dim]);
    return scope(() => {
      // By the tokens rather than their number: an exported net then takes any number of sets.
      const cls = this.cls_token.expandAs(tokens.narrow(1, 0, 1));
      return this.transformer.forward(cat([cls.to(tokens.dtype), tokens], 1)).select(1, 0);
    });
  }

  /** @param tokens [B, P, dim]; @returns scores [B]. */
  override forward(tokens: Tensor): Tensor {
    return scope(() => this.mlp_head.forward(this.summary(tokens)).squeeze(-1));
  }
}
