// Looking at an agent's memory and flossing it: what is measured, that it leaves learning alone, and that it resumes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RecurrentAgent, sourceExperiment } from "@throughline/cec";
import { MazeVector, mazeKind } from "@throughline/envs";
import { finiteTimeExponents } from "@throughline/flossing";
import {
  createRun,
  type Experiment,
  executeRun,
  type Outcome,
  readArtifact,
  resolveConfig,
} from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { hearing } from "@throughline/testing/steps";
import {
  eye,
  fromTypedArray,
  Generator,
  grad,
  linalg,
  noGrad,
  scope,
  stack,
  type Tensor,
  tensor,
  zeros,
} from "@throughline/torch";
import { beforeAll, describe, expect, test } from "vitest";
import { memoryDynamics } from "../../dist/source/dynamics.js";
import { looksArtifact } from "../../dist/source/memory-looks.js";
import { watchEpisodes } from "../../dist/source/watch.js";

const root = fileFolder();
const experiment = sourceExperiment as unknown as Experiment;

function create(overrides: readonly string[]): string {
  const given = ["seed=1", "threads=1", "hardest=1", "testEpisodes=2", ...overrides];
  return createRun(experiment, resolveConfig(experiment, { preset: "smoke", overrides: given }), { root });
}

const run = (...overrides: string[]): Promise<Outcome> => executeRun(create(overrides), experiment);
const rowsOf = async ({ record }: Outcome) => (await record.metrics()).map(({ time: _, ...row }) => row);
const looksOf = ({ record }: Outcome) => readArtifact(record.path, looksArtifact) ?? [];

const make = (memory: "lstm" | "gru", seed = 1): RecurrentAgent => {
  using generator = Generator.create({ seed });
  const sizes = { height: 8, width: 8, channels: [2, 2, 2], features: 8, units: 6, actions: 3 };
  return own(new RecurrentAgent({ ...sizes, memory }, generator));
};

const place = { env: "SmallGoalMaze-v0", options: { height: 8, width: 8, rooms: 1, horizon: 40 }, seed: 5 };

describe("episodes that drive the memory", () => {
  checkLeaks();

  /** The same play with the agent's own `forward`, as it learns and is tested: pictures, and the steps of each first episode. */
  function played(agent: RecurrentAgent, episodes: number, steps: number, generator: Generator) {
    const vector = new MazeVector(mazeKind(place.env), episodes, place.options);
    const lengths = new Array<number>(episodes).fill(Number.POSITIVE_INFINITY);
    const pictures: Tensor[] = [];
    let { observations } = vector.reset({ seed: place.seed });
    let state = agent.start(episodes);
    const begins = fromTypedArray(new Uint8Array(episodes), [1, episodes], { dtype: "bool" });
    for (let at = 1; at <= steps; at++) {
      pictures.push(observations.clone());
      const judged = agent.forward(observations.unsqueeze(0), state, begins);
      state = judged.state;
      const chosen = judged.logits
        .squeeze(0)
        .softmax(-1)
        .multinomial(1, { replacement: true, generator })
        .flatten();
      const step = vector.step(Array.from(chosen.toTypedArray() as BigInt64Array, Number));
      for (const { lane } of step.ends) lengths[lane] = Math.min(lengths[lane]!, at);
      observations = step.observations;
    }
    vector.close();
    return { pictures, lengths };
  }

  test.each([
    [4, 40],
    [11, 40],
    [2, 7],
  ])("are the first steps of %i episodes, as long as so many last, at most %i", (wanted, steps) => {
    const agent = make("lstm");
    scope(() => {
      using generator = Generator.create({ seed: 9 });
      using same = Generator.create({ seed: 9 });
      const features = watchEpisodes(agent, { ...place, episodes: 12, steps, wanted }, generator);
      const { pictures, lengths } = noGrad(() => played(agent, 12, 40, same));
      const longest = lengths.toSorted((a, b) => b - a);
      const expected = Math.min(steps, longest[wanted - 1]!);
      // Some of the episodes end by themselves, or the test would show nothing.
      expect(longest.at(-1)).toBeLessThan(40);
      expect(features.shape).toEqual([expected, wanted, 8]);
      const lanes = lengths.flatMap((length, lane) => (length >= expected ? [lane] : [])).slice(0, wanted);
      const driven = noGrad(() =>
        stack(
          pictures
            .slice(0, expected)
            .map((picture) =>
              agent.encoder.forward(picture.indexSelect(0, tensor(lanes, { dtype: "int64" }))),
            ),
        ),
      );
      expect(features).toBeClose(driven, {
        rtol: 1e-5,
        atol: 1e-6,
        because: "batches of other sizes sum in another order",
      });
    });
  });
});

describe("what is measured", () => {
  checkLeaks();

  test.each(["lstm", "gru"] as const)(
    "with %s: exponents of the cell's own steps, norms of Jacobians by reverse mode (1e-8)",
    (memory) => {
      const agent = make(memory);
      scope(() => {
        using generator = Generator.create({ seed: 3 });
        const features = zeros([20, 2, 8]).uniform_(0, 2, { generator });
        const found = memoryDynamics(agent.memory, features, 5);
        expect([found.steps, found.episodes, found.lags]).toEqual([20, 2, [1, 2, 3, 4, 6, 8]]);
        const cell = own(agent.memory.clone()).to({ dtype: "float64" }) as typeof agent.memory;
        const inputs = features.to("float64");
        const plain = finiteTimeExponents(cell, inputs, { k: 5, skip: 10 });
        expect(found.exponents).toBeClose(plain.detach().mean({ dim: 0 }).toArray() as number[], {
          rtol: 1e-8,
          atol: 1e-9,
        });
        const size = cell.stateSize;
        const logs = found.lags.map((lag) => {
          const each = [0, 1].map((episode) => {
            const own = inputs.narrow(1, episode, 1).unbind(0);
            const start = own
              .slice(0, 10)
              .reduce((state, input) => cell.step(input, state), cell.start(1))
              .detach()
              .requiresGrad_();
            const last = own.slice(10, 10 + lag).reduce((state, input) => cell.step(input, state), start);
            const rows = eye(size, { dtype: "float64" })
              .unbind(0)
              .map((row) => grad(last.flatten().dot(row), [start], { retainGraph: true })[0]!.flatten());
            return Math.log(linalg.svdvals(stack(rows)).max().item());
          });
          return (each[0]! + each[1]!) / 2;
        });
        expect(found.logNorms).toBeClose(logs, { rtol: 1e-8, atol: 1e-8 });
        // Nothing grows without end in a memory that forgets: all exponents negative, so the dimension is 0.
        expect(found.dimension).toBe(0);
      });
    },
  );
});

const watched = ["dynamicsEvery=2", "flossLength=12", "k=6"];
const flossed = ["flossBefore=12", "flossEvery=2", "flossSteps=5", "flossLr=0.01", ...watched];

test("without these options nothing of them is in a run, and looks change nothing that is learned", async () => {
  const [off, zero, looked] = [await run(), await run("flossBefore=0"), await run(...watched)];
  const names = ["dynamicsEvery", "k", "flossBefore", "flossEvery", "flossSteps", "flossLength", "flossLr"];
  expect(names.filter((name) => name in off.record.config)).toEqual([]);
  expect(looksOf(off)).toEqual([]);
  const rows = await rowsOf(off);
  expect(await rowsOf(zero)).toEqual(rows);
  const added = ["firstExponent", "lastExponent", "dimension", "lookSteps", "logNorm8"];
  const bare = (await rowsOf(looked)).map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !added.includes(name))),
  );
  expect(bare).toEqual(rows);
  expect(looked.summary).toEqual(off.summary);
  // Every second of four updates, and after the last.
  expect(looksOf(looked).map(({ update }) => update)).toEqual([0, 2, 4]);
  const figures = await experiment.figures!(looked.record);
  expect(Object.keys(figures)).toContain("memory");
});

test("flossing brings the exponents of the memory nearer to 0, before training and during it", async () => {
  const outcome = await run(...flossed, "flossBefore=60");
  expect(outcome.error?.message).toBeUndefined();
  const distance = ({ exponents }: { readonly exponents: readonly (number | null)[] }): number =>
    Math.sqrt(exponents.reduce((sum: number, value) => sum + value! ** 2, 0) / exponents.length);
  const [before, after] = looksOf(outcome);
  expect([before!.label, after!.update]).toEqual(["before flossing", 0]);
  expect(distance(after!)).toBeLessThan(distance(before!) * 0.8);
  const rows = await rowsOf(outcome);
  expect(rows.filter(({ flossingSteps }) => flossingSteps === 5).map(({ step }) => step)).toEqual([2]);
});

describe("stopped and resumed, it comes to the same numbers, bit for bit", () => {
  async function interrupted(loop: string, step: number): Promise<Outcome> {
    const path = create(flossed);
    const controller = new AbortController();
    const stopping: Experiment = {
      ...experiment,
      run: (context) =>
        experiment.run(hearing(context, (name, at) => name === loop && at === step && controller.abort())),
    };
    const first = await executeRun(path, stopping, { signal: controller.signal });
    expect(first.status).toBe("interrupted");
    return executeRun(path, experiment);
  }

  const results = async (outcome: Outcome) => ({
    error: outcome.error?.message,
    summary: outcome.summary,
    rows: await rowsOf(outcome),
    looks: looksOf(outcome),
    weights: readFileSync(join(outcome.record.path, "artifacts/agent.safetensors")).toString("base64"),
  });
  let straight: Awaited<ReturnType<typeof results>>;
  beforeAll(async () => {
    straight = await results(await run(...flossed));
    expect(straight.error).toBeUndefined();
  });

  test.each([
    ["floss", 4],
    ["train", 1],
    ["train", 2],
  ])("in the loop %s at step %i", async (loop, step) => {
    expect(await results(await interrupted(loop, step))).toEqual(straight);
  });
});

test("more exponents than the state has directions are refused before there is a run", async () => {
  const { config, sources } = resolveConfig(experiment, {
    preset: "smoke",
    overrides: ["flossBefore=1", "k=33"],
  });
  await expect(experiment.check!(config as never, root, sources)).rejects.toThrow(
    "k is 33, accepted: at most the size of the memory's state, 32",
  );
});
