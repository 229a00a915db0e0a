// Options that a function of the data sets does not have are refused.

import { join } from "node:path";
import {
  artTask,
  clevrProblems,
  drawObjects,
  importCheckpoint,
  objectsFrom,
  previewSheet,
  puzzleViews,
  readDataset,
  solvePuzzle,
  svrtPicture,
  writeDataset,
} from "@throughline/ocra";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";

const folder = fileFolder();
// As JavaScript would call them, without types.
const loose = <T>(options: object): T => options as T;
const set = () => artTask("rmts", { count: 2, size: 16 });

test.each<[string, () => unknown]>([
  [
    "previewSheet: there is no option coutn; did you mean count?",
    () => previewSheet(set(), loose({ coutn: 1 })),
  ],
  [
    "writeDataset: there is no option perfile; did you mean perFile?",
    () => writeDataset(set(), join(folder, "a"), loose({ perfile: 1 })),
  ],
  [
    "readDataset: there is no option cuont; did you mean count?",
    () => readDataset(folder, loose({ cuont: 1 })),
  ],
  [
    "drawObjects: there is no option sise; did you mean size?",
    () => drawObjects(objectsFrom("tasks"), [], loose({ sise: 16 })),
  ],
  [
    "svrtPicture: there is no option nubmer; did you mean number?",
    () => svrtPicture(loose({ problem: 1, nubmer: 1 })),
  ],
  [
    "clevrProblems: there is no option sed; did you mean seed?; seed is undefined",
    () => clevrProblems("rmts", loose({ split: "train", count: 1, sed: 0 })),
  ],
  [
    "clevrProblems: count is 0, accepted: a whole number",
    () => clevrProblems("rmts", { split: "train", count: 0, seed: 0 }),
  ],
  [
    "puzzleViews: there is no option channel; did you mean channels?",
    () => puzzleViews("x.png", undefined, loose({ size: 16, channel: 1, fit: "pad" })),
  ],
  ["puzzleViews: size", () => puzzleViews("x.png", undefined, { size: 1e9, channels: 1, fit: "pad" })],
  [
    "importCheckpoint: there is no option suit; did you mean suite?",
    () => importCheckpoint("x.pt", "y", loose({ suit: "art" })),
  ],
  [
    "solvePuzzle: there is no option fits; did you mean fit?",
    () => solvePuzzle(loose({}), [], loose({ fits: "pad" })),
  ],
])("%s", (sentence, call) => {
  expect(call).toThrow(sentence);
});
