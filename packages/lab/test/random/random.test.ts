// Random numbers: the published generator, uniform, without bias, and different for different keys.

import { Random } from "@throughline/lab/random";
import { statefulContract } from "@throughline/testing/contracts/stateful";
import { describe, expect, test } from "vitest";

/** Within five standard deviations of a binomial count. */
function expectShare(part: number, whole: number, share: number): void {
  expect(Math.abs(part - whole * share)).toBeLessThan(5 * Math.sqrt(whole * share * (1 - share)));
}

test("below(n) gives every number as often, also where n does not divide 2³²", () => {
  const random = new Random("test", 1);
  const counts = new Array<number>(7).fill(0);
  for (let draw = 0; draw < 70_000; draw++) counts[random.below(7)]!++;
  for (const count of counts) expectShare(count, 70_000, 1 / 7);
  // Without rejection, the lower third of 3·2³⁰ would come twice as often as the rest.
  const thirds = [0, 0, 0];
  for (let draw = 0; draw < 30_000; draw++) thirds[Math.floor(random.below(3 * 2 ** 30) / 2 ** 30)]!++;
  for (const count of thirds) expectShare(count, 30_000, 1 / 3);
  const large = Array.from({ length: 20_000 }, () => random.below(3 * 2 ** 50));
  expect(large.every((value) => Number.isSafeInteger(value) && value < 3 * 2 ** 50)).toBe(true);
  expectShare(large.filter((value) => value < 2 ** 50).length, large.length, 1 / 3);
});

test("every bit is as often 0 as 1, and neighbours are unrelated", () => {
  const random = new Random("bits");
  const ones = new Array<number>(32).fill(0);
  const equal = new Array<number>(32).fill(0);
  let last = random.bits();
  for (let draw = 0; draw < 20_000; draw++) {
    const bits = random.bits();
    for (let bit = 0; bit < 32; bit++) {
      ones[bit]! += (bits >>> bit) & 1;
      equal[bit]! += ~((bits ^ last) >>> bit) & 1;
    }
    last = bits;
  }
  for (const count of [...ones, ...equal]) expectShare(count, 20_000, 1 / 2);
});

test("streams of neighbouring keys are unrelated", () => {
  const firsts = Array.from({ length: 20_000 }, (_, index) => new Random("displays", 3, index).bits());
  for (let bit = 0; bit < 32; bit++) {
    const ones = firsts.filter((bits) => (bits >>> bit) & 1).length;
    expectShare(ones, firsts.length, 1 / 2);
    const equal = firsts.filter(
      (bits, at) => at > 0 && (((bits ^ firsts[at - 1]!) >>> bit) & 1) === 0,
    ).length;
    expectShare(equal, firsts.length - 1, 1 / 2);
  }
  const keys = [["a", 1], ["a", 2], ["b", 1], ["a", 2 ** 32 + 1], [1, "a"], ["a"], ["a", 1, 0]] as const;
  expect(new Set(keys.map((key) => new Random(...key).bits())).size).toBe(keys.length);
  expect(new Random("a", 1).bits()).toBe(new Random("a", 1).bits());
});

test("unit() is uniform on [0, 1)", () => {
  const random = new Random("unit");
  const values = Array.from({ length: 20_000 }, () => random.unit());
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(20_000));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
});

test("shuffle gives every order as often, sample every choice", () => {
  const random = new Random("orders");
  const orders = new Map<string, number>();
  for (let draw = 0; draw < 12_000; draw++) {
    const key = random.shuffle([0, 1, 2]).join();
    orders.set(key, (orders.get(key) ?? 0) + 1);
    const choice = `of 4: ${random.sample(4, 2).join()}`;
    orders.set(choice, (orders.get(choice) ?? 0) + 1);
  }
  expect(orders.size).toBe(6 + 12);
  for (const [key, count] of orders) expectShare(count, 12_000, key.startsWith("of") ? 1 / 12 : 1 / 6);
});

/** The next `count` words of a stream. */
function take(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.bits());
}

// Computed by a C program of its own: the recurrence of xoshiro128** on uint32_t, the state filled from the key's words w by
// h = 0x9e3779b9 + lane; h = fmix32(31 h + w) for each; fmix32(h + lane). Results of data sets depend on these.
describe("known answers", () => {
  test("xoshiro128** from the state 1, 2, 3, 4", () => {
    const random = new Random();
    random.loadStateDict([1, 2, 3, 4]);
    expect(take(random, 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  test.each([
    [[], [3480220114, 428457619, 1366581374]],
    [
      ["art", 7, 2 ** 40 + 5],
      [2031662786, 440144252, 3137469733, 359652103, 586117031],
    ],
    [[-3], [2205617856, 1643986084, 2715667395]],
  ])("the stream of the key %j", (key, expected) => {
    expect(take(new Random(...key), expected.length)).toEqual(expected);
  });

  test("unit() has 53 bits of two words", () => {
    const random = new Random("art", 7, 2 ** 40 + 5);
    expect([random.unit(), random.unit()]).toEqual([0.47303335444986117, 0.7304990968386682]);
  });
});

statefulContract("a stream", (which) => {
  const random = new Random(which);
  return {
    save: () => random.stateDict(),
    load: (state) => random.loadStateDict(state),
    step: () => take(random, 5),
  };
});

test("what no stream can do is refused", () => {
  const random = new Random();
  for (const n of [0, 1.5, -1, Number.NaN, 2 ** 53 + 2]) {
    expect(() => random.below(n)).toThrow(`Random.below: n is ${n}, accepted: a whole number from 1 to 2⁵³`);
  }
  expect(() => random.sample(3, 4)).toThrow(
    "Random.sample: count is 4, accepted: a whole number from 0 to 3",
  );
  expect(() => random.loadStateDict([0, 0, 0, 0])).toThrow("accepted: four words of 32 bits, not all 0");
  expect(() => random.loadStateDict([1, 2, 3, 2 ** 32])).toThrow(
    "accepted: four words of 32 bits, not all 0",
  );
});
