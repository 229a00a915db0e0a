// Learned vectors for whole numbers.
import { noGrad } from "../autograd.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { embedding, type EmbeddingOptions as LookupOptions } from "./functional/linear.js";
import { normal_ } from "./init/fill.js";
import { Module } from "./module.js";
import { type FactoryOptions, refuse } from "./options.js";
import { emptyParameter, Parameter } from "./parameter.js";
import { python } from "./text.js";

/** Options of `Embedding`. */
export interface EmbeddingOptions extends LookupOptions, FactoryOptions {}

/**
 * Embedding: rows of a table. Indices [*] (int32 or int64) → [*, embeddingDim].
 * The table, `weight`, starts normal with std 1, and zero in the row `paddingIdx`.
 */
export class Embedding extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly sparse: boolean;
  weight: Parameter;

  /** @throws TorchError if `paddingIdx` is not a row. */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    super();
    const {
      paddingIdx = null,
      maxNorm = null,
      normType = 2,
      scaleGradByFreq = false,
      sparse = false,
    } = options;
    if (paddingIdx !== null && !(paddingIdx >= -numEmbeddings && paddingIdx < numEmbeddings)) {
      throw refuse("Embedding", `paddingIdx ${paddingIdx} is not a row of ${numEmbeddings}`);
    }
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingIdx !== null && paddingIdx < 0 ? numEmbeddings + paddingIdx : paddingIdx;
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.scaleGradByFreq = scaleGradByFreq;
    this.sparse = sparse;
    this.weight = emptyParameter([numEmbeddings, embeddingDim], options);
    this.resetParameters();
  }

  /**
   * An embedding of the rows of `table` [rows, size], whose memory it shares. @param options `freeze`: default
   * true.
   */
  static fromPretrained(
    table: Tensor,
    options: LookupOptions & { readonly freeze?: boolean } = {},
  ): Embedding {
    const [rows = 0, size = 0] = table.shape;
    const made = new Embedding(0, size, { ...options, paddingIdx: null });
    made.weight.dispose();
    const { paddingIdx = null } = options;
    return Object.assign(made, {
      numEmbeddings: rows,
      paddingIdx: paddingIdx !== null && paddingIdx < 0 ? rows + paddingIdx : paddingIdx,
      weight: new Parameter(table, { requiresGrad: !(options.freeze ?? true) }),
    });
  }

  /** Re-initialises the table. */
  resetParameters(): void {
    const { paddingIdx, weight } = this;
    normal_(weight);
    if (paddingIdx === null) return;
    scope(() => noGrad(() => void call("aten::zero_", call("aten::select.int", weight, 0, paddingIdx))));
  }

  override forward(indices: Tensor): Tensor {
    return embedding(indices, this.weight, this);
  }

  override extraRepr(): string {
    const parts = [`${this.numEmbeddings}, ${this.embeddingDim}`];
    if (this.paddingIdx !== null) parts.push(`padding_idx=${this.paddingIdx}`);
    if (this.maxNorm !== null) parts.push(`max_norm=${python(this.maxNorm)}`);
    if (this.normType !== 2) parts.push(`norm_type=${python(this.normType)}`);
    if (this.scaleGradByFreq) parts.push("scale_grad_by_freq=True");
    if (this.sparse) parts.push("sparse=True");
    return parts.join(", ");
  }
}
