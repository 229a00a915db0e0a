// The data set of a name.
import { suggestion } from "@throughline/torch/checks";
import { OcraDataError } from "../datasets/errors.js";
import { dataSets } from "./data-sets.js";
import type { DataSetEntry } from "./entry.js";

/** The entry of a name. @throws OcraDataError ocra/argument, with the nearest name */
export function dataSetEntry(name: string): DataSetEntry {
  const entry = dataSets.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = dataSets.map((candidate) => candidate.name);
  throw new OcraDataError("argument", `there is no data set "${name}"${suggestion(name, names)}`);
}
