// `cec/demonstrations` and `cec/imitate`: real demonstrations, a few, from the recording to tested checkpoints; runs that are stopped; refusals.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  checkpointSummary,
  checkpointsArtifact,
  demonstrateExperiment,
  type EvaluationResult,
  imitateExperiment,
  loadImitator,
} from "@throughline/cec";
import {
  Box,
  Dict,
  EpisodeReader,
  EpisodeWriter,
  envOf,
  POLICY_KEYS,
  replayProblem,
} from "@throughline/envs";
import {
  createRun,
  type Experiment,
  executeRun,
  type Outcome,
  readArtifact,
  resolveConfig,
} from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { hearing } from "@throughline/testing/steps";
import { scope } from "@throughline/torch";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluationArtifact } from "../../dist/evaluation/result.js";
import { demonstrationCurriculum } from "../../dist/experiments/imitate/curriculum.js";
import { filmTest } from "../../dist/experiments/imitate/film.js";

const root = fileFolder();

const made = (experiment: unknown, overrides: readonly string[]): string =>
  createRun(
    experiment as Experiment,
    resolveConfig(experiment as Experiment, { preset: "smoke", overrides }),
    { root },
  );

/** Runs an experiment that is killed by what it does at a step of a loop, after a checkpoint; then goes on. */
async function stoppedAt(experiment: unknown, overrides: readonly string[], at: number): Promise<Outcome> {
  const whole = experiment as Experiment;
  const path = made(whole, overrides);
  const failing: Experiment = {
    ...whole,
    run: (context) =>
      whole.run(
        hearing(context, (_, step) => {
          if (step === at) throw new Error("the power is gone");
        }) as never,
      ),
  };
  expect((await executeRun(path, failing)).status).toBe("failed");
  return executeRun(path, whole);
}

let data: string;

beforeAll(async () => {
  const { record, status } = await executeRun(
    made(demonstrateExperiment, ["demonstrations=1", "lanes=3"]),
    demonstrateExperiment as unknown as Experiment,
  );
  expect(status).toBe("finished");
  data = join(record.path, "artifacts", "episodes");
});

function opened<Result>(folder: string, work: (store: EpisodeReader) => Result): Result {
  const store = new EpisodeReader(folder);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

const configOf = (...overrides: string[]): never =>
  resolveConfig(imitateExperiment as never, { preset: "smoke", overrides: [`data=${data}`, ...overrides] })
    .config as never;

describe("demonstrations", () => {
  test("one of each skill, which succeed and replay; the card says that they are scripted", () => {
    opened(data, (store) => {
      const { about, state, levels } = store.card;
      expect(about).toMatchObject({ demonstrators: "scripted", skills: ["worse", "okay", "better"] });
      expect(state!.shape).toEqual([32]);
      expect(levels[0]!.id).toBe("Lift-v0");
      expect(store.episodes.map(({ policy, success }) => [policy, success])).toEqual([
        ["worse", true],
        ["okay", true],
        ["better", true],
      ]);
      const [worse, , better] = store.episodes;
      expect(better!.length).toBeLessThan(worse!.length);
      const env = envOf(store, 0);
      try {
        expect(replayProblem(store, better!, env)).toBeUndefined();
      } finally {
        env.close();
      }
    });
  });

  test("whatever is played side by side, and where a recording was stopped: the episodes are the same", async () => {
    const { record, status } = await stoppedAt(demonstrateExperiment, ["demonstrations=1", "lanes=2"], 1);
    expect(status).toBe("finished");
    const movesOf = (folder: string) =>
      opened(folder, (store) =>
        store.episodes.map((episode) => [episode, store.moves(episode), store.states(episode)]),
      );
    expect(movesOf(join(record.path, "artifacts", "episodes"))).toEqual(movesOf(data));
  });

  test("as curricula: by grade, by completion time, as recorded; single episodes and windows of them", () => {
    const levels = (...overrides: string[]) =>
      demonstrationCurriculum(configOf(...overrides), data).levels.map(({ name, episodes }) => [
        name,
        episodes.map(({ number }) => number),
      ]);
    expect(levels()).toEqual([
      ["worse", [0]],
      ["okay", [1]],
      ["better", [2]],
    ]);
    const lengths = opened(data, (store) => store.episodes.map(({ length }) => length));
    const longest = [0, 1, 2].sort((a, b) => lengths[b]! - lengths[a]!);
    expect(levels("curriculum=completion-time").map(([, episodes]) => episodes)).toEqual(
      longest.map((number) => [number]),
    );
    expect(levels("curriculum=learning-progress")).toEqual([["as recorded", [0, 1, 2]]]);
    const samples = (method: string): number =>
      demonstrationCurriculum(configOf(`method=${method}`), data).samples;
    expect(samples("cec")).toBe(1);
    expect(samples("cec-no-cross")).toBe(3);
    expect(samples("bc-rnn")).toBe(lengths.reduce((sum, length) => sum + length, 0));
  });
});

describe("cec/imitate", () => {
  const small = ["workers=0", "testEpisodes=1", "horizon=12", "checkpoints=2"];
  const imitate = (...overrides: string[]): Promise<Outcome> =>
    executeRun(
      made(imitateExperiment, [`data=${data}`, ...small, ...overrides]),
      imitateExperiment as unknown as Experiment,
    );

  test.each(["cec", "cec-no-cross", "bc-rnn"] as const)(
    "%s learns, and its checkpoints are tested",
    async (method) => {
      const { status, record, summary } = await imitate(`method=${method}`);
      expect(status).toBe("finished");
      const { success, best, lastTen, last, loss } = summary as Record<string, number>;
      expect([success, best, lastTen, last]).toEqual([0, 0, 0, 0]);
      expect(Number.isFinite(loss)).toBe(true);
      const checkpoints = readArtifact(record.path, checkpointsArtifact)!;
      expect(checkpoints.map(({ updates }) => updates)).toEqual([2, 3]);
      const { forget, episodes } = readArtifact(record.path, evaluationArtifact())!;
      expect(forget).toBe(method === "cec" ? "never" : "episode");
      expect(episodes.map(({ length, actions }) => [length, actions!.length])).toEqual([
        [12, 12],
        [12, 12],
      ]);
      if (method === "cec") {
        const film = join(root, "rollout.gif");
        const of = readArtifact(record.path, evaluationArtifact())!;
        await filmTest(of, { env: "Lift-v0", horizon: 12 }, film, { name: method, side: 40 });
        // GIF's graphic control extension comes before each frame: one for each of 12 steps, and the first.
        expect(readFileSync(film).toString("latin1").split("\x21\xf9\x04").length - 1).toBe(13);
      }
      const { policy, seen } = loadImitator(record.id, root);
      expect(Object.keys(seen.observations).sort()).toEqual([...POLICY_KEYS]);
      scope(() => expect(policy.parameters().length).toBeGreaterThan(5));
      policy.dispose();
    },
  );

  test("a run that is stopped goes on to the same numbers", async () => {
    const rowsOf = (path: string): unknown[] =>
      readFileSync(join(path, "metrics.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => ({ ...JSON.parse(line), time: 0 }));
    const whole = await imitate("seed=4");
    const resumed = await stoppedAt(imitateExperiment, [`data=${data}`, ...small, "seed=4"], 2);
    expect(resumed.summary).toEqual(whole.summary);
    expect(rowsOf(resumed.record.path)).toEqual(rowsOf(whole.record.path));
    const [one, other] = [resumed, whole].map(({ record }) => readArtifact(record.path, checkpointsArtifact));
    expect(one).toEqual(other);
  });
});

describe("refusals in one sentence, before a run exists", () => {
  const check = (...overrides: string[]) => {
    const { config, sources } = resolveConfig(imitateExperiment as never, { preset: "smoke", overrides });
    return imitateExperiment.check!(config as never, root, sources);
  };
  const sizes = { object: 10, robot0_eef_pos: 3, robot0_eef_quat: 4, robot0_gripper_qpos: 2 };
  let stores = 0;
  /** A store of one short episode. */
  function foreign({ id = "Lift", keys = sizes, action = 7, policy = "better" }: Partial<Foreign>): string {
    const folder = join(root, `foreign-${stores++}`);
    const parts = Object.entries(keys).map(
      ([key, size]) => [key, new Box(-9, 9, [size], "float64")] as const,
    );
    const writer = new EpisodeWriter(folder, {
      levels: [{ id, options: {}, horizon: 500 }],
      observationSpace: new Dict(Object.fromEntries(parts)),
      actionSpace: new Box(-1, 1, [action], "float32"),
    });
    const draft = writer.begin({ policy });
    const observation = Object.fromEntries(
      Object.entries(keys).map(([key, size]) => [key, new Float64Array(size)]),
    );
    draft.see(observation);
    draft.step(new Float32Array(action), 1);
    draft.see(observation);
    writer.end(draft, { seed: 0, episode: 0, update: 0, success: true, terminated: true });
    writer.close();
    return `data=${folder}`;
  }
  interface Foreign {
    readonly id: string;
    readonly keys: Readonly<Record<string, number>>;
    readonly action: number;
    readonly policy: string;
  }

  test("robosuite's own name of a task is accepted", async () => {
    await expect(check(foreign({}))).resolves.toBeUndefined();
    await expect(check(`data=${data}`)).resolves.toBeUndefined();
  });

  test.each<[string, Partial<Foreign>, string[], string]>([
    ["another task", { id: "PickPlaceCan" }, [], "they are of PickPlaceCan, accepted: Lift-v0"],
    ["another version", { id: "Lift-v1" }, [], "they were recorded in Lift-v1, accepted: Lift-v0"],
    [
      "another size of actions",
      { action: 6 },
      [],
      "actions are arrays of 6 numbers, accepted: arrays of 7 numbers",
    ],
    [
      "missing keys, all at once",
      { keys: { robot0_eef_pos: 3, robot0_eef_quat: 4 } },
      [],
      "have robot0_eef_pos, robot0_eef_quat, and not object, robot0_gripper_qpos",
    ],
    [
      "another size of a key",
      { keys: { ...sizes, object: 14 } },
      [],
      "object is [14], accepted in Lift-v0: [10]",
    ],
    ["no pictures", {}, ["input=pictures"], "and not agentview_image, robot0_eye_in_hand_image"],
    [
      "no grades",
      { policy: "" },
      [],
      "has no demonstrations graded worse, okay, better; give --curriculum completion-time",
    ],
  ])("%s", async (_, given, overrides, message) => {
    await expect(check(foreign(given), ...overrides)).rejects.toMatchObject({
      code: "cec/data",
      message: expect.stringContaining(message),
    });
  });

  test("no recording at the preset, and heads that do not divide the width", async () => {
    await expect(check("env=Can-v0")).rejects.toMatchObject({
      code: "cec/data",
      message: expect.stringContaining(
        "make one: throughline run cec/demonstrations --preset smoke --env Can-v0",
      ),
    });
    await expect(check(`data=${data}`, "heads=3")).rejects.toMatchObject({
      code: "lab/config",
      message: "heads is 3, accepted: a divisor of width, 16",
    });
  });
});

test("figures of merit: the best checkpoint, the mean of the last ten, and the last", () => {
  const result = (wins: readonly number[]): EvaluationResult => ({
    ...{ format: "throughline-cec-evaluation-1", levels: [null], runs: 2, seed: 1 },
    ...{
      protocol: { kind: "learning-progress", testEpisodes: 2 },
      forget: "never",
      order: "played",
      choose: "best",
    },
    episodes: wins.map((win, at) => ({
      ...{
        run: Math.floor(at / 2),
        number: at % 2,
        level: 0,
        episode: at % 2,
        length: 1,
        return: win,
        scored: true,
      },
      success: win === 1,
    })),
  });
  const wins = [[1, 1, 1, 0], [1, 1, 1, 1], ...Array.from({ length: 9 }, () => [1, 0, 0, 0]), [0, 0, 0, 1]];
  const tested = wins.map((those, at) => ({ updates: at + 1, result: result(those) }));
  const { best, lastTen, last } = checkpointSummary(tested);
  expect([best.value, last.value]).toEqual([1, 0.25]);
  expect(lastTen.value).toBeCloseTo(0.25, 12);
  expect([best.low, best.high]).toEqual([1, 1]);
  expect([last.low, last.high]).toEqual([0, 0.5]);
});
