// Data sets by name: jitter, names, refusals.
import { dataSets, loadDisplays, loadProblems, type NamedDataSet } from "@throughline/ocra";
import { liveTensors, scope } from "@throughline/torch";
import { afterEach, beforeEach, expect, test } from "vitest";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

const displays: NamedDataSet = { name: "art/displays", options: { size: 24, count: 20, objects: "tasks" } };
const problems: NamedDataSet = { name: "art/rmts", options: { m: 95, size: 24, count: 20 } };

test("every epoch draws the jitter anew", async () => {
  const loader = await loadProblems(problems, { batchSize: 20, seed: 3 });
  const seen: Record<string, string>[] = [];
  for (let epoch = 0; epoch < 2; epoch++) {
    for (const { images, target } of loader.sync()) {
      scope(() => seen.push({ images: images.toTypedArray().join(), target: target.toTypedArray().join() }));
    }
  }
  expect(seen[0]!.target).toBe(seen[1]!.target);
  expect(seen[0]!.images).not.toBe(seen[1]!.images);
});

test("every name can be made with no options but its path", async () => {
  expect(dataSets.map(({ name }) => name)).toEqual([
    "art/displays",
    "art/same-different",
    "art/rmts",
    "art/distribution-of-3",
    "art/identity-rules",
    "svrt/displays",
    "svrt/problem",
    "clevr/displays",
    "clevr/rmts",
    "clevr/identity-rules",
    "folder",
    "puzzles",
  ]);
  for (const { name, make, kind } of dataSets.filter(({ options }) => !("path" in options))) {
    const set = await make({});
    expect([set.name, "form" in set]).toEqual([name, kind === "task"]);
  }
});

test("what is not accepted is refused in a sentence, also from the workers' module", async () => {
  await expect(loadDisplays({ name: "art/display" })).rejects.toThrow(
    /^there is no data set "art\/display"; did you mean art\/displays\?$/,
  );
  await expect(loadProblems(displays)).rejects.toThrow(
    "art/displays is displays; load them with loadDisplays",
  );
  await expect(loadDisplays(problems)).rejects.toThrow("art/rmts is a task; load it with loadProblems");
  await expect(loadProblems({ name: "art/rmts", options: { n: 3 } })).rejects.toThrow(
    /^art\/rmts: there is no option n/,
  );
});
