// An experiment's mistakes are found where it is written; its options can be listed.
import { defineExperiment, describeConfig, option, optionInfo, resolveConfig } from "@throughline/lab";
import { expect, test } from "vitest";
import { z } from "zod";

const base = { name: "test/one", purpose: "Be looked at.", config: {}, presets: {}, run: async () => ({}) };

test("every mistake of an experiment is named", () => {
  expect(() =>
    defineExperiment({
      ...base,
      name: "Nameless",
      purpose: "two\nlines",
      config: {
        seed: option(z.int().default(1), "Mine."),
        "a-b": option(z.int().default(1), "Dashed."),
        bare: option(z.int(), "Without a default."),
        silent: z.int().default(1),
        early: option(z.int(), "Said too early.").default(3),
      },
    }),
  ).toThrow(
    "the experiment Nameless: its name must be like system/what, in lower case; its purpose must be one line; " +
      "the option seed is declared by the lab for every experiment; remove it; " +
      "the option a-b must be one word of letters and digits; the option bare has no default, and there is no complete() to give it a value; " +
      "the option silent has no sentence; call option(…) last; the option early has no sentence; call option(…) last",
  );
});

test("presets are checked as flags are", () => {
  const config = { steps: option(z.int().min(1).default(1), "How long.", "steps") };
  expect(() => defineExperiment({ ...base, config, presets: { smoke: { steps: 0 } } })).toThrow(
    "the experiment test/one: 1 problem with the options of test/one:\n" +
      "  steps=0 (preset smoke): accepts a whole number from 1 (steps). How long.",
  );
});

test("values that JSON cannot hold are the experiment's mistake", () => {
  const config = { when: option(z.coerce.date().default(new Date(0)), "A date.") };
  expect(() => resolveConfig({ ...base, config } as never)).toThrow(
    "the option when of test/one becomes a value that JSON cannot hold; keep options to plain data",
  );
});

test("one schema may serve two options", () => {
  const count = z.int().default(1);
  const config = { a: option(count, "First."), b: option(count, "Second.", "m") };
  expect(optionInfo.get(config.a)).toEqual({ sentence: "First.", unit: undefined });
  expect(describeConfig(defineExperiment({ ...base, config })).slice(0, 2)).toMatchObject([
    { name: "a", sentence: "First.", unit: undefined },
    { name: "b", sentence: "Second.", unit: "m" },
  ]);
});

test("options as rows", () => {
  const experiment = defineExperiment({
    ...base,
    config: {
      on: option(z.boolean().default(false), "A switch."),
      kind: option(z.enum(["a", "b"]).default("a"), "A choice."),
      model: option(
        z.object({ hidden: option(z.int().default(3), "Width.", "units") }).prefault({}),
        "A net.",
      ),
    },
    presets: { smoke: { kind: "b", model: { hidden: 1 } } },
  });
  const rows = describeConfig(experiment);
  expect(rows.map((row) => row.name)).toEqual(["on", "kind", "model.hidden", "seed", "device", "threads"]);
  expect(rows[0]).toEqual({
    name: "on",
    type: "true or false",
    isBoolean: true,
    choices: undefined,
    default: false,
    isCompleted: false,
    sentence: "A switch.",
    unit: undefined,
    presets: {},
    isLab: false,
  });
  expect(rows[1]).toMatchObject({ choices: ["a", "b"], type: "one of a, b", presets: { smoke: "b" } });
  expect(rows[2]).toMatchObject({ default: 3, unit: "units", presets: { smoke: 1 }, isBoolean: false });
  expect(rows[3]).toMatchObject({ name: "seed", isLab: true });
});
