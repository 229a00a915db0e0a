// Configurations of runs that earlier versions made.
import { defineExperiment, option } from "@throughline/lab";
import { expect, test } from "vitest";
import { z } from "zod";
import { olderConfig } from "../../dist/run/older-config.js";

const experiment = defineExperiment({
  name: "old/line",
  purpose: "Fit a straight line.",
  config: {
    data: option(z.string().min(1).optional(), "File."),
    label: option(z.string().default("x"), "Title."),
    steps: option(z.int().min(1).default(5), "Length."),
    added: option(z.int().default(7), "An option of today."),
  },
  presets: { smoke: { steps: 2 } },
  run: async () => ({}),
});
const sources = { steps: "preset smoke", label: "default", data: "default" };
/** Options that the lab gives to every experiment. */
const labs = { seed: 0, device: "cpu", threads: 1 };
const read = (config: Record<string, unknown>, said: string[] = []) =>
  olderConfig(experiment as never, { preset: "smoke", config: { ...labs, ...config }, sources }, (message) =>
    said.push(message),
  );

test("an empty text where today an option is left out is left out; other empty texts stay", () => {
  expect(read({ data: "", label: "", steps: 2, added: 1 })).toEqual({
    ...labs,
    label: "",
    steps: 2,
    added: 1,
  });
  expect(read({ data: "a.csv", label: "x", steps: 2, added: 1 })).toMatchObject({ data: "a.csv" });
});

test("options added since take their defaults, and it is said", () => {
  const said: string[] = [];
  expect(read({ label: "x", steps: 2 }, said)).toMatchObject({ added: 7 });
  expect(said).toEqual(["options added since the run was created take their defaults: added=7"]);
});

test("options that are gone or accept other values are refused by name", () => {
  expect(() => read({ label: "x", steps: 0 })).toThrow(
    /of old\/line have changed .*: steps=0 are no longer accepted/,
  );
  expect(() => read({ label: "x", steps: 2, speed: 3 })).toThrow(/speed=3/);
});
