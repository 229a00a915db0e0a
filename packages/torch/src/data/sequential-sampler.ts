import { wholeNumber } from "../checks/values.js";
import { Sampler } from "./sampler.js";

/** 0, 1, …, length − 1 in every pass (`torch.utils.data.SequentialSampler`). */
export class SequentialSampler extends Sampler {
  readonly length: number;

  /** @param source a dataset, or a number of samples. */
  constructor(source: number | { readonly length: number }) {
    super();
    this.length = wholeNumber(
      "SequentialSampler: length",
      typeof source === "number" ? source : source.length,
    );
  }

  *order(): Iterable<number> {
    for (let i = 0; i < this.length; i++) yield i;
  }
}
