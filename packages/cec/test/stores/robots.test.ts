// Stores of a robot's demonstrations for the command: what is validated of them, and observations made of their states.
import { join } from "node:path";
import { EpisodeReader, EpisodeWriter, ManipulationEnv, recordDemonstrations } from "@throughline/envs";
import { fileFolder } from "@throughline/testing/folders";
import { afterAll, expect, test } from "vitest";
import { episodeStores } from "../../dist/stores/episodes.js";

const root = fileFolder();
const folder = join(root, "demos");
const env = new ManipulationEnv("Lift-v0");
const { spec, observationSpace, actionSpace, stateSize } = env;
const source = { levels: [spec], observationSpace, actionSpace, stateSize };
const writer = new EpisodeWriter(folder, source);
recordDemonstrations(writer, env, "better", 3, 1);
writer.close();
env.close();
const store = new EpisodeReader(folder);
afterAll(() => store.close());

/** The demonstrations as another's would be: by robosuite's name of the task, states alone, with other fingers. */
function others(name: string, change: (finger: number) => number): string {
  const to = join(root, name);
  const level = { id: "Lift", options: { robots: ["Panda"] }, horizon: 500 };
  const copy = new EpisodeWriter(to, { ...source, levels: [level] });
  for (const episode of store) {
    const { actions, rewards } = store.moves(episode);
    const draft = copy.begin({ hasObservations: false });
    for (let at = 0; at < episode.length; at++) {
      draft.see({}, store.states(episode, at, at + 1));
      const action = actions.slice(at * 7, at * 7 + 7);
      action[6] = change(action[6]!);
      draft.step(action, rewards[at]!);
    }
    const { seed, episode: number } = episode;
    copy.end(draft, { seed, episode: number, update: 0, success: true, terminated: true });
  }
  copy.close();
  return to;
}

test("own demonstrations are whole: bit for bit, and to success from their states", async () => {
  const { isWhole, lines, json } = await episodeStores.validate(folder, 2);
  expect({ isWhole, lines }).toEqual({
    isWhole: true,
    lines: ["level 0: 2 of 2 demonstrations succeed when played from their first states"],
  });
  expect(json).toMatchObject({ played: 2, playedFromStates: 2, succeeded: 2, refused: [] });
});

test("others' are played from their states, and refused if they do not succeed here", async () => {
  const good = await episodeStores.validate(
    others("good", (finger) => finger),
    20,
  );
  expect(good).toMatchObject({ isWhole: true, json: { played: 0, playedFromStates: 3, succeeded: 3 } });
  const bad = await episodeStores.validate(
    others("bad", () => -1),
    20,
  );
  expect(bad.isWhole).toBe(false);
  expect((bad.json as { refused: string[] }).refused).toEqual([
    expect.stringMatching(
      /^level 0: the fingers' action is below 0, which opens, in every step of 3 successful/,
    ),
    "level 0: 0 of 3 demonstrations succeed when played from their first states, accepted: at least 95 %",
  ]);
});

test("observations with pictures are made of states", async () => {
  const to = join(root, "seen");
  await episodeStores.convert(
    others("states", (finger) => finger),
    to,
  );
  const seen = new EpisodeReader(to);
  expect(seen.keys).toEqual([...store.keys, "agentview_image", "robot0_eye_in_hand_image"]);
  const [mine, theirs] = [store.episodes[2]!, seen.episodes[2]!];
  expect([theirs.length, theirs.hasFinal]).toEqual([mine.length, false]);
  const values = [...store.observations(mine, 0, mine.length, "object")];
  const found = [...seen.observations(theirs, 0, mine.length, "object")];
  for (const [at, value] of values.entries()) expect(found[at]).toBeCloseTo(value, 9);
  // The red cube is seen by the camera in the hand.
  const picture = seen.observations(theirs, 0, 1, "robot0_eye_in_hand_image");
  const isRed = (at: number): boolean => picture[at]! > 120 && picture[at + 1]! < 70;
  const red = Array.from({ length: 84 * 84 }, (_, pixel) => pixel).filter((pixel) => isRed(3 * pixel));
  expect(red.length).toBeGreaterThan(20);
  seen.close();
  const none = join(root, "none");
  const without = new EpisodeWriter(none, { levels: [spec], observationSpace, actionSpace });
  without.close();
  await expect(episodeStores.convert(none, join(root, "x"))).rejects.toThrow(
    /none holds Lift-v0 without states, accepted: .* or a robot's states, to be observed anew/,
  );
});
