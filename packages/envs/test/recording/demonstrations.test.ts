// Demonstrations of an arm as episodes: what is kept, what replays, and what is wrong with fingers that do not move as the actions say.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  EpisodeReader,
  EpisodeWriter,
  envOf,
  episodesFromHdf5,
  episodesToHdf5,
  gripperProblem,
  ManipulationEnv,
  recordDemonstrations,
  replayProblem,
  stateReplay,
  stateReplayEnv,
} from "@throughline/envs";
import { fileFolder } from "@throughline/testing/folders";
import hdf5 from "h5wasm/node";
import { afterAll, expect, test } from "vitest";

const root = fileFolder();
const env = new ManipulationEnv("Lift-v0", { cameras: ["robot0_eye_in_hand"], height: 12, width: 16 });
const { spec, observationSpace, actionSpace, stateSize } = env;
const source = { levels: [spec], observationSpace, actionSpace, stateSize };
const writer = new EpisodeWriter(join(root, "demos"), source);
const told: number[] = [];
const better = recordDemonstrations(writer, env, "better", 2, 4, (kept) => told.push(kept));
writer.close();
const store = new EpisodeReader(join(root, "demos"));

afterAll(() => {
  env.close();
  store.close();
});

test("successful episodes are kept with their skill, observations by name, and the state before each action", () => {
  expect(better).toEqual({
    kept: 2,
    failed: 0,
    steps: store.episodes[0]!.length + store.episodes[1]!.length,
  });
  expect(told).toEqual([1, 2]);
  for (const episode of store) {
    expect(episode).toMatchObject({
      policy: "better",
      success: true,
      terminated: true,
      seed: 4,
      hasObservations: true,
    });
    expect(store.problemOf(episode)).toBeUndefined();
    expect(store.observations(episode, 0, 1, "robot0_eye_in_hand_image")).toHaveLength(12 * 16 * 3);
  }
  const [first] = store.episodes;
  const states = store.states(first!);
  expect(states).toHaveLength(first!.length * 32);
  // Time advances by a twentieth of a second, and the state has the object where the observation says that it is.
  expect(states[32]! - states[0]!).toBeCloseTo(0.05, 9);
  const object = store.observations(first!, 1, 2, "object");
  expect([...states.subarray(32 + 10, 32 + 13)]).toEqual([...object.subarray(0, 3)]);
});

test("episodes replay bit for bit from their seeds, and to success from their first states", () => {
  const again = envOf(store, 0);
  expect(replayProblem(store, store.episodes[1]!, again)).toBeUndefined();
  again.close();
  const states = stateReplayEnv(store, 0)!;
  expect(states.options.cameras).toEqual([]);
  expect(store.episodes.map((episode) => stateReplay(store, episode, states))).toEqual([true, true]);
  states.close();
});

test("as HDF5 they have robomimic's keys, states and lists, and come back byte for byte", async () => {
  const [file, back] = [join(root, "demos.hdf5"), join(root, "back")];
  await episodesToHdf5(store, file, {
    masks: { train: [store.episodes[1]!] },
    model: ({ number }) => `<mujoco model="${number}"/>`,
  });
  const input = new hdf5.File(file, "r");
  const read = (path: string): { shape: unknown; value: unknown } => input.get(path) as never;
  const { length } = store.episodes[0]!;
  expect(read("data/demo_0/obs/object").shape).toEqual([length, 10]);
  expect(read("data/demo_0/next_obs/robot0_eye_in_hand_image").shape).toEqual([length, 12, 16, 3]);
  expect(read("data/demo_0/states")).toMatchObject({
    shape: [length, 32],
    value: store.states(store.episodes[0]!),
  });
  expect(read("data/demo_1/actions").shape).toEqual([store.episodes[1]!.length, 7]);
  expect(read("mask/better").value).toEqual(["demo_0", "demo_1"]);
  expect(read("mask/train").value).toEqual(["demo_1"]);
  const demo = input.get("data/demo_1") as InstanceType<typeof hdf5.Group>;
  expect(demo.attrs.model_file!.value).toBe('<mujoco model="1"/>');
  input.close();
  await episodesFromHdf5(file, back);
  for (const name of ["card.json", "rows.jsonl", "blocks.bin"])
    expect(readFileSync(join(back, name))).toEqual(readFileSync(join(root, "demos", name)));
});

/** The demonstrations with other actions of the fingers. */
function withFingers(name: string, change: (finger: number) => number): EpisodeReader {
  const changed = new EpisodeWriter(join(root, name), source);
  const keys = store.keys;
  for (const episode of store) {
    const { length, seed, episode: number } = episode;
    const { actions, rewards } = store.moves(episode);
    const draft = changed.begin({ policy: "better" });
    for (let at = 0; at <= length; at++) {
      const seen = keys.map((key) => [key, store.observations(episode, at, at + 1, key)]);
      draft.see(Object.fromEntries(seen), at < length ? store.states(episode, at, at + 1) : undefined);
      if (at === length) break;
      const action = actions.slice(at * 7, at * 7 + 7);
      action[6] = change(action[6]!);
      draft.step(action, rewards[at]!);
    }
    changed.end(draft, { seed, episode: number, update: 0, success: true, terminated: true });
  }
  changed.close();
  return new EpisodeReader(join(root, name));
}

test("fingers that move against their actions, or have none, are told", () => {
  expect(gripperProblem(store, store.episodes)).toBeUndefined();
  const turned = withFingers("turned", (finger) => -finger);
  expect(gripperProblem(turned, turned.episodes)).toMatch(
    /^the fingers' action has the wrong sign: in 2 successful episodes .* accepted: −1 opens, \+1 closes$/,
  );
  const states = stateReplayEnv(turned, 0)!;
  expect(turned.episodes.some((episode) => stateReplay(turned, episode, states))).toBe(false);
  states.close();
  turned.close();
  const lost = withFingers("lost", () => 1);
  expect(gripperProblem(lost, lost.episodes)).toMatch(
    /is above 0, which closes, in every step of 2 successful/,
  );
  lost.close();
});

test("a draft whose states or observations do not go with its steps is refused, and so is a store of another environment", () => {
  const other = new EpisodeWriter(join(root, "other"), source);
  const draft = other.begin();
  const { observation } = env.reset({ seed: 1 });
  draft.see(observation, env.flatState);
  draft.step(new Float32Array(7), 0);
  const end = { seed: 1, episode: 0, update: 0, success: false, terminated: false };
  expect(() => other.end(draft, end)).toThrow(
    /an episode of 1 steps has 1 observations of object, accepted: 2/,
  );
  expect(() => draft.see({ ...observation, object: new Float64Array(3) })).toThrow(
    /an observation's object is of 3 numbers, accepted: 10/,
  );
  other.close();
  const can = new ManipulationEnv("Can-v0");
  const wrong = new EpisodeWriter(join(root, "wrong"), { ...source, levels: [can.spec] });
  expect(() => recordDemonstrations(wrong, env, "better", 1, 0)).toThrow(/the store is of Can-v0, accepted/);
  wrong.close();
  can.close();
});
