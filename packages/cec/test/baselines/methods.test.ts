// The table of methods, and what conditioned ones are asked for.
import { keptEpisodes, methods, wantedReturn } from "@throughline/cec";
import { expect, test } from "vitest";

test.each([
  ["GoalMaze-v0", 4.82, 3],
  ["SmallWatermaze-v0", 0.9869, 3],
  ["IrreversiblePath-v0", 5, 2],
  ["SmallIrreversiblePath-v0", 5, 2],
] as const)(
  "%s: the return wanted is the released code's %d, and %i episodes are kept",
  (env, value, kept) => {
    expect(Math.abs(wantedReturn(env) - value)).toBeLessThan(1e-3);
    expect(keptEpisodes(env)).toBe(kept);
  },
);

test("who sees single episodes forgets after each at test, and nobody else does", () => {
  for (const { sequences, forget } of Object.values(methods))
    expect(forget === "episode").toBe(sequences === "singleEpisodes");
  expect(Object.values(methods).filter(({ isConditioned }) => isConditioned)).toEqual([
    methods.dt,
    methods.at,
  ]);
});
