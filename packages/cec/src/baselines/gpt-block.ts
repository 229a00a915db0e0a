// A block of GPT-2 (Radford et al. 2019) that looks at columns of before and at its own: for whole sequences, chunks and steps alike.
import { cat, type Generator, nn, scope, type Tensor } from "@throughline/torch";

/** Sizes of a block. */
export interface BlockSizes {
  /** Width of a token. */
  readonly width: number;
  /** Heads of attention; divides `width`. */
  readonly heads: number;
  /** Probability that a weight of attention, or a number that a part adds, is dropped in training. */
  readonly dropout: number;
}

/** Keys and values of columns, both [B, columns, width]. */
export interface Columns {
  readonly keys: Tensor;
  readonly values: Tensor;
}

/** Result of a block: the tokens, and keys and values of all columns. */
export interface BlockResult extends Columns {
  /** [B, L, width] */
  readonly x: Tensor;
}

/** x + attention(norm(x)), then x + MLP(norm(x)) with 4 · width hidden units and GELU by its tanh formula. */
export class GptBlock extends nn.Module<[x: Tensor, cached: Columns, visible: Tensor], BlockResult> {
  readonly heads: number;
  readonly ln_1: nn.LayerNorm;
  readonly c_attn: nn.Linear;
  readonly c_proj: nn.Linear;
  readonly ln_2: nn.LayerNorm;
  readonly c_fc: nn.Linear;
  readonly c_out: nn.Linear;
  readonly dropout: nn.Dropout;

  constructor({ width, heads, dropout }: BlockSizes) {
    super();
    this.heads = heads;
    this.ln_1 = new nn.LayerNorm(width);
    this.c_attn = new nn.Linear(width, 3 * width);
    this.c_proj = new nn.Linear(width, width);
    this.ln_2 = new nn.LayerNorm(width);
    this.c_fc = new nn.Linear(width, 4 * width);
    this.c_out = new nn.Linear(4 * width, width);
    this.dropout = new nn.Dropout(dropout);
  }

  /**
   * @param x tokens [B, L, width]
   * @param cached columns of the tokens before these
   * @param visible bool [B, L, columns + L]: true where a token looks at a column
   * @returns the tokens, and the keys and values of all columns
   */
  override forward(x: Tensor, cached: Columns, visible: Tensor): BlockResult {
    return scope(() => {
      const [queries, ...fresh] = this.c_attn.forward(this.ln_1.forward(x)).chunk(3, -1) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      const keys = cat([cached.keys, fresh[0]], 1);
      const values = cat([cached.values, fresh[1]], 1);
      const seen = this.#attend(queries, keys, values, visible.unsqueeze(1));
      const attended = x.add(this.dropout.forward(this.c_proj.forward(seen)));
      const hidden = nn.functional.gelu(this.c_fc.forward(this.ln_2.forward(attended)), {
        approximate: "tanh",
      });
      return { x: attended.add(this.dropout.forward(this.c_out.forward(hidden))), keys, values };
    });
  }

  #attend(queries: Tensor, keys: Tensor, values: Tensor, visible: Tensor): Tensor {
    const [q, k, v] = [queries, keys, values].map((part) =>
      part.unflatten(-1, [this.heads, -1]).transpose(1, 2),
    ) as [Tensor, Tensor, Tensor];
    const dropoutP = this.training ? this.dropout.p : 0;
    const heads = nn.functional.scaledDotProductAttention(q, k, v, { attnMask: visible, dropoutP });
    return heads.transpose(1, 2).flatten(2);
  }
}

/**
 * GPT-2's initial weights of a module: normal with std 0.02 (layers that end a part of a block: divided by √(2 · layers)), biases 0.
 * @param layers number of blocks
 */
export function initialiseAsGpt(module: nn.AnyModule, layers: number, generator: Generator): void {
  for (const [name, parameter] of module.namedParameters()) {
    if (parameter.ndim < 2) {
      if (name.endsWith("bias")) nn.init.zeros_(parameter);
      continue;
    }
    const endsPart = /\bc_(proj|out)\b/.test(name);
    nn.init.normal_(parameter, { std: endsPart ? 0.02 / Math.sqrt(2 * layers) : 0.02, generator });
  }
}
