// Options that somebody asked for, as flags.
import { askedFlags, isAsked } from "@throughline/lab";
import { expect, test } from "vitest";

const sources = {
  ...{ steps: "default", rate: "preset laptop", units: "table: tasks of the paper" },
  ...{ testPart: "flag", "net.hiddenUnits": "file a.yaml", k: "sweep" },
};

test("are those that neither default, preset nor table gave, in the order of their names", () => {
  expect(askedFlags(sources, Object.keys(sources))).toBe("--test-part, --net.hidden-units, --k");
  expect(askedFlags(sources, ["k", "missing", "testPart"])).toBe("--k, --test-part");
  expect(askedFlags(sources, ["steps", "rate", "units", "missing"])).toBe("");
});

test("the preset of a name is one, a word that begins like it is not", () => {
  expect(["preset smoke", "presets.yaml", "default", "defaults.yaml"].map(isAsked)).toEqual([
    ...[false, true, false, true],
  ]);
});
