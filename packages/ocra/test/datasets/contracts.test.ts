// Every data set of the catalogue that needs no files keeps the contract of its kind.
import { dataSets, loadDisplays, loadProblems } from "@throughline/ocra";
import { displaySetContract, taskSetContract } from "@throughline/testing/contracts/data-sets";
import { checkLeaks } from "@throughline/testing/leaks";
import { expect, test } from "vitest";

checkLeaks();

/** Small ones, whose last batch is not full. */
const options: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "art/displays": { size: 24, count: 7, objects: "tasks" },
  "art/same-different": { m: 50, size: 24, count: 7 },
  "art/rmts": { m: 95, size: 24, count: 7 },
  "art/distribution-of-3": { m: 50, size: 24, count: 7 },
  "art/identity-rules": { m: 50, size: 24, count: 7 },
  "svrt/displays": { size: 32, perProblem: 1, problems: [1, 5, 9, 14] },
  "svrt/problem": { problem: 17, size: 32, count: 8 },
  "clevr/displays": { size: 32, count: 5 },
  "clevr/rmts": { size: 32, count: 5 },
  "clevr/identity-rules": { size: 32, count: 5 },
};

test("none is forgotten", () => {
  const all = dataSets.filter((entry) => !("path" in entry.options)).map(({ name }) => name);
  expect(Object.keys(options).sort()).toEqual(all.sort());
});

for (const entry of dataSets) {
  const { name } = entry;
  const given = options[name];
  if (given === undefined) continue;
  const named = { name, options: given };
  const made = await entry.make(given);
  if ("form" in made)
    taskSetContract(
      name,
      () => made,
      (loading) => loadProblems(named, loading),
    );
  else
    displaySetContract(
      name,
      () => made,
      (loading) => loadDisplays(named, loading),
    );
}
