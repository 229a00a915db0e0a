// A data set that can be made by name.
import type { DataSetEntry as Entry } from "@throughline/lab";
import type { DisplaySet, TaskSet } from "../datasets/types.js";

/** A data set that can be made by name. */
export interface DataSetEntry extends Omit<Entry, "open" | "aliases"> {
  /** `either` for what a folder may hold. */
  readonly kind: "displays" | "task" | "either";
  /** @throws OcraDataError for options that are not accepted */
  make(options: Readonly<Record<string, unknown>>): Promise<DisplaySet | TaskSet>;
}
