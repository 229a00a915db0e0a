// @ts-check
// A small experiment with everything that a resumed run must put back: random batches, dropout, Adam, a schedule, a data
// loader, an object of its own, two loops with code before, between and after them.
import { defineExperiment, option } from "@throughline/lab";
import { z } from "zod";

/** Steps at which something goes wrong, set from outside. @type {Record<string, number>} */
export const troubles = {};
for (const name of ["kill", "throw", "nan"]) {
  const value = process.env[`TINY_${name.toUpperCase()}`];
  if (value !== undefined) troubles[name] = Number(value);
}
export const tiny = defineExperiment({
  name: "test/tiny",
  purpose: "Fit a noisy line with a small network.",
  config: {
    steps: option(z.int().min(0).default(60), "How long each of the two loops is.", "steps"),
    hidden: option(z.int().min(1).default(8), "Width of the network.", "units"),
    learningRate: option(z.number().positive().default(0.01), "Step size of Adam."),
    checkpointEvery: option(z.int().min(0).default(7), "Distance of checkpoints; 0: by time.", "steps"),
    pause: option(z.number().min(0).default(0), "How long each step sleeps.", "ms"),
    ballast: option(z.int().min(0).default(0), "Size of a tensor that fills checkpoints.", "elements"),
  },
  presets: { smoke: { steps: 10 } },
  async run(context) {
    const torch = await import("@throughline/torch");
    const { nn, optim, data } = torch;
    const { steps, hidden, learningRate, ballast } = context.config;
    const pause = pauseOf(context.seed) ?? context.config.pause;
    const checkpointEvery = context.config.checkpointEvery || undefined;

    context.say("at work");
    const { TINY_CRASH, TINY_REJECT } = process.env;
    if (TINY_CRASH) {
      setTimeout(() => {
        throw new Error("nobody catches this");
      }, Number(TINY_CRASH));
    }
    if (TINY_REJECT)
      setTimeout(() => void Promise.reject(new Error("nobody awaits this")), Number(TINY_REJECT));
    const init = context.generator("data");
    const inputs = torch.randn([64, 3], { generator: init });
    const targets = inputs
      .sum({ dim: 1, keepdim: true })
      .add(torch.randn([64, 1], { generator: init }).mul(0.1));
    // Weights come from libtorch's default generator, as dropout does.
    const model = context.track(
      "model",
      new nn.Sequential(
        new nn.Linear(3, hidden),
        new nn.Tanh(),
        new nn.Dropout(0.2),
        new nn.Linear(hidden, 1),
      ),
    );
    const optimizer = context.track("optimizer", new optim.Adam(model.parameters(), { lr: learningRate }));
    const schedule = context.track("schedule", new optim.lrScheduler.StepLR(optimizer, 10, { gamma: 0.9 }));
    const samples = new data.TensorDataset(inputs, targets);
    const loader = context.track(
      "loader",
      new data.DataLoader(samples, { batchSize: 16, shuffle: true, seed: context.seedFor("loader") }),
    );
    const average = context.track("average", new Average(torch.zeros([ballast]).keep()));
    const before = evaluate();
    context.log({ before });

    /** @type {Iterator<import("@throughline/torch").Tensor[]> | undefined} */
    let batches;
    const nextBatch = () => {
      for (;;) {
        batches ??= loader.sync();
        const { done, value } = batches.next();
        if (!done && value) return value;
        batches = undefined;
      }
    };

    function evaluate() {
      return torch.scope(() => {
        model.eval();
        const noise = torch.randn([64, 3], { generator: context.generator("noise") }).mul(0.01);
        const loss = nn.functional.mseLoss(model.forward(inputs.add(noise)), targets).item();
        model.train();
        return loss;
      });
    }

    /** @param {string} loop @param {number} step */
    const train = (loop, step) => {
      if (step === troubles.kill) process.kill(process.pid, "SIGKILL");
      if (loop === "second" && step === troubles.second)
        throw new Error("the experiment has a mistake in its second loop");
      if (step === troubles.throw) throw new Error("the experiment has a mistake");
      const order = torch.randperm(64, { generator: context.generator("order") }).narrow(0, 0, 16);
      const [x, y] =
        loop === "first" ? nextBatch() : [inputs.indexSelect(0, order), targets.indexSelect(0, order)];
      optimizer.zeroGrad();
      const loss = nn.functional.mseLoss(model.forward(/** @type {any} */ (x)), /** @type {any} */ (y));
      loss.backward();
      optimizer.step();
      schedule.step();
      average.add(loss.item());
      if (pause > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
      if (step % 5 === 0) context.log({ evaluation: evaluate() });
      return {
        loss: step === troubles.nan ? Number.NaN : loss.item(),
        average: average.value,
        rate: schedule.getLastLr()[0] ?? 0,
      };
    };

    const best = { metric: "evaluation", goal: /** @type {const} */ ("min") };
    await context.loop("first", { steps, checkpointEvery, best }, (step) => train("first", step));
    const between = evaluate();
    context.log({ between });
    await context.loopAsync("second", { steps, checkpointEvery }, async (step) => {
      // What it waits for comes to nothing, and is told to nobody.
      if (process.env.TINY_HANG && step === 3) {
        setTimeout(() => {
          throw new Error("nobody catches this");
        });
        await new Promise(() => {});
      }
      return torch.scope(() => train("second", step));
    });
    const after = evaluate();
    context.artifact("weights.txt", JSON.stringify(model.parameters().map((one) => one.toArray())));
    if (process.env.TINY_REJECT_LAST) void Promise.reject(new Error("nobody awaits this"));
    return { before, between, after, best: average.best };
  },
});

/**
 * How long a step sleeps, where it is to be no part of the configuration: `TINY_PAUSES` is JSON such as `{"3":500,"all":20}`.
 * @param {number} seed @returns {number | undefined}
 */
function pauseOf(seed) {
  const pauses = JSON.parse(process.env.TINY_PAUSES ?? "{}");
  return pauses[seed] ?? pauses.all;
}

/** A state of its own: numbers that JSON cannot hold, a list, a map, a typed array. */
class Average {
  value = 0;
  best = Number.POSITIVE_INFINITY;
  /** @type {number[]} */
  recent = [];
  counts = new Map([["steps", 0n]]);
  last = new Float64Array(2);
  /** @param {import("@throughline/torch").Tensor} ballast */
  constructor(ballast) {
    this.ballast = ballast;
  }
  /** @param {number} loss */
  add(loss) {
    this.recent = [...this.recent.slice(-4), loss];
    this.value = this.recent.reduce((sum, one) => sum + one, 0) / this.recent.length;
    this.best = Math.min(this.best, loss);
    this.counts.set("steps", (this.counts.get("steps") ?? 0n) + 1n);
    this.last[0] = loss;
  }
  stateDict() {
    const { recent, best, counts, last, ballast, value } = this;
    return { recent, best, counts, last, ballast, value };
  }
  /** @param {ReturnType<Average["stateDict"]>} state */
  loadStateDict(state) {
    Object.assign(this, { ...state, ballast: state.ballast.clone().keep() });
  }
}
