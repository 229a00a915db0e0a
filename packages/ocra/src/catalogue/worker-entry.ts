// Module that a loader's worker threads import: data sets by name, and the collation of their samples.

import type { DisplaySet, NamedDataSet, TaskSet } from "../datasets/types.js";
import { dataSetEntry } from "./data-set-entry.js";

export { collateDisplays, collateProblems } from "../datasets/collate.js";

/** Makes the data set. @throws OcraDataError for an unknown name or options */
export function dataset({ name, options = {} }: NamedDataSet): Promise<DisplaySet | TaskSet> {
  return dataSetEntry(name).make(options);
}
