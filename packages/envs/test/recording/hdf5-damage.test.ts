// Damaged, cut and foreign HDF5 files: a store, or one sentence, and the process goes on. `fixtures/make.py` makes the file, with h5py.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EnvError, EpisodeReader, episodesFromHdf5, hdf5Masks } from "@throughline/envs";
import { Random } from "@throughline/lab/random";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { Hdf5Client } from "../../dist/recording/hdf5-client.js";

const root = fileFolder();
const fixture = join(import.meta.dirname, "fixtures", "robomimic.hdf5");
const whole = readFileSync(fixture);

/** What reading comes to: a store, or the sentence of the refusal. */
async function outcome(bytes: Uint8Array, name: string): Promise<string> {
  const [file, folder] = [join(root, `${name}.hdf5`), join(root, name)];
  writeFileSync(file, bytes);
  try {
    await episodesFromHdf5(file, folder);
    new EpisodeReader(folder).close();
    return "";
  } catch (error) {
    expect(error, name).toBeInstanceOf(EnvError);
    expect((error as EnvError).code, name).toMatch(/^envs\/(store|record)$/);
    return (error as EnvError).message;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(file);
  }
}

test("a file that h5py wrote is read as robomimic means it", async () => {
  const folder = join(root, "read");
  await episodesFromHdf5(fixture, folder);
  const store = new EpisodeReader(folder);
  expect(store.card.levels).toEqual([
    {
      ...{ id: "Lift", horizon: 3 },
      options: { robots: ["Panda"], controller_configs: { type: "OSC_POSE" } },
    },
  ]);
  expect(store.keys).toEqual(["agentview_image", "object", "robot0_gripper_qpos"]);
  expect(store.episodes.map(({ length, policy, success }) => [length, policy, success])).toEqual([
    [2, "worse", true],
    [3, "better", true],
    [2, "better", true],
  ]);
  const [, second, third] = store.episodes;
  expect(store.moves(third!).actions.slice(0, 7)).toEqual(
    Float64Array.of(...Array<number>(6).fill(10 / 16), -1),
  );
  expect([...store.observations(second!, 2, 4, "object")]).toEqual(
    [...Array(10).keys()].map((at) => 20 + at).concat([...Array(10).keys()].map((at) => 21 + at)),
  );
  expect([...store.observations(second!, 0, 1, "agentview_image")]).toEqual([...Array(12).keys()]);
  expect([...store.states(second!, 1, 2)]).toEqual([...Array(32).keys()].map((at) => 32 + at));
  store.close();
  expect(await hdf5Masks(fixture)).toEqual({ better: [1, 2], worse: [0] });
});

test("flipped bits and cuts give a store or one sentence", async () => {
  const random = new Random("damage");
  const places = [...whole.keys()].filter((at) => whole[at] !== 0);
  const damaged = Array.from({ length: 18 }, (_, number) => {
    if (number % 6 === 5) return whole.subarray(0, random.below(whole.length));
    const bytes = Buffer.from(whole);
    bytes[places[random.below(places.length)]!]! ^= 1 << random.below(8);
    return bytes;
  });
  const outcomes: string[] = [];
  // Two at a time: each has a thread of its own.
  for (let at = 0; at < damaged.length; at += 2)
    outcomes.push(
      ...(await Promise.all([at, at + 1].map((number) => outcome(damaged[number]!, `damaged-${number}`)))),
    );
  for (const said of outcomes) expect(said).not.toMatch(/\n/);
  for (const [number, said] of outcomes.entries()) if (number % 6 === 5) expect(said).not.toBe("");
  expect(outcomes.filter((said) => said !== "").length).toBeGreaterThan(6);
  // Nothing is left of it in what is read afterwards.
  expect(await outcome(whole, "whole")).toBe("");
});

test("what is no HDF5, is not there, or takes too long is said", async () => {
  expect(await outcome(Buffer.from("no HDF5"), "text")).toMatch(/text\.hdf5 is no HDF5 file/);
  expect(await outcome(new Uint8Array(0), "empty")).toMatch(/empty\.hdf5 is no HDF5 file/);
  await expect(episodesFromHdf5(join(root, "absent.hdf5"), join(root, "x"))).rejects.toThrow(
    /absent\.hdf5 cannot be read: ENOENT/,
  );
  const client = new Hdf5Client(fixture, {}, 1);
  await expect(client.ask("describe")).rejects.toThrow(
    /cannot be read: the HDF5 library took more than 0\.001 s/,
  );
  await expect(client.ask("describe")).rejects.toThrow(/took more than/);
  await client.close();
});
