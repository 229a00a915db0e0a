// Data sets that a system offers by name.
import type { Figure } from "../figures/figure.js";

/** Options for drawing or writing samples of a data set. */
export interface SampleRequest {
  /** Number of samples, from the first. */
  readonly count?: number;
  /** Seed of everything that differs between accesses, such as jitter. */
  readonly seed?: number;
}

/** A data set that was made with its options. */
export interface OpenDataSet {
  /** Number of samples. */
  readonly length: number;
  /** Name of the samples: `displays`, `problems`. */
  readonly unit: string;
  /** The first samples as a figure. */
  preview(request: SampleRequest): Figure;
  /**
   * Writes samples and a card to a folder that is new or empty.
   * @param request `precision`: what numbers are kept in, default `float32`
   * @returns the files' names
   */
  write(folder: string, request: SampleRequest & { readonly precision?: "float32" | "uint8" }): string[];
}

/** A data set before it is made. */
export interface DataSetEntry {
  /** `family/what`, or one word. */
  readonly name: string;
  /** Other names by which it may be meant. */
  readonly aliases?: readonly string[];
  /** Purpose, in one line. */
  readonly purpose: string;
  /** Kind of the samples, in one word, such as `task`. */
  readonly kind: string;
  /** Its options, a sentence with the default for each. */
  readonly options: Readonly<Record<string, string>>;
  /** @throws ThroughlineError for options that are not accepted */
  open(options: Readonly<Record<string, unknown>>): Promise<OpenDataSet>;
}
