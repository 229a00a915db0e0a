// Learned vectors for bags of whole numbers.
import { noGrad } from "../autograd.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import {
  type BagMode,
  embeddingBag,
  type EmbeddingBagOptions as LookupOptions,
} from "./functional/embedding-bag.js";
import { normal_ } from "./init/fill.js";
import { Module } from "./module.js";
import { type FactoryOptions, refuse } from "./options.js";
import { emptyParameter, Parameter } from "./parameter.js";
import { python } from "./text.js";

/** Options of `EmbeddingBag`. */
export interface EmbeddingBagOptions
  extends Omit<LookupOptions, "offsets" | "perSampleWeights">,
    FactoryOptions {}

/** Options of one call of `EmbeddingBag`. */
export type EmbeddingBagCallOptions = Pick<LookupOptions, "offsets" | "perSampleWeights">;

/**
 * The sum, mean or maximum of the rows of a table that each bag of indices names, without the rows in between:
 * [bags, n], or [n] with `offsets` → [bags, embeddingDim].
 * The table, `weight`, starts normal with std 1, and zero in the row `paddingIdx`.
 */
export class EmbeddingBag extends Module<[indices: Tensor, options?: EmbeddingBagCallOptions]> {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly mode: BagMode;
  readonly sparse: boolean;
  readonly includeLastOffset: boolean;
  readonly paddingIdx: number | null;
  weight: Parameter;

  /** @throws TorchError if `paddingIdx` is not a row. */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingBagOptions = {}) {
    super();
    const { paddingIdx = null } = options;
    if (paddingIdx !== null && !(paddingIdx >= -numEmbeddings && paddingIdx < numEmbeddings)) {
      throw refuse("EmbeddingBag", `paddingIdx ${paddingIdx} is not a row of ${numEmbeddings}`);
    }
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.maxNorm = options.maxNorm ?? null;
    this.normType = options.normType ?? 2;
    this.scaleGradByFreq = options.scaleGradByFreq ?? false;
    this.mode = options.mode ?? "mean";
    this.sparse = options.sparse ?? false;
    this.includeLastOffset = options.includeLastOffset ?? false;
    this.paddingIdx = paddingIdx !== null && paddingIdx < 0 ? numEmbeddings + paddingIdx : paddingIdx;
    this.weight = emptyParameter([numEmbeddings, embeddingDim], options);
    this.resetParameters();
  }

  /** A layer on the rows of `table` [rows, size], whose memory it shares. @param options `freeze`: default true. */
  static fromPretrained(
    table: Tensor,
    options: Omit<EmbeddingBagOptions, keyof FactoryOptions> & { readonly freeze?: boolean } = {},
  ): EmbeddingBag {
    const [rows = 0, size = 0] = table.shape;
    const { freeze = true, paddingIdx = null, ...rest } = options;
    const made = new EmbeddingBag(0, size, rest);
    made.weight.dispose();
    return Object.assign(made, {
      numEmbeddings: rows,
      paddingIdx: paddingIdx !== null && paddingIdx < 0 ? rows + paddingIdx : paddingIdx,
      weight: new Parameter(table, { requiresGrad: !freeze }),
    });
  }

  /** Draws the table anew. */
  resetParameters(): void {
    const { paddingIdx, weight } = this;
    normal_(weight);
    if (paddingIdx === null) return;
    scope(() => noGrad(() => void call("aten::zero_", call("aten::select.int", weight, 0, paddingIdx))));
  }

  /** @throws TorchError if indices, offsets and weights do not fit. */
  override forward(indices: Tensor, options: EmbeddingBagCallOptions = {}): Tensor {
    const { mode, maxNorm, normType, scaleGradByFreq, sparse, includeLastOffset, paddingIdx } = this;
    const own = { mode, maxNorm, normType, scaleGradByFreq, sparse, includeLastOffset, paddingIdx };
    return embeddingBag(indices, this.weight, { ...own, ...options });
  }

  override extraRepr(): string {
    const parts = [`${this.numEmbeddings}, ${this.embeddingDim}`];
    if (this.maxNorm !== null) parts.push(`max_norm=${python(this.maxNorm)}`);
    if (this.normType !== 2) parts.push(`norm_type=${python(this.normType)}`);
    if (this.scaleGradByFreq) parts.push("scale_grad_by_freq=True");
    parts.push(`mode=${python(this.mode)}`);
    if (this.paddingIdx !== null) parts.push(`padding_idx=${this.paddingIdx}`);
    return parts.join(", ");
  }
}
