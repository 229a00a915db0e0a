// Levels of demonstrations: by grade, by completion time, and of files with lists of operators.
import { join } from "node:path";
import { Curriculum, completionTimeLevels, expertiseLevels, sampling } from "@throughline/cec";
import { EpisodeReader, episodesFromHdf5, episodesToHdf5, hdf5Masks } from "@throughline/envs";
import { fileFolder } from "@throughline/testing/folders";
import { afterAll, expect, test } from "vitest";
import { gradedStore } from "./support/graded.js";

const root = fileFolder();
const store = gradedStore({ folder: join(root, "store") });
afterAll(() => store.close());

test("grades make levels in rising order; without one an episode is left out", () => {
  const grade = ({ number }: { number: number }) => (number % 4 === 3 ? undefined : 2 - (number % 4));
  const levels = expertiseLevels(store, grade, { names: ["worse", "okay"] });
  expect(levels.map(({ name }) => name)).toEqual(["worse", "okay", "expertise 2"]);
  for (const [level, { episodes }] of levels.entries()) {
    expect(episodes.map(grade)).toEqual(Array(12).fill(level));
    const ordinals = episodes.map(({ ordinal }) => ordinal);
    expect(ordinals).toEqual([...ordinals].sort((a, b) => a - b));
  }
  expect(() => expertiseLevels(store, () => undefined)).toThrow("has a grade");
  expect(() => expertiseLevels(store, () => Number.NaN)).toThrow(
    "the grade of episode 0 is NaN, accepted: a number",
  );
});

test("completion time: those that failed first, then from the longest to the shortest, in equal parts", () => {
  const levels = completionTimeLevels(store, 5);
  expect(levels.map(({ episodes }) => episodes.length)).toEqual([10, 9, 10, 9, 10]);
  const all = levels.flatMap(({ episodes }) => episodes);
  expect(all.map(({ number }) => number).sort((a, b) => a - b)).toEqual([...store.episodes.keys()]);
  const keys = all.map(({ success, length }) => (success ? 1000 : 0) - length);
  expect(keys).toEqual([...keys].sort((a, b) => a - b));
  const { name, episodes } = levels[4]!;
  expect(name).toBe(`${episodes[0]!.length} to ${episodes.at(-1)!.length} steps`);
  expect(() => completionTimeLevels(store, 49)).toThrow(
    "levels is 49, accepted: a whole number from 1 to 48",
  );
});

test("demonstrations of an HDF5 file, graded by its lists, become a curriculum by expertise", async () => {
  const [file, folder] = [join(root, "demos.hdf5"), join(root, "demos")];
  await episodesToHdf5(store, file);
  await episodesFromHdf5(file, folder);
  const lists = await hdf5Masks(file);
  const demos = new EpisodeReader(folder);
  const better = new Set(lists.success);
  const levels = expertiseLevels(demos, ({ number }) => Number(better.has(number)), {
    names: ["worse", "better"],
  });
  const curriculum = new Curriculum(levels, { sampling: sampling.expertise() });
  expect(
    curriculum.levels.map(({ name, episodes }) => [name, episodes.every(({ success }) => success)]),
  ).toEqual([
    ["worse", false],
    ["better", true],
  ]);
  expect(curriculum.levels[0]!.episodes.some(({ success }) => success)).toBe(false);
  demos.close();
});
