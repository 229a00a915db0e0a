// Attention over episodes: which frame belongs to which episode, by weights that are known.
import { attentionOverEpisodes } from "@throughline/cec";
import { scope, tensor } from "@throughline/torch";
import { expect, test } from "vitest";
import { Looks } from "../../dist/evaluation/looks.js";

/** Adds one step of runs whose weights over the last W frames are given, the step's own last. */
function look(
  looks: Looks,
  rows: readonly { run: number; number: number; weights: readonly number[] }[],
): void {
  scope(() => looks.add(tensor(rows.map(({ weights }) => [...weights])), rows));
}

test("weights fall on the episodes of the frames, the window's oldest frames drop out", () => {
  const looks = new Looks();
  // One run: two steps of episode 0, one of 1, two of 2; a window of three frames.
  look(looks, [{ run: 0, number: 0, weights: [0, 0, 1] }]);
  look(looks, [{ run: 0, number: 0, weights: [0, 0.25, 0.75] }]);
  look(looks, [{ run: 0, number: 1, weights: [0.125, 0.25, 0.625] }]);
  look(looks, [{ run: 0, number: 2, weights: [0.5, 0.25, 0.25] }]);
  look(looks, [{ run: 0, number: 2, weights: [0.5, 0.125, 0.375] }]);
  expect(looks.means).toEqual([
    { number: 0, steps: 2, back: [1], even: [1] },
    {
      number: 1,
      steps: 1,
      back: [0.625, 0.375],
      even: [expect.closeTo(1 / 3, 12), expect.closeTo(2 / 3, 12)],
    },
    // Frames of the two steps: 0 1 2, then 1 2 2.
    {
      number: 2,
      steps: 2,
      back: [0.375, 0.375, 0.25],
      even: [1 / 2, 1 / 3, 1 / 6].map((share) => expect.closeTo(share, 12)),
    },
  ]);
  for (const { back, even } of looks.means)
    for (const shares of [back, even]) expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
});

test("runs side by side are kept apart, and those of the same number are averaged", () => {
  const looks = new Looks();
  look(looks, [
    { run: 0, number: 0, weights: [0, 1] },
    { run: 4, number: 0, weights: [0, 1] },
  ]);
  look(looks, [
    { run: 0, number: 1, weights: [0.5, 0.5] },
    { run: 4, number: 0, weights: [0.25, 0.75] },
  ]);
  // Run 0 has ended: the row of run 4 is now the first.
  look(looks, [{ run: 4, number: 1, weights: [0.75, 0.25] }]);
  expect(looks.means).toEqual([
    { number: 0, steps: 3, back: [1], even: [1] },
    { number: 1, steps: 2, back: [0.375, 0.625], even: [0.5, 0.5] },
  ]);
});

test("an episode that is out of sight has no share, and one between others has its place", () => {
  const looks = new Looks();
  for (const [number, weights] of [
    [0, [0, 0, 1]],
    [1, [0, 0.5, 0.5]],
    [3, [0.25, 0.25, 0.5]],
  ] as const)
    look(looks, [{ run: 1, number, weights }]);
  // Episode 3 looks at itself, at nothing one back, at 1 and at 0.
  expect(looks.means.at(-1)).toMatchObject({ number: 3, back: [0.5, 0, 0.25, 0.25] });
});

test("the figure: a row for each episode, all that is further back in its last column", () => {
  const looks = [
    { number: 0, steps: 5, back: [1], even: [1] },
    { number: 1, steps: 5, back: [0.75, 0.25], even: [0.5, 0.5] },
    { number: 2, steps: 5, back: [0.5, 0.25, 0.25], even: [0.5, 0.25, 0.25] },
  ];
  const whole = attentionOverEpisodes("Where it looks", { looks });
  expect([whole.columns, whole.rows]).toEqual([
    [0, 1, 2],
    [1, 2, 3],
  ]);
  expect(whole.values).toEqual([
    [1, Number.NaN, Number.NaN],
    [0.75, 0.25, Number.NaN],
    [0.5, 0.25, 0.25],
  ]);
  const cut = attentionOverEpisodes("Where it looks", { looks }, { most: 2 });
  expect([cut.columns, cut.rows]).toEqual([
    [0, 1],
    [1, 2],
  ]);
  const relative = attentionOverEpisodes("Where it looks", { looks }, { relative: true });
  expect(relative.values).toEqual([
    [1, Number.NaN, Number.NaN],
    [1.5, 0.5, Number.NaN],
    [1, 1, 1],
  ]);
  expect(() => attentionOverEpisodes("Where it looks", {})).toThrow(/no weights of attention; evaluate with/);
});
