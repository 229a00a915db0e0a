// `cec/train` and `cec/evaluate`: every method from recorded learning to an evaluation, refusals, and a run that is stopped and resumed.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { evaluateExperiment, loadPolicy, methods, trainExperiment, trainSetting } from "@throughline/cec";
import {
  createRun,
  type Experiment,
  executeRun,
  type Outcome,
  readArtifact,
  readRun,
  resolveConfig,
} from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { hearing } from "@throughline/testing/steps";
import { scope } from "@throughline/torch";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluationArtifact } from "../../dist/evaluation/result.js";
import { modelRun } from "../../dist/experiments/evaluate/model-run.js";
import { gradedStore } from "../curricula/support/graded.js";

const root = fileFolder();
const data = join(root, "episodes");

beforeAll(() => gradedStore({ folder: data, rooms: [1, 2, 2], episodes: 12, height: 24, width: 32 }).close());

// Sequences are assembled on this thread, except where it matters: a thread's start takes longer than three updates.
const small = ["testEpisodes=1", "runs=2", "workers=0"];
/** The tested level alone is played: two episodes less. */
const tested = "protocol=learning-progress";

function made(experiment: Experiment, overrides: readonly string[]): string {
  return createRun(experiment, resolveConfig(experiment, { preset: "smoke", overrides }), { root });
}

const train = (...overrides: string[]): Promise<Outcome> =>
  executeRun(made(trainExperiment as never, [`data=${data}`, ...small, ...overrides]), trainExperiment);

const rowsOf = (path: string): Record<string, unknown>[] =>
  readFileSync(join(path, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => ({ ...JSON.parse(line), time: 0 }));

describe("cec/train", () => {
  test.each(Object.keys(methods))(
    "%s learns from recorded episodes, and is evaluated as its kind is",
    async (method) => {
      const { status, record, summary } = await train(`method=${method}`);
      expect(status).toBe("finished");
      const { loss, firstLoss, success, episodesBefore } = summary as Record<string, number>;
      // Three actions: nothing is known at the start.
      expect(Math.abs(loss! - Math.log(3))).toBeLessThan(0.3);
      expect(Math.abs(firstLoss! - Math.log(3))).toBeLessThan(0.3);
      expect(success).toBeGreaterThanOrEqual(0);
      const found = readArtifact(record.path, evaluationArtifact())!;
      const { forget, sequences } = methods[method as keyof typeof methods];
      expect(found.forget).toBe(forget);
      expect(found.protocol.kind).toBe(
        forget === "never" && sequences === "curriculum" ? "auto" : "learning-progress",
      );
      expect(found.episodes.filter(({ scored }) => scored)).toHaveLength(2);
      expect(found.levels.at(-1)).toMatchObject({
        id: "SmallGoalMaze-v0",
        options: { rooms: 5, height: 24 },
      });
      expect(episodesBefore).toBe(found.protocol.kind === "auto" ? 2 : 0);
      const { policy } = loadPolicy(record.id, root);
      scope(() => expect(policy.parameters().length).toBeGreaterThan(10));
      policy.dispose();
    },
  );

  test("a run that is stopped goes on to the same numbers, whatever the number of threads that assemble", async () => {
    const options = ["updates=5", "seed=3", tested];
    const whole = await train(...options, "workers=1");
    const path = made(trainExperiment as never, [`data=${data}`, ...small, ...options]);
    // Killed by what it does at its fourth step, after a checkpoint.
    const failing: Experiment = {
      ...(trainExperiment as unknown as Experiment),
      run: (context) =>
        trainExperiment.run(
          hearing(context, (loop, step) => {
            if (loop === "train" && step === 3) throw new Error("the power is gone");
          }) as never,
        ),
    };
    const stopped = await executeRun(path, failing);
    expect(stopped.status).toBe("failed");
    const resumed = await executeRun(path, trainExperiment);
    expect(resumed.status).toBe("finished");
    expect(resumed.summary).toEqual(whole.summary);
    expect(rowsOf(path)).toEqual(rowsOf(whole.record.path));
    // Beside the losses, how widely each of two heads in two layers looks.
    const last = rowsOf(path).findLast(({ loop }) => loop === "train") as Record<string, number>;
    for (const head of ["1.1", "1.2", "2.1", "2.2"]) {
      expect(last[`entropy${head}`]).toBeGreaterThan(0);
      expect(last[`entropy${head}`]).toBeLessThanOrEqual(last.entropyMost! + 1e-5);
    }
  });

  test("learning progress is learned from the tested level alone, in the protocol of it", async () => {
    const { record, status } = await train("curriculum=learning-progress", "most=3", "episodes=6");
    expect(status).toBe("finished");
    expect(readFileSync(join(record.path, "artifacts/curriculum.txt"), "utf8")).toContain(
      "6 samples an epoch of 6 episodes",
    );
    expect(readArtifact(record.path, evaluationArtifact())!.protocol.kind).toBe("learning-progress");
  });
});

describe("refusals, before anything starts", () => {
  const check = (...overrides: string[]) => {
    const { config, sources } = resolveConfig(trainExperiment, { preset: "smoke", overrides });
    return trainExperiment.check!(config as never, root, sources);
  };
  test("data of another maze, of no level to learn from, and none at all", async () => {
    await expect(check(`data=${data}`)).resolves.toBeUndefined();
    await expect(check(`data=${data}`, "env=SmallWatermaze-v0")).rejects.toMatchObject({
      code: "cec/data",
      message: "the data do not fit: they are of SmallGoalMaze-v0, accepted: SmallWatermaze-v0",
    });
    await expect(check()).rejects.toMatchObject({
      code: "cec/data",
      message: expect.stringContaining(
        "make one: throughline run cec/source --preset smoke --env SmallGoalMaze-v0 --record",
      ),
    });
    await expect(check("data=/nowhere")).rejects.toMatchObject({ code: "lab/no-run" });
    const hard = join(root, "hard");
    gradedStore({ folder: hard, rooms: [9], episodes: 4, height: 24, width: 32 }).close();
    await expect(check(`data=${hard}`, "method=bc-expert", "gate=true")).rejects.toMatchObject({
      code: "cec/data",
      message: expect.stringContaining(
        "no successful episode with pictures in the last 100 % of its learning",
      ),
    });
    const blind = join(root, "blind");
    gradedStore({
      folder: blind,
      rooms: [1, 2, 2],
      episodes: 4,
      height: 24,
      width: 32,
      observations: 0,
    }).close();
    await expect(check(`data=${blind}`)).rejects.toMatchObject({
      code: "cec/data",
      message: `level 0 of ${blind} has no episode with pictures: 4 were kept without; give cec/source --record-pictures 1000`,
    });
    const short = join(root, "short");
    gradedStore({ folder: short, rooms: [1, 2, 2], episodes: 4, height: 24, width: 32, played: 1 }).close();
    await expect(check(`data=${short}`)).rejects.toMatchObject({
      code: "cec/data",
      message: expect.stringContaining("level 1 of"),
    });
    await expect(check(`data=${short}`)).rejects.toThrow(
      /the agent's training ended before one did; give cec\/source more --frames$/,
    );
    const one = join(root, "one");
    gradedStore({ folder: one, rooms: [5] }).close();
    await expect(check(`data=${one}`)).rejects.toMatchObject({ code: "cec/data" });
    await expect(check(`data=${one}`, "curriculum=learning-progress")).resolves.toBeUndefined();
  });

  test("levels that there are not, sizes that do not go together", async () => {
    await expect(check(`data=${data}`, "levels=[7]")).rejects.toMatchObject({
      message: expect.stringContaining("accepted: 0 to 2"),
    });
    await expect(check(`data=${data}`, "heads=3")).rejects.toMatchObject({
      code: "lab/config",
      message: "heads is 3, accepted: a divisor of width, 16",
    });
    await expect(check(`data=${data}`, "warmup=5", "cosine=5")).rejects.toMatchObject({ code: "lab/config" });
  });
});

test("paper: settings of each maze, in the table of the paper", () => {
  const [td, lp] = ["task-difficulty", "learning-progress"] as const;
  expect(trainSetting("paper", "GoalMaze-v0", td, "cec")).toEqual({
    chunk: 500,
    batch: 4,
    episodes: 100,
    most: 5,
    updates: 6300,
    spacing: "consecutive",
  });
  expect(trainSetting("paper", "Watermaze-v0", lp, "cec")).toEqual({
    chunk: 400,
    batch: 4,
    episodes: 300,
    most: 9,
    updates: 6000,
    spacing: "consecutive",
  });
  expect(trainSetting("paper", "IrreversiblePath-v0", td, "cec")).toEqual({
    chunk: 1600,
    batch: 2,
    episodes: 100,
    most: 3,
    updates: 18_000,
    spacing: "consecutive",
  });
  expect(trainSetting("paper", "IrreversiblePath-v0", lp, "cec")).toMatchObject({
    episodes: 400,
    most: 8,
    updates: 19_400,
  });
  expect(trainSetting("paper", "GoalMaze-v0", td, "dt").batch).toBe(16);
});

test("laptop: an update of single episodes has as many as one of sequences, on average", () => {
  const batches = (env: string, curriculum: "task-difficulty" | "learning-progress") =>
    (["cec", "cec-no-cross"] as const).map((method) => trainSetting("laptop", env, curriculum, method).batch);
  // Two levels of 3 episodes, three levels of 3, and 9 in all.
  expect(batches("SmallIrreversiblePath-v0", "task-difficulty")).toEqual([4, 24]);
  expect(batches("SmallWatermaze-v0", "task-difficulty")).toEqual([4, 36]);
  expect(batches("SmallGoalMaze-v0", "learning-progress")).toEqual([4, 36]);
});

describe("cec/evaluate", () => {
  test("changed mazes, controls of memory, attention; and what a model cannot do is refused", async () => {
    const { record } = await train("seed=5", tested);
    const run = (...overrides: string[]) =>
      executeRun(
        made(evaluateExperiment as never, [
          `model=${record.id}`,
          "seed=5",
          tested,
          ...small.slice(0, 2),
          ...overrides,
        ]),
        evaluateExperiment,
      );
    const doors = await run("variant=unseen-mechanism", "runs=1");
    expect(doors.status).toBe("finished");
    expect(readArtifact(doors.record.path, evaluationArtifact())!.levels.at(-1)!.id).toBe(
      "SmallObstructedGoalMaze-v0",
    );
    const looked = await run("attention=true", "memory=cleared", "testEpisodes=2", "runs=1");
    const found = readArtifact(looked.record.path, evaluationArtifact())!;
    expect(found.forget).toBe("episode");
    // A memory that is cleared has nothing of episodes before.
    for (const { back } of found.looks!) for (const weight of back.slice(1)) expect(weight).toBe(0);
    const usual = await run();
    expect(usual.summary.success).toBe((readRun(record.path).summary as { success: number }).success);
    const check = (...overrides: string[]) => {
      const { config, sources } = resolveConfig(evaluateExperiment, {
        preset: "smoke",
        overrides: [`model=${record.id}`, ...overrides],
      });
      return evaluateExperiment.check!(config as never, root, sources);
    };
    await expect(check("method=dt")).rejects.toMatchObject({
      code: "cec/evaluation",
      message: expect.stringContaining("was trained with cec"),
    });
    await expect(check("memory=shuffled", tested)).rejects.toMatchObject({
      code: "cec/evaluation",
      message: expect.stringMatching(/has no episodes before the test; give --protocol auto or fixed$/),
    });
    await expect(check("memory=shuffled")).resolves.toBeUndefined();
    const weights = join(record.path, "artifacts/policy.safetensors");
    const whole = readFileSync(weights);
    writeFileSync(weights, whole.subarray(0, 500));
    await expect(check()).rejects.toThrow(/announces a header/);
    writeFileSync(weights, whole);
    await expect(check("model=nothing")).rejects.toMatchObject({ code: "lab/no-run" });
    // By preset the last run of it is found; that of an ablation, which is later, is not meant.
    const other = join(record.path, "../later-ablation");
    cpSync(record.path, other, { recursive: true });
    const file = join(other, "config.json");
    const card = JSON.parse(readFileSync(file, "utf8"));
    card.options.chunk.value = 8;
    writeFileSync(file, JSON.stringify(card));
    expect(readRun(other).config.chunk).toBe(8);
    const asked = { env: "SmallGoalMaze-v0", method: "cec", curriculum: "task-difficulty" } as const;
    expect(modelRun({ ...asked, model: "smoke", seed: 5 }, root).id).toBe(record.id);
    await expect(check("model=smoke", "seed=9")).rejects.toMatchObject({
      code: "cec/model",
      message: expect.stringContaining("make one: throughline run cec/train"),
    });
  });
});
