// Several starts: how spread slots are, by hand and by loops; which start an image keeps; when there is but one.
import { type AttendedSlots, encodeFrozen, mostCompact, SlotEncoder, spread } from "@throughline/ocra";
import { difference, expectClose } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import {
  fromTypedArray,
  Generator,
  noGrad,
  ones,
  rand,
  randn,
  stack,
  type Tensor,
  tensor,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

/** Mean over places, by weight · share, of the squared distance from the slot's centre. */
function byLoops(shares: number[][], weights: number[], [height, width]: [number, number]): number {
  const places = weights.map(
    (_, n) => [(Math.floor(n / width) + 0.5) / height, ((n % width) + 0.5) / width] as const,
  );
  let [sum, total] = [0, 0];
  for (const own of shares) {
    const mass = own.map((share, n) => share * weights[n]!);
    const whole = mass.reduce((a, b) => a + b);
    const centre = [0, 1].map((axis) => mass.reduce((a, m, n) => a + m * places[n]![axis]!, 0) / whole);
    total += whole;
    sum += mass.reduce((a, m, n) => {
      return a + m * ((places[n]![0] - centre[0]!) ** 2 + (places[n]![1] - centre[1]!) ** 2);
    }, 0);
  }
  return sum / total;
}

describe("spread", () => {
  scoped("is the mean squared distance from the centres", () => {
    const shares = randn([3, 4, 15]).softmax(1);
    const weights = rand([3, 15]);
    const wanted = (shares.toArray() as number[][][]).map((image, i) =>
      byLoops(image, (weights.toArray() as number[][])[i]!, [3, 5]),
    );
    expectClose(spread(shares, [3, 5], weights), tensor(wanted), 1e-6, "spread");
    expectClose(spread(shares, [3, 5]), spread(shares, [3, 5], ones([3, 15])), 1e-6, "without weights");
  });

  scoped("two places a quarter apart: in one slot 1/64, in two slots nothing, shared evenly 1/64", () => {
    const two = (a: number[], b: number[]): Tensor => tensor([[a, b]]);
    const ink = tensor([[1, 1, 0, 0]]);
    const of = (shares: Tensor): number => spread(shares, [1, 4], ink).item();
    expect(of(two([1, 1, 0.5, 0.5], [0, 0, 0.5, 0.5]))).toBeCloseTo(1 / 64, 7);
    expect(of(two([1, 0, 0.5, 0.5], [0, 1, 0.5, 0.5]))).toBeCloseTo(0, 7);
    expect(of(two([0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]))).toBeCloseTo(1 / 64, 7);
  });
});

describe("which start an image keeps", () => {
  /** Slots that hold 2 and 2 of four places, or all of them in one slot; `mark` tells starts apart. */
  const start = (compact: readonly boolean[], mark: number): AttendedSlots => {
    const rows = compact.map((is) => (is ? [1, 1, 0, 0, 0, 0, 1, 1] : [1, 1, 1, 1, 0, 0, 0, 0]));
    const shares = fromTypedArray(Float32Array.from(rows.flat()), [compact.length, 2, 4]);
    const marked = ones([compact.length, 2, 3]).mul(mark);
    return { shares, attention: shares.mul(mark), slots: marked, z: marked, m: marked };
  };
  const kept = (...starts: readonly (readonly boolean[])[]): number[] => {
    let at = 0;
    const found = mostCompact(starts.length, [1, 4], undefined, () => start(starts[at]!, ++at));
    return found.z.select(1, 0).select(1, 0).toArray() as number[];
  };

  scoped("the most compact one, image by image; of equal ones the first", () => {
    expect(kept([false, true, false], [true, true, false], [true, false, false])).toEqual([2, 1, 1]);
  });

  scoped("and all of what it gave", () => {
    let at = 0;
    const starts = [start([false], 1), start([true], 2)];
    const found = mostCompact(2, [1, 4], undefined, () => starts[at++]!);
    for (const part of ["slots", "z", "m", "attention", "shares"] as const) {
      expect(difference(found[part], starts[1]![part])).toBe(0);
    }
  });
});

describe("an encoder with starts", () => {
  scoped("takes one in training, from given noise, and by default; else the most compact", () => {
    using model = new SlotEncoder({ resolution: 8, dim: 8, slots: 3, starts: 5, encoderStrides: [1] });
    noGrad(() => model.slot_attention.to_q.weight.mul_(20)); // so that starts differ
    const images = rand([6, 1, 8, 8]);
    const generator = () => Generator.create({ seed: 3 });
    const noises = (() => {
      const one = generator();
      return Array.from({ length: 5 }, () => randn([6, 3, 8], { generator: one }));
    })();
    const each = noises.map((noise) => model.encode(images, { noise }));
    expectClose(model.encode(images, { generator: generator() }).z, each[0]!.z, 1e-6, "training");
    model.eval();
    expectClose(model.encode(images, { noise: noises[1]! }).z, each[1]!.z, 1e-6, "given noise");
    const flat = each.map(({ shares }) => shares.flatten(2));
    const spreads = stack(flat.map((shares) => spread(shares, [8, 8]))).toArray() as number[][];
    const best = Array.from({ length: 6 }, (_, image) =>
      spreads.reduce((kept, row, at) => (row[image]! < spreads[kept]![image]! - 0.001 ? at : kept), 0),
    );
    expect(new Set(best).size).toBeGreaterThan(1);
    const found = model.encode(images, { generator: generator() });
    const wanted = stack(best.map((at, image) => each[at]!.z.select(0, image)));
    expectClose(found.z, wanted, 1e-6, "z");
    model.train();
    expectClose(encodeFrozen(model, images, { generator: generator() }).z, wanted, 1e-6, "frozen");
    expect(model.training).toBe(true);
  });

  test("refuses a number of starts that is none", () => {
    expect(() => new SlotEncoder({ starts: 0 })).toThrow(
      "starts is 0, accepted: a whole number of at least 1",
    );
  });
});
