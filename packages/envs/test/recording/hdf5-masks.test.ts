// Lists of demonstrations in HDF5: those of a file that a store became name its episodes.
import { join } from "node:path";
import { EnvError, EpisodeReader, episodesFromHdf5, episodesToHdf5, hdf5Masks } from "@throughline/envs";
import { fileFolder } from "@throughline/testing/folders";
import hdf5 from "h5wasm/node";
import { expect, test } from "vitest";
import { recordTMaze } from "./support/stores.js";

const root = fileFolder();

test("lists name the episodes of the store that is made of the file", async () => {
  const [folder, back, file] = ["store", "back", "file.hdf5"].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  recordTMaze(folder, 3, 14);
  const store = new EpisodeReader(folder);
  await episodesToHdf5(store, file);
  store.close();
  await episodesFromHdf5(file, back);
  const again = new EpisodeReader(back);
  const { success, level_0: all } = await hdf5Masks(file);
  expect(all).toEqual([...again.episodes.keys()]);
  const won = again.find({ success: true }).map(({ number }) => number);
  expect(won.length).toBeGreaterThan(0);
  expect(success).toEqual(won);
  again.close();
});

test("a list of what is not there, and a file of another form, are refused", async () => {
  await hdf5.ready;
  const written = (name: string, fill: (file: InstanceType<typeof hdf5.File>) => void): string => {
    const path = join(root, name);
    const out = new hdf5.File(path, "w");
    fill(out);
    out.close();
    return path;
  };
  const stray = written("stray.hdf5", (out) => {
    out.create_group("data").create_group("demo_4");
    out.create_group("mask").create_dataset({ name: "worse", data: ["demo_4", "demo_5"] });
  });
  await expect(hdf5Masks(stray)).rejects.toThrow(
    "mask/worse names demo_5, which is not among its 1 demonstrations",
  );
  const empty = written("empty.hdf5", (out) => void out.create_group("other"));
  await expect(hdf5Masks(empty)).rejects.toThrow(EnvError);
  await expect(hdf5Masks(empty)).rejects.toThrow("it has no data, accepted: episodes in robomimic's form");
  const unlisted = written("unlisted.hdf5", (out) => void out.create_group("data"));
  expect(await hdf5Masks(unlisted)).toEqual({});
});
