// list and describe.
import { describe, expect, test } from "vitest";
import { experiments, reproductions } from "../dist/registry.js";
import { json, throughline } from "./support/cli.js";

describe("list", () => {
  test("names experiments and reproductions with their purposes", async () => {
    const { code, stdout } = await throughline(["list"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Experiments\n/);
    expect(stdout).toMatch(/^ {2}examples\/digits +A small convolutional net/m);
    expect(stdout).toMatch(/Reproductions\n/);
  });

  test("finds by words, in any case", async () => {
    const { experiments } = json<{ experiments: { name: string }[] }>(
      await throughline(["list", "COUNT", "--json"]),
    );
    expect(experiments.map(({ name }) => name)).toEqual(["test/line"]);
  });

  test("suggests where nothing matches", async () => {
    const { code, stderr } = await throughline(["list", "digts"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no experiment or reproduction matches digts; did you mean examples\/digits\?/);
  });
});

describe("the registry", () => {
  test.each(experiments)("says of $name what it says of itself", async ({ name, purpose, load }) => {
    const experiment = await load();
    expect({ name: experiment.name, purpose: experiment.purpose }).toEqual({ name, purpose });
  });

  test.each(reproductions)(
    "says of reproduction $name what it says of itself",
    async ({ name, purpose, load }) => {
      const reproduction = await load();
      expect({ name: reproduction.name, purpose: reproduction.title }).toEqual({ name, purpose });
    },
  );
});

describe("describe", () => {
  test("says of each option its flag, default, presets, sentence and what is accepted", async () => {
    const { code, stdout } = await throughline(["describe", "test/line"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--steps  default 20 steps · laptop 50 · smoke 5");
    expect(stdout).toContain("How far to count. Accepts a whole number from 1.");
    expect(stdout).toContain("Accepts one of sgd, adam.");
    expect(stdout).toContain("presets: laptop, smoke");
  });

  test("as JSON", async () => {
    const said = json<{ name: string; options: { name: string; default: unknown; isLab: boolean }[] }>(
      await throughline(["describe", "line", "--json"]),
    );
    expect(said.name).toBe("test/line");
    expect(said.options.find((row) => row.name === "model.hidden")).toMatchObject({
      default: 8,
      isLab: false,
    });
    expect(said.options.filter((row) => row.isLab).map((row) => row.name)).toEqual([
      "seed",
      "device",
      "threads",
    ]);
  });

  test("an experiment that cannot be loaded fails with its reason", async () => {
    const { code, stderr } = await throughline(["describe", "broken"]);
    expect(code).toBe(1);
    expect(stderr).toContain("this module is broken");
  });
});
