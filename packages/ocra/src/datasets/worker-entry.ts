// What a loader's worker threads import: data sets by name, and how their samples become batches.
import { dataSetEntry } from "./catalogue.js";
import type { DisplaySet, TaskSet } from "./types.js";

export { collateDisplays, collateProblems } from "./collate.js";

/** A data set that worker threads can make. */
export interface NamedDataSet {
  /** One of `dataSets`. */
  readonly name: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Makes the data set. @throws OcraDataError for an unknown name or options */
export function dataset({ name, options = {} }: NamedDataSet): Promise<DisplaySet | TaskSet> {
  return dataSetEntry(name).make(options);
}
