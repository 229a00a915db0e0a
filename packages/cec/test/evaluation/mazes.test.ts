// Real policies in real mazes: all of them can be evaluated, runs beside others are as alone, films replay what was played.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AgenticTransformer,
  attentionOverEpisodes,
  CecPolicy,
  cecAttention,
  DecisionTransformer,
  type EvaluationResult,
  evaluateRuns,
  evaluationMarkdown,
  evaluationText,
  filmOfRun,
  LstmPolicy,
  mazeSetting,
  mazesOf,
  parseEvaluation,
  protocols,
  type SequencePolicy,
  successBars,
  successByEpisode,
  summarise,
  VARIANTS,
  variantOf,
  writeRunFilm,
} from "@throughline/cec";
import { renderSvg } from "@throughline/lab";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { Generator, noGrad } from "@throughline/torch";
import { expect, test } from "vitest";

checkLeaks();

const view = { height: 12, width: 16, horizon: 12 };
const setting = mazeSetting("SmallGoalMaze-v0", view);
const pictures = { height: 12, width: 16, channels: [2, 2, 2] };
const sizes = { width: 16, layers: 2, heads: 2, window: 16 };
const tokens = { pictures, actions: 3, horizon: 12, ...sizes };

/** A policy with random weights. */
function make(name: "cec" | "dt" | "at" | "lstm", seed = 4): SequencePolicy {
  const generator = own(Generator.create({ seed }));
  const inputs = {
    image: { kind: "convnet", ...pictures, channels: [2, 2, 2] as const, features: 16 },
  } as const;
  const policy = {
    cec: () => new CecPolicy({ inputs, actions: { count: 3 }, ...sizes }, generator),
    dt: () => new DecisionTransformer(tokens, generator),
    at: () => new AgenticTransformer({ ...tokens, keepsEpisodes: 2 }, generator),
    lstm: () => new LstmPolicy({ pictures, features: 16, actions: 3, units: 16 }, generator),
  }[name]();
  // As it begins, the LSTM always does the same.
  if (name === "lstm")
    noGrad(() => {
      for (const parameter of policy.parameters()) if (parameter.ndim > 1) parameter.mul_(3);
    });
  return own(policy);
}

const short = protocols.auto({ promoteAfter: 1, cap: 2, testEpisodes: 3 });
const options = { ...mazesOf(setting), runs: 3, seed: 7, target: 4.8, keepActions: true };

/** One that does not always do the same, as many do that were not trained. */
async function lively(
  name: Parameters<typeof make>[0],
): Promise<{ readonly policy: SequencePolicy; readonly result: EvaluationResult }> {
  for (let seed = 1; seed <= 40; seed++) {
    const policy = make(name, seed);
    const result = await evaluateRuns(policy, short, options);
    if (new Set(result.episodes.flatMap(({ actions }) => actions!)).size > 1) return { policy, result };
  }
  throw new Error(`no ${name} of 40 has more than one action`);
}

test.each(["cec", "dt", "at", "lstm"] as const)(
  "%s: runs beside others are as they are alone",
  async (name) => {
    const { policy, result: together } = await lively(name);
    expect(together.episodes.filter(({ scored }) => scored)).toHaveLength(9);
    for (let run = 0; run < 3; run++) {
      const alone = await evaluateRuns(policy, short, { ...options, seed: 7 + run, runs: 1 });
      const expected = together.episodes.filter((one) => one.run === run);
      expect(alone.episodes.map((one) => ({ ...one, run }))).toEqual(expected);
    }
    for (const control of [{ forget: "episode" }, { order: "shuffled" }, { choose: "sample" }] as const) {
      const other = await evaluateRuns(policy, short, { ...options, ...control });
      expect(other.episodes.filter(({ scored }) => scored)).toHaveLength(9);
    }
    expect(policy.training).toBe(true);
  },
);

test("with a memory that is cleared, an episode is as the first one of a run", async () => {
  const policy = make("cec");
  const cleared = await evaluateRuns(policy, protocols.learningProgress({ testEpisodes: 3 }), {
    ...{ ...options, forget: "episode" },
  });
  // The second episode of a run, played first in its run: an environment that is one episode ahead.
  const { env, levels } = mazesOf(setting);
  const ahead = (level: number): ReturnType<typeof env> => {
    const maze = env(level);
    const reset = maze.reset.bind(maze);
    return Object.assign(maze, {
      reset: ({ seed = 0, options: { episode } = {} }: Parameters<typeof reset>[0] = {}) =>
        reset({ seed, options: { episode: Number(episode) + 1 } }),
    });
  };
  const first = await evaluateRuns(policy, protocols.learningProgress({ testEpisodes: 1 }), {
    ...{ ...options, levels, env: ahead },
  });
  const moves = (result: EvaluationResult, episode: number): unknown =>
    result.episodes
      .filter((one) => one.episode === episode)
      .map(({ actions, success }) => ({ actions, success }));
  expect(moves(cleared, 1)).toEqual(moves(first, 0));
});

test("attention over episodes is a share of one", async () => {
  const policy = make("cec") as CecPolicy;
  const result = await evaluateRuns(policy, protocols.learningProgress({ testEpisodes: 3 }), {
    ...{ ...options, attention: cecAttention(policy) },
  });
  expect(result.looks!.map(({ number }) => number)).toEqual([0, 1, 2]);
  const [first, second] = result.looks!;
  expect(first!.back).toHaveLength(1);
  expect(second!.back).toHaveLength(2);
  expect(second!.back[1]).toBeGreaterThan(0);
  for (const { back } of result.looks!)
    expect(back.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
  const figure = attentionOverEpisodes("Attention", result, { most: 2 });
  expect(figure.rows).toEqual([1, 2]);
  for (const row of figure.values)
    expect(row.filter((value) => !Number.isNaN(value)).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(
      1,
      5,
    );
  expect(await renderSvg(figure)).toContain("episodes back");
  expect(() => attentionOverEpisodes("Attention", { ...result, looks: undefined })).toThrow(
    /^the evaluation has no weights of attention; evaluate with `attention`$/,
  );
});

test("a film replays what was played, over episodes and levels; a changed one is refused", async () => {
  const result = parseEvaluation(JSON.stringify(await evaluateRuns(make("lstm"), short, options)));
  const own = result.episodes.filter(({ run }) => run === 1);
  const film = filmOfRun(result, { run: 1, height: 24, name: "lstm" });
  expect(film.ends.map(({ success, length }) => ({ success, length }))).toEqual(
    own.map(({ success, length }) => ({ success, length })),
  );
  // One picture more than steps in each episode.
  expect(film.frames).toHaveLength(own.reduce((sum, { length }) => sum + length + 1, 0));
  expect(filmOfRun(result, { run: 1, episodes: 2, height: 24 }).ends).toHaveLength(2);
  const folder = mkdtempSync(join(tmpdir(), "evaluation-film-"));
  try {
    const out = join(folder, "run.webp");
    await writeRunFilm(result, out, { episodes: 1, height: 24 });
    expect(statSync(out).size).toBeGreaterThan(1000);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const changed = {
    ...result,
    episodes: result.episodes.map((one) => ({ ...one, success: !one.success })),
  };
  expect(() => filmOfRun(changed, { height: 24 })).toThrow(
    /^episode 0 of run 0 does not replay in SmallGoalMaze-v0$/,
  );
  const silent = { ...result, episodes: result.episodes.map(({ actions, ...rest }) => rest) };
  expect(() => filmOfRun(silent)).toThrow(/^the evaluation has no actions; evaluate with keepActions: true$/);
  expect(() => filmOfRun(result, { run: 3 })).toThrow(/^there is no run 3, accepted: 0 to 2$/);
});

test("tables and bars say the same numbers", async () => {
  const results = await Promise.all(
    [7, 1000].map((seed) =>
      evaluateRuns(make("lstm"), protocols.learningProgress({ testEpisodes: 4 }), {
        ...mazesOf({ env: setting.env, levels: [{ ...setting.levels[0], horizon: 40 }] }),
        ...{ runs: 3, seed, choose: "sample" },
      }),
    ),
  );
  const summary = summarise(results);
  expect(summary.success.value).toBeGreaterThan(0);
  expect(summary.success.value).toBeLessThan(1);
  const rows = [{ name: "LSTM", summary, paper: 12.5 }];
  const [head, line] = evaluationText(rows).split("\n");
  expect(head).toMatch(/^policy +success, % \(95 % interval\) +window maximum/);
  expect(line).toContain(`LSTM    ${(100 * summary.success.value).toFixed(1)} [`);
  expect(line).toMatch(/2 × 3 +12\.5$/);
  expect(evaluationMarkdown(rows).split("\n")).toEqual([
    expect.stringMatching(/^\| policy \| success/),
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    expect.stringMatching(/^\| LSTM \| .* \| 2 × 3 \| 12.5 \|$/),
  ]);
  const bars = successBars("Success", [{ name: "Goal Maze", rows }]);
  expect(bars.series[0]).toMatchObject({
    y: [100 * summary.success.value],
    points: [summary.bySeed.map((value) => 100 * value)],
  });
  expect(await renderSvg(bars)).toContain("Goal Maze");
  const most = successBars("Window", [{ name: "Goal Maze", rows }], "window-maximum");
  expect(most.series[0]!.y).toEqual([100 * summary.windowMaximum.mean]);
  expect(() =>
    successBars("x", [
      { name: "a", rows },
      { name: "b", rows: [] },
    ]),
  ).toThrow(/^b has none, another group LSTM; give all the same$/);
  const curve = successByEpisode("By episode", [{ name: "LSTM", results }], 2);
  expect(curve.series[0]!.x).toEqual([1.5, 2.5, 3.5]);
  expect(await renderSvg(curve)).toContain("test episode");
});

test("variants change what they say and nothing else", () => {
  const usual = mazeSetting("SmallGoalMaze-v0", { height: 24, width: 32 });
  expect(usual.levels).toEqual([1, 3, 5].map((rooms) => ({ height: 24, width: 32, rooms })));
  const of = (name: (typeof VARIANTS)[number]) => variantOf(usual, name);
  expect(of("usual")).toEqual(usual);
  expect(of("unseen-mechanism")).toEqual({ ...usual, env: "SmallObstructedGoalMaze-v0" });
  expect(of("changed-dynamics").levels).toEqual(usual.levels.map((level) => ({ ...level, actionRepeat: 2 })));
  expect(of("goal-revealed").levels).toEqual(usual.levels.map((level) => ({ ...level, revealGoal: true })));
  expect(of("harder").levels).toEqual([...usual.levels.slice(0, 2), { height: 24, width: 32, rooms: 7 }]);
  const path = mazeSetting("IrreversiblePath-v0");
  expect(
    variantOf(path, "harder").levels.map((level) => (level as { difficulty: number }).difficulty),
  ).toEqual([0.1, 0.3, 0.5, 0.7, 1]);
  expect(() => variantOf(path, "unseen-mechanism")).toThrow(
    /^IrreversiblePath-v0 has no doors, accepted: GoalMaze-v0/,
  );
  for (const name of ["GoalMaze-v0", "SmallGoalMaze-v0", "SmallIrreversiblePath-v0", "SmallWatermaze-v0"])
    for (const variant of VARIANTS) {
      if (variant === "unseen-mechanism" && !name.includes("Goal")) continue;
      const { env, levels } = mazesOf(variantOf(mazeSetting(name, { height: 8, width: 8 }), variant));
      const maze = env(levels - 1);
      maze.reset({ seed: 3 });
      expect(maze.way.length).toBeGreaterThan(0);
      maze.close();
    }
});
