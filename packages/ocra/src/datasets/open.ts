// A data set as the command looks at it.
import type { OpenDataSet } from "@throughline/lab";
import { isTaskSet, previewSheet } from "./preview.js";
import type { DisplaySet, TaskSet } from "./types.js";
import { writeDataset } from "./write.js";

export function openSet(set: DisplaySet | TaskSet): OpenDataSet {
  return {
    length: set.length,
    unit: isTaskSet(set) ? "problems" : "displays",
    preview: (request) => previewSheet(set, request),
    write: (folder, request) => writeDataset(set, folder, request),
  };
}
