// The renderer's loops at every level of instructions that this processor has: the same pictures, bit for bit.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { levelsHere } from "@throughline/torch/kernels";
import { expect, test } from "vitest";

const child = fileURLToPath(new URL("levels-child.mjs", import.meta.url));

test.each(levelsHere())("%s draws what all levels draw", (level) => {
  const env = { ...process.env, THROUGHLINE_KERNELS: level };
  // Made before there were levels, by one loop over the pixels of each column.
  expect(JSON.parse(execFileSync(process.execPath, [child], { encoding: "utf8", env }))).toEqual({
    "GoalMaze-v0": "9ac93179",
    "ObstructedGoalMaze-v0": "977c5f86",
    "Watermaze-v0": "24617018",
    "IrreversiblePath-v0": "b0a27c79",
    "SmallGoalMaze-v0": "72ea205d",
    "SmallObstructedGoalMaze-v0": "59b79043",
    "SmallWatermaze-v0": "d5eac5b2",
    "SmallIrreversiblePath-v0": "cdaa82fc",
  });
});
