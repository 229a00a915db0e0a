// The agent of a run as a player: it acts as the agent that was evaluated, and is found in finished and unfinished runs.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { agentPlayer, evaluateAgent, RecurrentAgent, sourceExperiment, sourcePlayer } from "@throughline/cec";
import { makeEnv } from "@throughline/envs";
import { createRun, executeRun, latestCheckpoint, readRun, resolveConfig } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { Generator } from "@throughline/torch";
import { expect, test } from "vitest";

const root = fileFolder();

test("it draws the actions that evaluateAgent draws", () => {
  const view = { height: 16, width: 20, rooms: 1 };
  const sizes = {
    ...view,
    channels: [4, 4, 4] as const,
    features: 16,
    memory: "gru" as const,
    units: 16,
    actions: 3,
  };
  const agent = new RecurrentAgent(sizes, Generator.create({ seed: 1 }));
  for (const seed of [3, 4]) {
    const place = { env: "SmallGoalMaze-v0", options: view, seed, episodes: 1 };
    const { successes, length } = evaluateAgent(agent, place, Generator.create({ seed: 9 }));
    const env = makeEnv("SmallGoalMaze-v0", view);
    const copy = new RecurrentAgent(sizes, Generator.create({ seed: 1 }));
    const player = agentPlayer(copy, "agent", 9);
    let { observation, info } = env.reset({ seed });
    player.begin(env);
    for (let isOver = false; !isOver; ) {
      const step = env.step(player.act(observation, env));
      ({ observation, info } = step);
      isOver = step.terminated || step.truncated;
    }
    expect([Number(info.success), info.success ? info.length : 0]).toEqual([successes, length]);
    player.close();
    env.close();
  }
  agent.dispose();
});

test("the agent of a run is at the level that it has come to, and no checkpoint is a sentence", async () => {
  const config = resolveConfig(sourceExperiment, {
    preset: "smoke",
    overrides: ["env=SmallWatermaze-v0", "seed=2"],
  });
  const { record } = await executeRun(
    createRun(sourceExperiment, config, { root, name: "wet" }),
    sourceExperiment,
  );
  const found = sourcePlayer(record);
  expect(found).toMatchObject({ env: "SmallWatermaze-v0", player: { name: "wet after 4 updates" } });
  expect(found.options).toEqual({ height: 16, width: 20, radius: 450 });
  found.player.close();
  expect(latestCheckpoint(record)).toMatchObject({ steps: 4 });
  rmSync(join(record.path, "checkpoints"), { recursive: true });
  expect(() => sourcePlayer(readRun(record.path))).toThrow(
    /^wet has no checkpoint yet, so there is no agent to be watched$/,
  );
});
