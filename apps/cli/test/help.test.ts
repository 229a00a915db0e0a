// Help, version and the cost of saying them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { recordLoads } from "@throughline/testing/processes";
import { describe, expect, test } from "vitest";
import { createProgram } from "../dist/program.js";
import { registry } from "../dist/registry.js";
import { throughline } from "./support/cli.js";

const program = createProgram((await registry()).commands);
const commands = program.commands.map((command) => command.name()).filter((name) => !name.startsWith("__"));

describe("help", () => {
  test("names every command, the exit codes and where to begin", async () => {
    expect(commands).toHaveLength(22);
    const { code, stdout, stderr } = await throughline(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
    for (const exit of [0, 1, 2, 130]) expect(stdout).toMatch(new RegExp(`^ {2}${exit}\\s+\\S`, "m"));
    expect(stdout).toContain("throughline list");
    expect(stdout).not.toContain("__complete");
  });

  test("is what the bare command says", async () => {
    const [bare, asked] = await Promise.all([throughline([]), throughline(["--help"])]);
    expect(bare).toEqual(asked);
  });

  test.each(commands)("of %s says how to use it and what each option does", (name) => {
    const command = program.commands.find((one) => one.name() === name);
    const text = command?.helpInformation() ?? "";
    expect(text).toContain(`Usage: throughline ${name}`);
    expect(command?.description()).not.toBe("");
    for (const option of command?.options ?? []) expect(option.description, option.flags).not.toBe("");
  });

  test("is the same by flag and by command", async () => {
    const [flag, command] = await Promise.all([
      throughline(["sweep", "--help"]),
      throughline(["help", "sweep"]),
    ]);
    expect(flag).toMatchObject({ code: 0, stderr: "" });
    expect(flag.stdout).toContain("--seeds 0..2");
    expect(command.stdout).toBe(flag.stdout);
  });

  test("of run with an experiment lists the experiment's own options", async () => {
    const { code, stdout } = await throughline(["run", "line", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Options of test/line (presets: laptop, smoke)");
    expect(stdout).toMatch(
      /--learning-rate {2}default 0\.1\n {6}How fast the loss falls\. Accepts a number above 0\./,
    );
    expect(stdout).toContain("--model.hidden  default 8 units");
  });

  test("the version is the package's", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    expect((await throughline(["--version"])).stdout).toBe(`${manifest.version}\n`);
  });
});

describe("start-up loads", () => {
  /** Small rooms that need nothing else: words on their way out, what a module registers, checks of values, files. */
  const light =
    /packages\/(lab\/dist\/(text\/|errors|registry\/registered)|torch\/dist\/(checks\/|errors|files\/|mix))|examples\/dist\/experiments\/(registry|.*\/name)\.js/;

  async function loaded(args: readonly string[]): Promise<string[]> {
    const file = join(testFolder(), "loaded");
    const said = await throughline(args, {
      nodeArgs: ["--import", recordLoads],
      env: { THROUGHLINE_LOADED: file },
    });
    expect(said.code).toBe(0);
    return readFileSync(file, "utf8").split("\n");
  }

  test.each([["--help"], ["list"]])(
    "neither the lab nor the engine nor experiments for %s",
    async (...args) => {
      const urls = await loaded(args);
      expect(urls.length).toBeGreaterThan(10);
      const heavy = urls.filter(
        (url) =>
          /packages\/(lab|torch)\/|(flossing|ocra)\/dist\/index|examples\/|echarts|zod|canvas|yaml/.test(
            url,
          ) && !light.test(url),
      );
      expect(heavy).toEqual([]);
    },
  );

  test("neither the engine nor echarts for describe", async () => {
    const urls = await loaded(["describe", "digits"]);
    const heavy = urls.filter(
      (url) => /packages\/torch\/|echarts|canvas|mnist/.test(url) && !light.test(url),
    );
    expect(heavy).toEqual([]);
  });
});
