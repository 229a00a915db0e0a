// Keys and half-block pictures, as terminals send and show them.
import { ACTION_SETS } from "@throughline/envs";
import { expect, test } from "vitest";
import { beside, halfBlocks } from "../../src/show/half-blocks.js";
import { actionOf, keysIn } from "../../src/show/keys.js";

test("keys are read out of what a terminal sends", () => {
  expect(keysIn("w\x1b[A\x1bOB\x1b[C\x1b[D q")).toEqual(["w", "up", "down", "right", "left", "space", "q"]);
  expect(keysIn("\x1b[5~\x1b[6~\x1b[1;5P\x1bM\x03")).toEqual(["page up", "page down", "m", "end"]);
});

test.each([
  [
    "coarse",
    {
      up: "forward",
      w: "forward",
      left: "turn left",
      a: "turn left",
      d: "turn right",
      down: undefined,
      space: undefined,
    },
  ],
  [
    "nine",
    {
      up: "forward",
      s: "backward",
      left: "look left 20",
      a: "strafe left",
      space: "wait",
      "page up": undefined,
    },
  ],
  [
    "fifteen",
    {
      right: "look right 60",
      d: "strafe right",
      "page up": "look up 10",
      "page down": "look down 10",
      x: undefined,
    },
  ],
] as const)("keys mean actions of the set %s", (set, meant) => {
  for (const [key, name] of Object.entries(meant)) {
    const action = actionOf(key, ACTION_SETS[set]);
    expect(action === undefined ? undefined : ACTION_SETS[set][action]!.name, key).toBe(name);
  }
});

test("a character shows two pixels, one above the other", () => {
  const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 7, 8, 9);
  expect(halfBlocks({ width: 2, height: 2, pixels })).toEqual([
    "\x1b[38;2;1;2;3m\x1b[48;2;7;8;9m▀\x1b[38;2;4;5;6m▀\x1b[0m",
  ]);
  const one = { width: 1, height: 2, pixels: Uint8Array.of(1, 1, 1, 2, 2, 2) };
  expect([...beside(one, one, 1).pixels]).toEqual([1, 1, 1, 0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 0, 0, 2, 2, 2]);
});
