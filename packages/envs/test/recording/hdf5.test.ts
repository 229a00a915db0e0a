// Episodes as HDF5 in robomimic's form: what goes out comes back, of other files what they have, and what is missing is said.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  EpisodeReader,
  envOf,
  episodesFromHdf5,
  episodesToHdf5,
  type FromHdf5Options,
} from "@throughline/envs";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks } from "@throughline/testing/leaks";
import type { Group } from "h5wasm/node";
import hdf5 from "h5wasm/node";
import { expect, test } from "vitest";
import { contentOf, recordTMaze } from "./support/stores.js";

checkLeaks();

const root = fileFolder();
let made = 0;
const fresh = (): string => join(root, `store-${made++}`);
const file = (): string => join(root, `file-${made++}.hdf5`);

/** Writes a file of robomimic's form by hand. */
async function written(fill: (data: Group, out: Group) => void): Promise<string> {
  await hdf5.ready;
  const path = file();
  const out = new hdf5.File(path, "w");
  fill(out.create_group("data"), out);
  out.close();
  return path;
}

const bytes = (count: number, from: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, at) => from + at);

/** An episode of two steps with two keys below obs, as robomimic has them. */
function fillDemo(
  data: Group,
  name: string,
  from: number,
  parts: readonly string[] = ["obs", "next_obs"],
): void {
  const demo = data.create_group(name);
  demo.create_dataset({ name: "actions", data: Float64Array.of(0.1, -0.2, from, 0.4), shape: [2, 2] });
  demo.create_dataset({ name: "rewards", data: Float64Array.of(0, from), shape: [2] });
  demo.create_dataset({ name: "dones", data: BigInt64Array.of(0n, 1n), shape: [2] });
  for (const part of parts) {
    const group = demo.create_group(part);
    const first = from + (part === "obs" ? 0 : 12);
    group.create_dataset({ name: "agentview_image", data: bytes(24, first), shape: [2, 2, 2, 3] });
    group.create_dataset({ name: "robot0_eef_pos", data: new Float64Array(6), shape: [2, 3] });
  }
}

test("a store comes back from HDF5 byte for byte", async () => {
  const [folder, back, path] = [fresh(), fresh(), file()];
  recordTMaze(folder, 18, 12);
  const store = new EpisodeReader(folder);
  await episodesToHdf5(store, path);
  await episodesFromHdf5(path, back);
  for (const name of ["card.json", "rows.jsonl", "blocks.bin"])
    expect(readFileSync(join(back, name))).toEqual(readFileSync(join(folder, name)));
  store.close();
});

test("the file has robomimic's form", async () => {
  const [folder, path] = [fresh(), file()];
  recordTMaze(folder, 18, 12);
  const store = new EpisodeReader(folder);
  await episodesToHdf5(store, path, { episodes: store.episodes.slice(10) });
  const input = new hdf5.File(path, "r");
  const data = input.get("data") as Group;
  expect(data.keys().sort()).toEqual(["demo_10", "demo_11"]);
  const { length } = store.episodes[10]!;
  expect(data.attrs.total!.value).toBe(length + store.episodes[11]!.length);
  expect(JSON.parse(String(data.attrs.env_args!.value))).toEqual({
    ...{ env_name: "TMaze-v0", type: 2, env_kwargs: { length: 18 } },
  });
  const demo = data.get("demo_10") as Group;
  expect(demo.attrs.num_samples!.value).toBe(length);
  const of = (name: string) => {
    const found = demo.get(name) as InstanceType<typeof hdf5.Dataset>;
    return { shape: found.shape, value: found.value as Uint8Array };
  };
  const seen = store.observations(store.episodes[10]!) as Uint8Array;
  expect(of("obs/image")).toEqual({ shape: [length, 8, 8, 3], value: seen.slice(0, length * 192) });
  expect(of("next_obs/image").value).toEqual(seen.slice(192));
  const { actions, rewards } = store.moves(store.episodes[10]!);
  expect(of("actions")).toEqual({ shape: [length, 1], value: Int32Array.from(actions) });
  expect(of("rewards")).toEqual({ shape: [length], value: rewards });
  expect([...of("dones").value].lastIndexOf(1)).toBe(length - 1);
  const mask = input.get("mask/level_0") as InstanceType<typeof hdf5.Dataset>;
  expect(mask.value).toEqual(["demo_10", "demo_11"]);
  input.close();
  await expect(episodesToHdf5(store, path)).rejects.toThrow(/exists; give a new file/);
  store.close();
});

test("pictures that were not kept are drawn again where an environment is given, and stay away where not", async () => {
  const [folder, all] = [fresh(), fresh()];
  recordTMaze(folder, 3, 6, { observations: 1 });
  recordTMaze(all, 3, 6);
  const [store, whole] = [new EpisodeReader(folder), new EpisodeReader(all)];
  for (const drawn of [true, false]) {
    const [path, back] = [file(), fresh()];
    await episodesToHdf5(store, path, drawn ? { env: (level) => envOf(store, level) } : {});
    await episodesFromHdf5(path, back);
    const again = new EpisodeReader(back);
    expect(contentOf(again)).toEqual(contentOf(drawn ? whole : store));
    again.close();
  }
  store.close();
  whole.close();
});

test("a file of robomimic's gives its observations, actions and rewards, in the order of its demos", async () => {
  const path = await written((data) => {
    data.create_attribute(
      "env_args",
      JSON.stringify({ env_name: "Lift", type: 1, env_kwargs: { horizon: 5 } }),
    );
    for (const number of [10, 2]) fillDemo(data, `demo_${number}`, number);
  });
  const folder = fresh();
  await episodesFromHdf5(path, folder);
  const store = new EpisodeReader(folder);
  expect(store.card).toMatchObject({
    ...{ format: 2, levels: [{ id: "Lift", options: { horizon: 5 }, horizon: 2 }] },
    observations: {
      agentview_image: { dtype: "uint8", shape: [2, 2, 3] },
      robot0_eef_pos: { dtype: "float64", shape: [3] },
    },
    action: { dtype: "float64", shape: [2] },
  });
  expect(
    store.episodes.map(({ ordinal, return: sum, success, terminated }) => [
      ordinal,
      sum,
      success,
      terminated,
    ]),
  ).toEqual([
    [0, 2, true, true],
    [1, 10, true, true],
  ]);
  const [first] = store.episodes;
  expect(store.observations(first!, 0, 3, "agentview_image")).toEqual(bytes(36, 2));
  expect(store.observations(first!, 1, 3, "robot0_eef_pos")).toEqual(new Float64Array(6));
  expect(store.moves(store.episodes[1]!)).toEqual({
    actions: Float64Array.of(0.1, -0.2, 10, 0.4),
    rewards: Float64Array.of(0, 10),
  });
  store.close();
  // One key alone: single values, as a store of pictures has them.
  const single = fresh();
  await episodesFromHdf5(path, single, { key: "agentview_image" });
  const pictures = new EpisodeReader(single);
  expect(pictures.card).toMatchObject({ format: 1, about: { key: "agentview_image" } });
  expect(pictures.observations(pictures.episodes[0]!)).toEqual(bytes(36, 2));
  pictures.close();
});

/** Adds states to a demo, and lists. */
function addStates(data: Group, name: string): void {
  const states = Float64Array.from({ length: 8 }, (_, at) => at / 3);
  (data.get(name) as Group).create_dataset({ name: "states", data: states, shape: [2, 4] });
}

test("a file may have states, skills of its operators, and no final observations; or states alone", async () => {
  const path = await written((data, out) => {
    for (const number of [0, 9, 10]) {
      fillDemo(data, `demo_${number}`, number, ["obs"]);
      addStates(data, `demo_${number}`);
    }
    const mask = out.create_group("mask");
    mask.create_dataset({ name: "worse", data: ["demo_0"] });
    mask.create_dataset({ name: "better", data: ["demo_10"] });
  });
  const folder = fresh();
  await episodesFromHdf5(path, folder, { keys: ["robot0_eef_pos"] });
  const store = new EpisodeReader(folder);
  expect(store.keys).toEqual(["robot0_eef_pos"]);
  expect(
    store.episodes.map(({ policy, hasFinal, hasObservations }) => [policy, hasFinal, hasObservations]),
  ).toEqual([
    ["worse", false, true],
    ["", false, true],
    ["better", false, true],
  ]);
  expect(store.states(store.episodes[2]!, 1)).toEqual(Float64Array.of(4 / 3, 5 / 3, 2, 7 / 3));
  expect(store.observations(store.episodes[1]!, 0, 2, "robot0_eef_pos")).toHaveLength(6);
  expect(() => store.observations(store.episodes[1]!, 0, 3, "robot0_eef_pos")).toThrow(/to is 3, accepted/);
  expect(() => store.observations(store.episodes[1]!)).toThrow(
    /observations have robot0_eef_pos; name one of them/,
  );
  expect(() => store.form("object")).toThrow(/observations have robot0_eef_pos; and not object/);
  for (const episode of store) expect(store.problemOf(episode)).toBeUndefined();
  // Out again: no next_obs, the states, the lists.
  const again = file();
  await episodesToHdf5(store, again);
  const input = new hdf5.File(again, "r");
  expect((input.get("data/demo_2") as Group).keys().sort()).toEqual([
    "actions",
    "dones",
    "obs",
    "rewards",
    "states",
  ]);
  expect((input.get("mask/better") as InstanceType<typeof hdf5.Dataset>).value).toEqual(["demo_2"]);
  input.close();
  const back = fresh();
  await episodesFromHdf5(again, back);
  for (const name of ["card.json", "rows.jsonl", "blocks.bin"])
    expect(readFileSync(join(back, name))).toEqual(readFileSync(join(folder, name)));
  store.close();
  const bare = await written((data) => {
    fillDemo(data, "demo_0", 1, []);
    addStates(data, "demo_0");
  });
  const alone = fresh();
  await episodesFromHdf5(bare, alone);
  const states = new EpisodeReader(alone);
  expect([states.keys, states.episodes[0]!.hasObservations]).toEqual([[], false]);
  expect(states.states(states.episodes[0]!)).toHaveLength(8);
  states.close();
});

test("what a file lacks is said", async () => {
  const refused = async (fill: (data: Group) => void, options: FromHdf5Options = {}) => {
    const path = await written(fill);
    await episodesFromHdf5(path, fresh(), options);
  };
  await expect(refused(() => {})).rejects.toThrow("it has no data/demo_0");
  await expect(refused((data) => fillDemo(data, "demo_0", 1, []))).rejects.toThrow(
    "/data/demo_0 has neither obs nor states; dataset_states_to_obs.py",
  );
  await expect(refused((data) => fillDemo(data, "demo_0", 1), { key: "wrist_image" })).rejects.toThrow(
    "obs has agentview_image, robot0_eef_pos, and not wrist_image",
  );
  await expect(
    refused((data) => fillDemo(data, "demo_0", 1), {
      keys: ["robot0_eef_pos", "object", "side_image", "robot0_eye_in_hand_image"],
    }),
  ).rejects.toThrow(
    "and not object, side_image, robot0_eye_in_hand_image; robomimic's dataset_states_to_obs.py --dataset FILE --output_name NEW --done_mode 2 --camera_names side robot0_eye_in_hand --camera_height 84 --camera_width 84 makes them",
  );
  const raw = (data: Group): void => {
    const demo = data.create_group("demo_0");
    demo.create_dataset({ name: "actions", data: new Float64Array(4), shape: [2, 2] });
    demo.create_dataset({ name: "states", data: new Float64Array(8), shape: [2, 4] });
  };
  await expect(refused(raw)).rejects.toThrow(
    /data\/demo_0 has no rewards, dones, .*dataset_states_to_obs\.py .* makes them/,
  );
  const uneven = (data: Group): void => {
    fillDemo(data, "demo_0", 1, []);
    (data.get("demo_0") as Group)
      .create_group("obs")
      .create_dataset({ name: "eef", data: new Float64Array(9), shape: [3, 3] });
  };
  await expect(refused(uneven)).rejects.toThrow("/data/demo_0 has not 2 values of eef [3] in obs");
  const folder = fresh();
  const short = await written((data) => {
    fillDemo(data, "demo_0", 1);
    data.create_group("demo_1").create_dataset({ name: "actions", data: new Float64Array(4), shape: [2, 2] });
  });
  await expect(episodesFromHdf5(short, folder)).rejects.toThrow(
    "/data/demo_1 has no rewards, dones, accepted",
  );
  expect(existsSync(folder)).toBe(false);
  const text = file();
  writeFileSync(text, "no HDF5 at all");
  await expect(episodesFromHdf5(text, fresh())).rejects.toThrow(
    expect.objectContaining({ code: "envs/store" }),
  );
  const cut = file();
  writeFileSync(cut, readFileSync(short).subarray(0, 700));
  await expect(episodesFromHdf5(cut, fresh())).rejects.toThrow(
    expect.objectContaining({ code: "envs/store" }),
  );
});
