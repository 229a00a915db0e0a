// The verbs as functions: what words and flags come to, and that a player that was found is closed whatever happens.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ENV_IDS,
  EpisodeReader,
  type GoalMazeOptions,
  makeEnv,
  oraclePlayer,
  type RunPlayer,
  randomPlayer,
} from "@throughline/envs";
import { commands } from "@throughline/envs/registry";
import type { CommandResult } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks, own } from "@throughline/testing/leaks";
import sharp from "sharp";
import { describe, expect, test } from "vitest";

checkLeaks();
const root = fileFolder();

type Flags = Record<string, string | number | boolean>;
type Call = {
  readonly operands?: readonly string[];
  readonly flags?: Flags;
  readonly player?: RunPlayer | null;
};

/** Runs a verb; `player` is the agent of every run, null an experiment without agents. */
async function verb(name: string, { operands = [], flags = {}, player }: Call): Promise<CommandResult> {
  const run = await commands.find((one) => one.name === name)!.load();
  const experiment = player === null ? {} : { player: async () => player };
  const findRun = async (id: string) => {
    if (player === undefined) throw new Error(`there is no run ${id}`);
    return { id, experiment: "some/agent" };
  };
  return run({ operands, flags, findRun, findExperiment: async () => experiment } as never);
}

describe("env list", () => {
  const idsOf = async (...operands: string[]): Promise<string[]> => {
    const { environments } = (await verb("env list", { operands })).json as {
      environments: { id: string }[];
    };
    return environments.map(({ id }) => id);
  };

  test("all words must be in id or task, in any case", async () => {
    expect(await idsOf()).toEqual(ENV_IDS);
    expect(await idsOf("SMALL", "doors")).toEqual(["SmallObstructedGoalMaze-v0"]);
    expect(await idsOf("path")).toEqual(["IrreversiblePath-v0", "SmallIrreversiblePath-v0"]);
  });

  test("nothing found is a sentence with what is near", async () => {
    await expect(idsOf("Watermase-v0")).rejects.toMatchObject({
      code: "envs/id",
      message: "no environment matches Watermase-v0; did you mean Watermaze-v0?",
    });
  });
});

describe("env record", () => {
  const film = (name: string, call: Call) =>
    verb("env record", {
      ...call,
      flags: { out: join(root, name), enlarge: 36, horizon: 6, ...call.flags },
    });

  test.each(["SmallWatermaze-v0", "smallwatermaze", "SmallWaterMaze"])("takes %s as an id", async (typed) => {
    const { json } = await film(`${typed}.webp`, { operands: [typed], flags: { radius: 300 } });
    expect(json).toMatchObject({
      id: "SmallWatermaze-v0",
      player: "oracle",
      options: { radius: 300, horizon: 6 },
    });
  });

  test("its episodes are those of the seed, one picture a step and one more each", async () => {
    const flags = { policy: "random", seed: 8, episodes: 2, firstPerson: true, rooms: 1 };
    const { json } = await film("episodes.webp", { operands: ["SmallGoalMaze-v0"], flags });
    const ends = json.episodes as { seed: number; episode: number; length: number; success: boolean }[];
    expect(ends.map(({ seed, episode }) => [seed, episode])).toEqual([
      [8, 0],
      [8, 1],
    ]);
    const { pages, width } = await sharp(join(root, "episodes.webp"), { animated: true }).metadata();
    expect([pages, width]).toEqual([ends[0]!.length + ends[1]!.length + 2, 48]);
    // The same player in the same mazes without a film.
    const env = own(makeEnv("SmallGoalMaze-v0", { rooms: 1, horizon: 6 }));
    const player = randomPlayer(8);
    const lengths = [0, 1].map((episode) => {
      let { observation } = env.reset({ seed: 8, options: { episode } });
      player.begin(env);
      for (;;) {
        const step = env.step(player.act(observation, env));
        observation = step.observation;
        if (step.terminated || step.truncated) return step.info.length;
      }
    });
    expect(ends.map(({ length }) => length)).toEqual(lengths);
  });

  /** An agent of a run that counts how often it was closed. */
  const agent = (): { player: RunPlayer; closed: () => number } => {
    let closed = 0;
    const player = { ...oraclePlayer(), name: "agent", close: () => void closed++ };
    return {
      player: {
        env: "SmallGoalMaze-v0",
        options: { rooms: 1, height: 20, width: 24 } as GoalMazeOptions,
        player,
      },
      closed: () => closed,
    };
  };

  test("a run's agent plays its own maze, at its own size, and is closed", async () => {
    const { player, closed } = agent();
    const { json } = await film("agent.webp", { flags: { policy: "mine" }, player });
    expect(json).toMatchObject({
      id: "SmallGoalMaze-v0",
      player: "agent",
      options: { rooms: 1, height: 20, width: 24 },
    });
    expect(closed()).toBe(1);
  });

  test.each<[string, Call, RegExp]>([
    [
      "another maze",
      { operands: ["Watermaze-v0"] },
      /mine plays SmallGoalMaze-v0, not Watermaze-v0; leave the env/,
    ],
    ["no maze at all", { operands: ["Watermase-v0"] }, /there is no environment Watermase-v0; did you mean/],
    ["another size", { flags: { width: 30 } }, /mine has its own width; leave out --width/],
    ["other actions", { flags: { actions: "nine" } }, /mine has its own actions; leave out --actions/],
    ["a dial that the maze has not", { flags: { radius: 300 } }, /no option radius/],
  ])("%s is refused for a run's agent, which is closed, and nothing is written", async (_, call, message) => {
    const { player, closed } = agent();
    await expect(
      film("refused.webp", { ...call, flags: { policy: "mine", ...call.flags }, player }),
    ).rejects.toThrow(message);
    expect(closed()).toBe(1);
    expect(existsSync(join(root, "refused.webp"))).toBe(false);
  });

  test.each<[string, Call, RegExp]>([
    [
      "a run without an agent",
      { flags: { policy: "mine" }, player: null },
      /mine is a run of some\/agent, which has no agent/,
    ],
    ["no such run", { flags: { policy: "mine" } }, /there is no run mine/],
    ["no environment", {}, /name an environment: GoalMaze-v0, /],
    ["too fast", { operands: ["SmallGoalMaze-v0"], flags: { fps: 51 } }, /--fps is 51, accepted: 1 to 50/],
    [
      "too small",
      { operands: ["SmallGoalMaze-v0"], flags: { enlarge: 35 } },
      /--enlarge is 35, accepted: 36 to 2048/,
    ],
    [
      "no film",
      { operands: ["SmallGoalMaze-v0"], flags: { out: "x.png" } },
      /x\.png, accepted: .* \.gif or \.webp/,
    ],
  ])("%s is one sentence", async (_, call, message) => {
    await expect(film("never.webp", call)).rejects.toThrow(message);
    expect(existsSync(join(root, "never.webp"))).toBe(false);
  });
});

test("env preview writes the sheet of the seeds that were asked for, and the same bytes again", async () => {
  const sheet = async (name: string, seed: number): Promise<Buffer> => {
    const out = join(root, name);
    const said = await verb("env preview", {
      operands: ["smallgoalmaze"],
      flags: { rooms: 1, seeds: 1, seed, out },
    });
    expect(said.json).toMatchObject({ seeds: [seed], options: { rooms: 1 }, file: out });
    return readFileSync(out);
  };
  const first = await sheet("a.png", 3);
  expect((await sheet("b.png", 3)).equals(first)).toBe(true);
  expect((await sheet("c.png", 4)).equals(first)).toBe(false);
  await expect(sheet("a.png", 3)).rejects.toMatchObject({
    code: "envs/film",
    message: expect.stringMatching(/is there already; name another/),
  });
});

test("env play wants one to watch, a speed, and a terminal", async () => {
  const play = (flags: Flags) => verb("env play", { operands: ["SmallGoalMaze-v0"], flags });
  await expect(play({ oracle: true, random: true })).rejects.toThrow(
    "--oracle and --random were given; one can be watched",
  );
  await expect(play({ oracle: true, speed: 61 })).rejects.toThrow("--speed is 61, accepted: 0.1 to 60");
  await expect(play({})).rejects.toMatchObject({ code: "envs/terminal" });
});

describe("robots' tasks", () => {
  test("are filmed from both cameras, by a demonstrator or at random", async () => {
    const flags = { out: join(root, "lift.webp"), enlarge: 40, horizon: 3, policy: "worse", seed: 2 };
    const { json } = await verb("env record", { operands: ["lift"], flags });
    expect(json).toMatchObject({
      ...{ id: "Lift-v0", player: "scripted, worse" },
      episodes: [{ seed: 2, episode: 0, length: 3, return: 0 }],
    });
    const { pages, width } = await sharp(join(root, "lift.webp"), { animated: true }).metadata();
    expect([pages, width]).toEqual([4, 80]);
    await expect(
      verb("env record", {
        operands: ["lift"],
        flags: { ...flags, out: join(root, "x.gif"), policy: "oracle" },
      }),
    ).rejects.toThrow(
      "oracle does not play Lift-v0, accepted: the scripted demonstrators worse, okay, better, and random",
    );
    await expect(
      verb("env preview", { operands: ["Lift-v0"], flags: { out: join(root, "x.png"), fieldOfView: 60 } }),
    ).rejects.toThrow("--field-of-view is an option of mazes, and Lift-v0 is none; leave it out");
  });

  test("are demonstrated into a store, which keeps nothing of a demonstrator that cannot do it in time", async () => {
    const out = join(root, "demos");
    const flags = { out, episodes: 1, skills: "better,okay", seed: 3 };
    const { json } = await verb("env demonstrate", { operands: ["Lift-v0"], flags });
    expect(json).toMatchObject({
      ...{ id: "Lift-v0", folder: out },
      skills: [
        { skill: "better", kept: 1 },
        { skill: "okay", kept: 1 },
      ],
    });
    const store = new EpisodeReader(out);
    expect(store.episodes.map(({ policy, seed, success }) => [policy, seed, success])).toEqual([
      ["better", 3, true],
      ["okay", 4, true],
    ]);
    expect(store.card.about).toEqual({
      demonstrator: "scripted",
      skills: ["better", "okay"],
      seed: 3,
      episodes: 1,
    });
    store.close();
    await expect(verb("env demonstrate", { operands: ["Lift-v0"], flags })).rejects.toThrow(
      /is there already/,
    );
    const [short, other] = [join(root, "short"), join(root, "other")];
    await expect(
      verb("env demonstrate", { operands: ["Lift-v0"], flags: { out: short, episodes: 1, horizon: 5 } }),
    ).rejects.toThrow('Lift-v0: the demonstrator "worse" failed 4 times, and succeeded 0');
    await expect(
      verb("env demonstrate", { operands: ["Lift-v0"], flags: { out: other, skills: "best" } }),
    ).rejects.toThrow('--skills is "best", accepted: some of worse,okay,better');
    await expect(
      verb("env demonstrate", { operands: ["GoalMaze-v0"], flags: { out: other } }),
    ).rejects.toThrow("GoalMaze-v0 has no demonstrators, accepted: Lift-v0, Can-v0, Square-v0");
    expect([short, other].map((folder) => existsSync(folder))).toEqual([false, false]);
  });
});
