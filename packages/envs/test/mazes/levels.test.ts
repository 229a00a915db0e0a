// The renderer's loops at every level of instructions that this processor has: the same pictures, bit for bit.
import { withKernels } from "@throughline/testing/kernels";
import { levelsHere } from "@throughline/torch/kernels";
import { expect, test } from "vitest";

const child = new URL("levels-child.mjs", import.meta.url);

test.each(levelsHere())("%s draws what all levels draw", (level) => {
  // Made before there were levels, by one loop over the pixels of each column.
  expect(withKernels(child, level)).toEqual({
    "GoalMaze-v0": "9ac93179",
    "ObstructedGoalMaze-v0": "977c5f86",
    "Watermaze-v0": "24617018",
    "IrreversiblePath-v0": "b0a27c79",
    "SmallGoalMaze-v0": "72ea205d",
    "SmallObstructedGoalMaze-v0": "59b79043",
    "SmallWatermaze-v0": "d5eac5b2",
    "SmallIrreversiblePath-v0": "cdaa82fc",
    scenes: "8f7d460e",
  });
});
