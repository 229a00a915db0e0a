// Figures of merit against brute force, the specification's simulations and known answers.
import {
  constantWindowMaximum,
  type EvaluationResult,
  episodeCurve,
  nestedMean,
  parseEvaluation,
  protocols,
  successDifference,
  summarise,
  windowMaximum,
} from "@throughline/cec";
import { bootstrapInterval, mean } from "@throughline/lab";
import { Random } from "@throughline/lab/random";
import { expect, test } from "vitest";

const { learningProgress } = protocols;

test("the window maximum is that of brute force", () => {
  const random = new Random("window test");
  for (let trial = 0; trial < 200; trial++) {
    const success = Array.from({ length: 1 + random.below(40) }, () => random.below(2));
    const window = 1 + random.below(success.length);
    const all = success.flatMap((_, at) =>
      at + window > success.length ? [] : [mean(success.slice(at, at + window))],
    );
    expect(windowMaximum(success, window)).toBeCloseTo(Math.max(...all), 12);
  }
  // A quarter of the episodes, if nothing is said: 25 of 100, 12 of 50, one of three.
  expect(windowMaximum([...Array(75).fill(0), ...Array(25).fill(1)])).toBe(1);
  expect(windowMaximum([...Array(38).fill(0), ...Array(12).fill(1)])).toBe(1);
  expect(windowMaximum([0, 1, 0])).toBe(1);
  expect(() => windowMaximum([1, 0], 3)).toThrow(/^a window of 3 episodes does not fit into 2$/);
});

// Specification, §7.1, in whole or half percent: means within a unit of their last place, deviations within 0.5.
test.each([
  [0.2, 100, 32, 7],
  [0.3, 100, 44, 7],
  [0.35, 100, 50, 7],
  [0.4, 100, 55, 7],
  [0.5, 100, 65.5, 7],
  [0.6, 100, 75, 6.5],
  [0.2, 50, 37, 10],
  [0.3, 50, 50, 11],
])("a constant policy of %f in %i episodes shows %f ± %f", (probability, episodes, value, deviation) => {
  const found = constantWindowMaximum(probability, episodes);
  expect(Math.abs(100 * found.mean - value)).toBeLessThan(1);
  expect(Math.abs(100 * found.deviation - deviation)).toBeLessThan(0.6);
  expect(constantWindowMaximum(probability, episodes)).toEqual(found);
});

test("a window of all episodes has no bias: mean p, deviation √(p(1 − p)/n)", () => {
  const { mean: value, deviation } = constantWindowMaximum(0.3, 40, 40);
  expect(value).toBeCloseTo(0.3, 12);
  expect(deviation).toBeCloseTo(Math.sqrt((0.3 * 0.7) / 40), 12);
  for (const certain of [0, 1])
    for (const episodes of [1, 2, 3, 20, 50])
      expect(constantWindowMaximum(certain, episodes)).toEqual({ mean: certain, deviation: 0 });
});

/** The distribution of the window maximum, by a chain whose states are the last `window` tosses and the most heads so far. */
function exactMaximum(probability: number, tosses: number, window: number): number[] {
  const states = 1 << window;
  const heads = Array.from(
    { length: states },
    (_, bits) => [...bits.toString(2)].filter((bit) => bit === "1").length,
  );
  let now = heads.map((count) => {
    const row = new Float64Array(window + 1);
    row[count] = probability ** count * (1 - probability) ** (window - count);
    return row;
  });
  for (let toss = window; toss < tosses; toss++) {
    const next = heads.map(() => new Float64Array(window + 1));
    for (const [bits, row] of now.entries())
      for (const [bit, share] of [1 - probability, probability].entries()) {
        const to = ((bits << 1) | bit) & (states - 1);
        for (const [most, mass] of row.entries()) next[to]![Math.max(most, heads[to]!)]! += mass * share;
      }
    now = next;
  }
  return Array.from({ length: window + 1 }, (_, most) => now.reduce((sum, row) => sum + row[most]!, 0));
}

test("the maximum of a constant policy: exact for two and three windows, within the stated error for more", () => {
  for (const window of [1, 2, 3, 5])
    for (const [length, error] of [
      [1, 1e-12],
      [2, 1e-12],
      [3, 1e-12],
      [1.5, 2e-2],
      [4, 5e-4],
      [8, 2e-3],
    ] as const)
      for (const probability of [0.02, 0.3, 0.5, 0.9]) {
        const tosses = Math.round(length * window);
        const isExact = tosses % window === 0 && tosses <= 3 * window;
        const shares = exactMaximum(probability, tosses, window);
        const [first, second] = [1, 2].map((power) =>
          shares.reduce((sum, share, most) => sum + share * (most / window) ** power, 0),
        );
        const found = constantWindowMaximum(probability, tosses, window);
        const because = `${probability} in ${tosses} with windows of ${window}`;
        const most = isExact ? 1e-12 : error;
        expect(Math.abs(found.mean - first!), because).toBeLessThan(most);
        expect(
          Math.abs(found.deviation - Math.sqrt(Math.max(0, second! - first! ** 2))),
          because,
        ).toBeLessThan(isExact ? 1e-6 : 2 * error);
      }
});

test("nested means: one group is the bootstrap over its values, groups that differ widen the interval", () => {
  const random = new Random("nested test");
  const group = Array.from({ length: 20 }, () => random.unit());
  const [own, lab] = [nestedMean([group]), bootstrapInterval(group)];
  expect(own.value).toBeCloseTo(mean(group), 12);
  // Ends of 10,000 draws of other streams: they vary by a hundredth of the interval's length.
  expect(Math.abs(own.low - lab.low)).toBeLessThan(0.05 * (lab.high - lab.low));
  expect(Math.abs(own.high - lab.high)).toBeLessThan(0.05 * (lab.high - lab.low));
  // Two seeds without any spread within: 0, ½ or 1 with probability ¼, ½, ¼.
  expect(nestedMean([Array(20).fill(0), Array(20).fill(1)])).toEqual({ value: 0.5, low: 0, high: 1 });
  expect(nestedMean([[0.3]])).toEqual({ value: 0.3, low: Number.NaN, high: Number.NaN });
  // Seeds of unequal size count the same.
  expect(nestedMean([[0], [1, 1, 1]]).value).toBe(0.5);
});

/** An evaluation in which the successes of each run are given. */
function evaluation(rows: readonly (readonly number[])[]): EvaluationResult {
  return {
    format: "throughline-cec-evaluation-1",
    protocol: learningProgress({ testEpisodes: rows[0]!.length }),
    levels: [{ id: "Levers-v0", options: {} }],
    ...{ runs: rows.length, seed: 0, forget: "never", order: "played", choose: "best" },
    episodes: rows.flatMap((row, run) =>
      row.map((success, episode) => ({
        ...{ run, number: episode, level: 0, episode, scored: true },
        ...{ success: success === 1, length: 10 + episode, return: success },
      })),
    ),
  };
}

test("a rise from the first to the last quarter is found, with its interval", () => {
  const rising = evaluation([
    [0, 0, 0, 1, 1, 1, 1, 1],
    [0, 0, 1, 0, 1, 1, 1, 1],
    [0, 1, 0, 1, 0, 1, 1, 1],
    [0, 0, 0, 0, 0, 0, 1, 1],
  ]);
  const found = summarise(rising);
  expect(found).toMatchObject({
    seeds: 1,
    runs: 4,
    episodes: 8,
    steps: expect.closeTo(mean([13, 14, 15, 16, 17, 12, 14, 15, 16, 17, 11, 13, 15, 16, 17, 16, 17]), 12),
  });
  expect(found.success.value).toBeCloseTo(17 / 32, 12);
  expect([found.first.value, found.last.value]).toEqual([0.125, 1]);
  expect(found.rise.value).toBeCloseTo(0.875, 12);
  // Runs rise by 1, 1, ½ and 1.
  expect(found.rise.low).toBeGreaterThanOrEqual(0.5);
  expect(found.rise.high).toBe(1);
  const single = episodeCurve(rising);
  expect(single).toMatchObject({ x: [1, 2, 3, 4, 5, 6, 7, 8], y: [0, 0.25, 0.25, 0.5, 0.5, 0.75, 1, 1] });
  expect([single.low[0], single.high[0], single.low[7], single.high[7]]).toEqual([0, 0, 1, 1]);
  expect(single.low[3]).toBeLessThan(single.y[3]!);
  const wide = episodeCurve(rising, 4);
  expect(wide.x).toEqual([2.5, 3.5, 4.5, 5.5, 6.5]);
  expect(wide.y).toEqual([0.25, 0.375, 0.5, 0.6875, 0.8125]);
  expect(found.windowMaximum).toMatchObject({ window: 2, mean: 1, deviation: 0 });
});

test("training seeds are combined with their runs inside", () => {
  const [good, bad] = [
    evaluation([
      [1, 1, 1, 1],
      [1, 1, 1, 0],
    ]),
    evaluation([
      [0, 0, 0, 0],
      [0, 0, 1, 0],
    ]),
  ];
  const both = summarise([good, bad]);
  expect(both).toMatchObject({ seeds: 2, runs: 4, bySeed: [0.875, 0.125] });
  expect(both.success.value).toBeCloseTo(0.5, 12);
  // Over runs alone the interval would not hold the worse seed's mean.
  expect(both.success.low).toBeLessThanOrEqual(0.125);
  expect(both.success.high).toBeGreaterThanOrEqual(0.875);
  expect(() => summarise([good, { ...bad, forget: "episode" }])).toThrow(
    /^one evaluation has the forget "never", another "episode"; sum up only what was evaluated alike$/,
  );
  expect(() => summarise([good, { ...bad, levels: [{ id: "Other-v0", options: {} }] }])).toThrow(
    /was tested in/,
  );
  expect(() => summarise([])).toThrow(/^there is no evaluation to sum up/);
});

test("differences pair the runs: what all runs share does not widen the interval", () => {
  // Runs that differ much, in each of which the second policy loses one of four.
  const one = evaluation([
    [1, 1, 1, 1],
    [1, 0, 0, 0],
    [1, 1, 0, 0],
    [1, 1, 1, 0],
  ]);
  const other = evaluation([
    [0, 1, 1, 1],
    [0, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 1, 1, 0],
  ]);
  expect(successDifference(one, other)).toEqual({ value: 0.25, low: 0.25, high: 0.25 });
  expect(summarise(one).success.high - summarise(one).success.low).toBeGreaterThan(0.3);
  const both = successDifference([one, other], [other, other]);
  expect(both).toMatchObject({ value: 0.125, low: 0, high: 0.25 });
  expect(() => successDifference(one, [other, other])).toThrow(
    /^one policy has 1 evaluations, the other 2; give/,
  );
  expect(() => successDifference(one, { ...other, seed: 1 })).toThrow(
    /^one policy had 4 runs of 4 episodes from seed 0 in .*, the other 4 runs of 4 episodes from seed 1 in /,
  );
});

test("an evaluation is read back as it was written, and nothing else is", () => {
  const one = evaluation([[1, 0, 1, 1]]);
  expect(parseEvaluation(JSON.stringify(one))).toEqual(one);
  expect(() => parseEvaluation("{")).toThrow(/^the text is no evaluation: it is not JSON$/);
  expect(() => parseEvaluation("{}", "x.json")).toThrow(/^x.json is no evaluation: format: /);
  const broken = { ...one, episodes: [{ ...one.episodes[0]!, length: 0 }] };
  expect(() => parseEvaluation(JSON.stringify(broken))).toThrow(/episodes.0.length: /);
  const short = { ...one, episodes: one.episodes.slice(1) };
  expect(() => parseEvaluation(JSON.stringify(short))).toThrow(
    /^the text: run 0 has 3 scored episodes, its protocol has 4$/,
  );
});
