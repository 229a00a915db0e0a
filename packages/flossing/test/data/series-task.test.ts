// One long series: what comes next?
import { type DataTask, type SeriesTaskOptions, seriesTask } from "@throughline/flossing";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { arange, Generator, randn, stack, type Tensor, tensor, zeros } from "@throughline/torch";
import { describe, expect } from "vitest";

checkLeaks();

const make = (options: SeriesTaskOptions): DataTask => own(seriesTask(options));
const ramp = (steps: number): Tensor => arange(steps).to("float64");

describe("windows", () => {
  scoped("are answered by the next number, after a quarter of their steps", () => {
    const task = make({ series: ramp(100), length: 8, standardise: false });
    expect(task).toMatchObject({
      firstScored: 2,
      length: 8,
      inputSize: 1,
      outputSize: 1,
      kind: "regression",
    });
    const { inputs, targets } = task.sample(8, 500, { generator: Generator.create({ seed: 1 }) });
    const starts = inputs.select(0, 0).squeeze(-1).toArray() as number[];
    expect(targets.shape).toEqual([6, 500]);
    for (const [b, start] of starts.entries()) {
      for (let t = 0; t < 8; t++) expect(inputs.select(1, b).select(0, t).item()).toBe(start + t);
      if (b > 5) break;
    }
    expect(targets.select(0, 0).toArray()).toEqual(starts.map((start) => start + 3));
    expect(targets.select(0, 5).toArray()).toEqual(starts.map((start) => start + 8));
    // All windows of the first 80 numbers, and no other.
    expect([Math.min(...starts), Math.max(...starts)]).toEqual([0, 71]);
  });

  scoped("of the end are held out, one after the other", () => {
    const task = make({ series: ramp(100), length: 6, standardise: false });
    expect(task.heldOut!.size).toBe(3);
    const { inputs, targets } = task.heldOut!.batch(0, 3);
    expect(inputs.select(0, 0).squeeze(-1).toArray()).toEqual([80, 86, 92]);
    expect(targets.select(0, targets.size(0) - 1).toArray()).toEqual([86, 92, 98]);
  });

  scoped("of several features, on one scale each", () => {
    const series = stack([ramp(200).mul(10), ramp(200).neg()], -1);
    const task = make({ series, length: 10 });
    const train = ramp(160);
    const deviation = train.sub(train.mean()).square().mean().sqrt().item();
    const { inputs, targets } = task.sample(10, 4, { dtype: "float64" });
    expect([inputs.shape, targets.shape]).toEqual([
      [10, 4, 2],
      [8, 4, 2],
    ]);
    const step = inputs.select(0, 1).sub(inputs.select(0, 0)).select(0, 0).toArray() as number[];
    expect(step[0]).toBeCloseTo(1 / deviation, 10);
    expect(step[1]).toBeCloseTo(-1 / deviation, 10);
    expect(task.chance).toBeCloseTo(1, 10);
    expect(task.inputs(50, 3, {}).shape).toEqual([50, 3, 2]);
  });

  scoped("are as long as usual, or as the series allows", () => {
    expect(make({ series: randn([10_000]) }).length).toBe(300);
    expect(make({ series: randn([100]) }).length).toBe(19);
  });
});

describe("what is refused", () => {
  const refuse = (options: SeriesTaskOptions, sentence: RegExp) =>
    expect(() => seriesTask(options)).toThrow(sentence);

  scoped("in sentences", () => {
    refuse(
      { series: zeros([3, 4, 5]) },
      /own series: the series is \[3,4,5\]; give \[time\] or \[time, features\]/,
    );
    refuse({ series: tensor([1, Number.NaN, 2]) }, /the series has 1 numbers that are not finite/);
    refuse(
      { series: randn([100]), length: 50 },
      /windows of 50 steps do not fit: the series has 100 steps, of which 20 are held out; give a length from 2 to 19/,
    );
    refuse({ series: randn([5]) }, /need a series of 13 steps or more/);
    refuse({ series: randn([100]), testPart: 0 }, /testPart is 0; give a part between 0 and 1/);
  });
});
