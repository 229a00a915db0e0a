// `data inspect | validate | convert` of episode stores: numbers that are known, damage that was done, and what is no store.
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EpisodeReader, EpisodeWriter, RecordedEnv, Recording, TMaze } from "@throughline/envs";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks } from "@throughline/testing/leaks";
import { describe, expect, test } from "vitest";
import { episodeStores } from "../../dist/stores/episodes.js";
import { inspected, size } from "../../dist/stores/inspect.js";
import { gradedStore } from "../curricula/support/graded.js";

checkLeaks();

const root = fileFolder();
let made = 0;
const fresh = (): string => join(root, `store-${made++}`);

describe("inspect", () => {
  test("counts, success by level with its interval and by quarter, and the observations that are missing", () => {
    const folder = fresh();
    const store = gradedStore({ folder, rooms: [1, 2], episodes: 12, observations: 2 });
    const { json, lines, notes } = inspected(store);
    const levels = json.levels as { episodes: number; successes: number; quarters: number[] }[];
    for (const [level, found] of levels.entries()) {
      const own = store.find({ level });
      const won = own.map(({ success }) => Number(success));
      expect(found).toMatchObject({ level, episodes: 12, successes: won.reduce((a, b) => a + b, 0) });
      for (const [quarter, share] of found.quarters.entries())
        expect(share).toBeCloseTo(won.slice(3 * quarter, 3 * quarter + 3).reduce((a, b) => a + b, 0) / 3, 12);
      expect(found.quarters.at(-1)).toBe(1);
    }
    const kept = store.episodes.filter(({ hasObservations }) => hasObservations);
    const frames = kept.reduce((sum, { length }) => sum + length + 1, 0);
    // Of 12 episodes, 0 to 4, 6 and 8 are kept, of each level.
    expect(kept).toHaveLength(14);
    expect(json).toMatchObject({ episodes: 24, observations: { episodes: 14, frames }, isCut: false });
    expect(lines).toContain('level 1  SmallGoalMaze-v0 {"rooms":2}');
    expect(notes).toEqual([
      `10 episodes have no observations: throughline data convert ${folder} FILE.hdf5 draws them again from seed, episode and actions`,
    ]);
    store.close();
  });

  test("a level that was never played, and so few episodes that there are no quarters", () => {
    const store = gradedStore({ folder: fresh(), rooms: [1, 2], episodes: 3, played: 1 });
    const { lines, notes, json } = inspected(store);
    const levels = json.levels as { quarters: number[] }[];
    expect(levels.map(({ quarters }) => quarters)).toEqual([[], []]);
    expect(lines!.slice(-1)).toEqual(["no episodes"]);
    expect(notes).toEqual([]);
    store.close();
  });

  test("bytes in words", () => {
    expect([0, 999, 1000, 1234, 999_999, 5e6, 7.25e10].map(size)).toEqual([
      ...["0 bytes", "999 bytes", "1.00 kB", "1.23 kB", "1.00 MB", "5.00 MB", "72.5 GB"],
    ]);
  });
});

describe("validate", () => {
  test("a store that is whole plays its episodes again; a flipped bit is told with its episode", async () => {
    const folder = fresh();
    gradedStore({ folder, rooms: [1, 2], episodes: 4 }).close();
    const whole = await episodeStores.validate(folder, 3);
    expect(whole).toMatchObject({ isWhole: true, json: { episodes: 8, played: 6, damaged: [], failed: [] } });
    const blocks = join(folder, "blocks.bin");
    const bytes = readFileSync(blocks);
    const flipped = Uint8Array.from(bytes);
    flipped[bytes.length - 3]! ^= 16;
    writeFileSync(blocks, flipped);
    const broken = await episodeStores.validate(folder, 3);
    expect(broken.isWhole).toBe(false);
    expect(broken.json.damaged).toEqual([
      expect.stringMatching(/^episode 7 \(level 1, seed 11, number 3\): .*does not match its checksum/),
    ]);
    // Those that are whole are played all the same.
    expect(broken.json.played).toBe(6);
  });

  test("a store that is cut is whole up to there, and says so", async () => {
    const folder = fresh();
    gradedStore({ folder, rooms: [1], episodes: 4 }).close();
    const rows = join(folder, "rows.jsonl");
    truncateSync(rows, readFileSync(rows).length - 5);
    const { heading, detail, notes, isWhole, json } = await episodeStores.validate(folder, 20);
    expect([isWhole, json.isCut, json.episodes]).toEqual([true, true, 3]);
    expect(`${heading}${detail}`).toBe(
      `${folder} is whole up to its last whole episode  3 episodes read, 0 damaged; 3 played again, 0 differ`,
    );
    expect(notes).toEqual([expect.stringContaining("or the end of the files is lost")]);
  });

  test("an environment that there is not cannot be played again, which is no proof", async () => {
    const folder = fresh();
    const { spec, observationSpace, actionSpace } = new TMaze({ length: 2 });
    const other = { ...spec, id: "Elsewhere-v0" };
    const writer = new EpisodeWriter(folder, { levels: [other], observationSpace, actionSpace, about: {} });
    const env = new RecordedEnv(
      Object.assign(new TMaze({ length: 2 }), { spec: other }),
      new Recording(writer),
    );
    env.reset({ seed: 1 });
    for (const action of [0, 0, 1]) env.step(action);
    env.close();
    writer.close();
    const { heading, isWhole, notes, json } = await episodeStores.validate(folder, 20);
    expect([isWhole, json.played]).toEqual([false, 0]);
    expect(heading).toBe(`${folder} is undamaged, but was not played again`);
    expect(notes).toEqual([
      expect.stringMatching(
        /^level 0 cannot be played again: .*Elsewhere-v0 is no environment of this package/,
      ),
    ]);
  });
});

describe("convert", () => {
  test("to HDF5 with what was not kept drawn again, and back to as many episodes", async () => {
    const folder = fresh();
    gradedStore({ folder, rooms: [1, 2], episodes: 5, observations: 1 }).close();
    const [file, back] = [`${fresh()}.hdf5`, fresh()];
    expect((await episodeStores.convert(folder, file)).json).toEqual({ path: file, episodes: 10 });
    expect((await episodeStores.convert(file, back)).json).toEqual({ path: back, episodes: 10 });
    const [before, after] = [new EpisodeReader(folder), new EpisodeReader(back)];
    expect(before.episodes.every(({ hasObservations }) => hasObservations)).toBe(false);
    expect(after.episodes.every(({ hasObservations }) => hasObservations)).toBe(true);
    expect(after.episodes.map(({ seed, episode, success }) => [seed, episode, success])).toEqual(
      before.episodes.map(({ seed, episode, success }) => [seed, episode, success]),
    );
    before.close();
    after.close();
  });

  test("two files, and a folder that is no store, are refused", async () => {
    await expect(episodeStores.convert("a.hdf5", "b.h5")).rejects.toMatchObject({
      code: "cec/convert",
      message: expect.stringContaining(
        "a.hdf5 and b.h5 are given, accepted: a file that ends in .hdf5 or .h5, and a folder, in any order",
      ),
    });
    await expect(episodeStores.convert("here", "there")).rejects.toMatchObject({ code: "envs/store" });
  });

  test("a folder is a store by its files, a run by the store among its artifacts", () => {
    const run = fresh();
    const folder = join(run, "artifacts", "episodes");
    gradedStore({ folder, rooms: [1], episodes: 2 }).close();
    expect(episodeStores.find(folder)).toBe(folder);
    expect(episodeStores.find(run)).toBe(folder);
    expect(episodeStores.find(root)).toBeUndefined();
    expect(["x.HDF5", "x.h5", "x"].map((name) => episodeStores.makes(name))).toEqual([true, true, false]);
  });
});
