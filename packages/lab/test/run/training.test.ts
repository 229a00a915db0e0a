// Parts that training loops share: best weights, running means, evaluations with a period of their own.
import type { Metrics } from "@throughline/lab";
import { BestWeights, Evaluators, isDue, RunningMeans } from "@throughline/lab/training";
import { statefulContract } from "@throughline/testing/contracts/stateful";
import { dispose, liveTensors, nn, noGrad, scope, type Tensor } from "@throughline/torch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

/** A model of one weight. */
function model(weight: number): nn.Linear {
  const linear = new nn.Linear(1, 1, { bias: false });
  set(linear, weight);
  return linear;
}
function set(linear: nn.Linear, weight: number): void {
  scope(() => {
    noGrad(() => linear.weight.fill_(weight));
  });
}
const weightOf = ({ weight }: nn.Linear): number => scope(() => weight.detach().sum().item());
/** Weights that are kept belong to nobody else. */
const release = (best: BestWeights) => dispose(best.stateDict().weights as Record<string, Tensor>);

describe("best weights", () => {
  test.each([
    ["min", [5, 2, 3, Number.NaN, 2], 2],
    ["max", [-5, -2, -3, Number.NaN, -2], -2],
  ] as const)("goal %s: the best value, the first of equals; NaN never is", (goal, values, value) => {
    const linear = model(0);
    const best = new BestWeights(goal);
    expect(best.value).toBeNull();
    for (const [i, offered] of values.entries()) {
      set(linear, i);
      best.offer(offered, 10 * i, linear);
    }
    expect([best.value, best.step]).toEqual([value, 10]);
    best.restore(linear);
    expect(weightOf(linear)).toBe(1);
    release(best);
    linear.dispose();
  });

  test("go through a checkpoint; without an offer a model keeps its own", () => {
    const linear = model(7);
    const [best, again, none] = [new BestWeights("max"), new BestWeights("max"), new BestWeights()];
    best.offer(0.5, 3, linear);
    // As checkpoints of earlier versions hold it: what is to be small.
    expect(best.stateDict()).toMatchObject({ loss: -0.5, step: 3 });
    again.loadStateDict(best.stateDict());
    set(linear, 8);
    again.offer(0.4, 4, linear);
    none.restore(linear);
    expect(weightOf(linear)).toBe(8);
    again.restore(linear);
    expect([again.value, again.step, weightOf(linear)]).toEqual([0.5, 3, 7]);
    release(best);
    release(again);
    linear.dispose();
  });
});

test("running means are of the values since they were taken, also after a checkpoint", () => {
  const means = new RunningMeans("loss", "accuracy");
  means.add({ loss: 1, accuracy: 0 });
  means.add({ loss: 2, accuracy: 1 });
  expect(means.stateDict()).toEqual({ loss: 3, accuracy: 1, count: 2 });
  const again = new RunningMeans("loss", "accuracy");
  again.loadStateDict(means.stateDict());
  again.add({ loss: 6, accuracy: 1 });
  expect(again.take()).toEqual({ loss: 3, accuracy: 2 / 3 });
  again.add({ loss: 4, accuracy: 1 });
  expect(again.take()).toEqual({ loss: 4, accuracy: 1 });
  expect(again.take()).toEqual({ loss: Number.NaN, accuracy: Number.NaN });
});

statefulContract("running means", () => {
  const means = new RunningMeans("loss");
  return {
    save: () => means.stateDict(),
    load: (state) => means.loadStateDict(state),
    step: () => {
      means.add({ loss: 1 });
      return means.stateDict();
    },
  };
});

describe("evaluators", () => {
  test("are due every so many steps and after the last", () => {
    const due = (every: number) =>
      Array.from({ length: 8 }, (_, done) => done).filter((at) => isDue(every, at, 7));
    expect(due(3)).toEqual([0, 3, 6, 7]);
    expect(due(7)).toEqual([0, 7]);
    expect(due(100)).toEqual([0, 7]);
    expect(due(0)).toEqual([]);
  });

  test("each has its period, in order; what only chooses weights is not logged", async () => {
    const linear = model(0);
    const best = new BestWeights("max");
    const said: string[] = [];
    const evaluator = (every: number, name: string, values: (done: number) => Metrics) => ({
      every,
      evaluate: async (done: number) => {
        said.push(`${name} ${done}`);
        return values(done);
      },
    });
    const evaluators = new Evaluators(5, [
      {
        ...evaluator(2, "validation", (done) => ({ accuracy: done === 4 ? 0.9 : 0.5 })),
        ...{ best: { weights: best, metric: "accuracy", model: linear }, logs: false },
      },
      evaluator(4, "test", (done) => ({ testAccuracy: done })),
      evaluator(0, "never", () => ({})),
    ]);
    const logged: (Metrics | undefined)[] = [];
    for (let done = 1; done <= 5; done++) {
      set(linear, done);
      logged.push(await evaluators.at(done));
    }
    expect(logged).toEqual([undefined, undefined, undefined, { testAccuracy: 4 }, { testAccuracy: 5 }]);
    expect(said).toEqual(["validation 2", "validation 4", "test 4", "validation 5", "test 5"]);
    best.restore(linear);
    expect([best.value, best.step, weightOf(linear)]).toEqual([0.9, 4, 4]);
    release(best);
    linear.dispose();
  });

  test("one that lacks the metric that chooses weights is refused", async () => {
    const linear = model(0);
    const best = { weights: new BestWeights(), metric: "loss", model: linear };
    const evaluators = new Evaluators(1, [{ every: 1, evaluate: () => ({ accuracy: 1 }), best }]);
    await expect(evaluators.at(1)).rejects.toThrow("an evaluation returned accuracy, but no number loss");
    linear.dispose();
  });
});
