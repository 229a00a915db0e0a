// One long series as a task: at every step, what comes next?
import { keep, randint, scope, stack, type Tensor } from "@throughline/torch";
import { anyNumber, checkOptions, optional, type Rules } from "@throughline/torch/checks";
import { aTensor } from "../arguments.js";
import type { SampleOptions, TaskBatch } from "../tasks/task.js";
import type { DataTask } from "./data-task.js";
import { Problems } from "./problems.js";
import { type Scale, scaled, scaleOf } from "./scale.js";
import { checkPart, type DataOptions, rulesOfData } from "./sequence-task.js";

/** Options of `seriesTask`. */
export interface SeriesTaskOptions extends Pick<DataOptions, "title" | "standardise" | "testPart"> {
  /** [time], or [T, F]; numbers of any dtype. Copied. */
  readonly series: Tensor;
  /** Steps of the windows that are learned from and tested on. Default 300, or what the series allows. */
  readonly length?: number;
}

const rules: Rules<SeriesTaskOptions> = {
  series: aTensor,
  length: optional(anyNumber(300)),
  title: rulesOfData.title,
  standardise: rulesOfData.standardise,
  testPart: rulesOfData.testPart,
};

/** Steps of a window that a net may use to find out where it is: a quarter (our choice). */
const UNSCORED = 0.25;

/**
 * Prediction one step ahead: inputs are windows x_s … x_{s+L−1} of the series, targets x_{s+1} … x_{s+L}, scored after the first
 * quarter of a window by squared error. The end of the series (`testPart`) is held out and tested on in windows that do not
 * overlap. `standardise` is true unless told otherwise: errors are then parts of the series' variance.
 * @throws TorchError `flossing/data` naming everything that does not fit
 */
export function seriesTask(options: SeriesTaskOptions): DataTask {
  const {
    title = "own series",
    standardise = true,
    testPart = 0.2,
  } = checkOptions("seriesTask", rules, options);
  const { train, test, scale, length } = scope(() => {
    const problems = new Problems(title);
    checkPart(testPart, problems);
    const series = checkedSeries(options.series, problems);
    problems.check();
    const total = series!.size(0);
    const held = Math.round(total * testPart);
    const longest = longestWindow(total, testPart);
    const steps = options.length ?? Math.min(300, longest);
    if (longest < 2) {
      problems.add(
        `the series has ${total} steps, of which ${held} are held out; windows of 2 steps or more, each with a step to predict, need a series of ${leastSeries(testPart)} steps or more`,
      );
    } else if (!Number.isInteger(steps) || steps < 2 || steps > longest) {
      problems.add(
        `windows of ${steps} steps do not fit: the series has ${total} steps, of which ${held} are held out; give a length from 2 to ${longest}, or a longer series`,
      );
    }
    problems.check();
    const parts = {
      train: series!.narrow(0, 0, total - held).clone(),
      test: series!.narrow(0, total - held, held).clone(),
    };
    return keep({ ...parts, scale: standardise ? scaleOf(parts.train) : undefined, length: steps });
  });
  return makeTask({ title, train, test, scale, length });
}

/** Steps of the longest window that fits, with a step to predict, into what is learned from and into what is held out. */
function longestWindow(total: number, testPart: number): number {
  const held = Math.round(total * testPart);
  return Math.min(held, total - held) - 1;
}

/** Steps of the shortest series that can be learned from. */
function leastSeries(testPart: number): number {
  let total = Math.ceil(2.5 / Math.min(testPart, 1 - testPart));
  while (longestWindow(total, testPart) < 2) total += 1;
  return total;
}

/** [T, F] */
function checkedSeries(series: Tensor, problems: Problems): Tensor | undefined {
  const { shape, dtype } = series;
  if ((shape.length !== 1 && shape.length !== 2) || shape.includes(0)) {
    problems.add(`the series is [${shape}]; give [time] or [time, features]`);
  }
  if (dtype.startsWith("complex")) problems.add(`the series is ${dtype}; give real numbers`);
  if (problems.any) return undefined;
  const wrong = Number(series.isfinite().logicalNot().sum().item());
  if (wrong > 0) problems.add(`the series has ${wrong} numbers that are not finite`);
  return shape.length === 1 ? series.unsqueeze(-1) : series;
}

interface Parts {
  readonly title: string;
  readonly train: Tensor;
  readonly test: Tensor;
  readonly scale: Scale | undefined;
  readonly length: number;
}

function makeTask({ title, train, test, scale, length }: Parts): DataTask {
  const features = train.size(1);
  const firstScored = Math.floor(length * UNSCORED);
  const starts = (steps: number, batch: number, { generator }: SampleOptions): number[] =>
    Array.from(randint(0, train.size(0) - steps + 1, [batch], { generator }).toTypedArray(), Number);
  const windows = (
    from: Tensor,
    places: readonly number[],
    steps: number,
    dtype?: SampleOptions["dtype"],
  ): Tensor =>
    scaled(
      stack(
        places.map((place) => from.narrow(0, place, steps)),
        1,
      ),
      scale,
      dtype ?? "float32",
    );
  const batch = (from: Tensor, places: readonly number[], dtype?: SampleOptions["dtype"]): TaskBatch =>
    scope(() => {
      const all = windows(from, places, length + 1, dtype);
      const targets = all.narrow(0, firstScored + 1, length - firstScored);
      return {
        inputs: all.narrow(0, 0, length).contiguous(),
        targets: (features === 1 ? targets.squeeze(-1) : targets).contiguous(),
      };
    });
  const held = Math.floor((test.size(0) - 1) / length);
  return {
    ...{ title, inputSize: features, outputSize: features, kind: "regression" as const },
    ...{ firstScored, length, leastLength: length, longestInputs: train.size(0), classes: [] },
    chance: scope(() => {
      const wide = train.to("float64");
      const centred = wide.sub(wide.mean({ dim: 0 }));
      return (scale === undefined ? centred : centred.div(scale.deviation)).square().mean().item();
    }),
    ceiling: () => 0,
    heldOut: {
      size: held,
      batch: (first, count) =>
        batch(
          test,
          Array.from({ length: count }, (_, i) => (first + i) * length),
        ),
    },
    sample: (_length, size, options) =>
      scope(() => batch(train, starts(length + 1, size, options), options.dtype)),
    inputs: (steps, size, options) =>
      scope(() => windows(train, starts(steps, size, options), steps, options.dtype)),
    dispose: () => {
      for (const tensor of [train, test, scale?.mean, scale?.deviation]) tensor?.dispose();
    },
  };
}
