// reproduce, doctor and completion.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { describe, expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

describe("reproduce", () => {
  test("runs what is missing, writes the pages, and runs nothing twice", async () => {
    const cwd = testFolder();
    const first = await throughline(["reproduce", "sum", "--preset", "laptop"], { cwd });
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/^complete {2}test\/sum: 2 of 2 cells finished, 2 of them run now\n/);
    expect(first.stdout).toContain("total: paper 10, ours 10.00 ± 0 (mean, standard deviation): agrees");
    expect(first.stdout).toContain("report   runs/reproductions/test/sum/laptop/report.html");
    expect(readFileSync(join(cwd, "runs/reproductions/test/sum/laptop/report.md"), "utf8")).toContain(
      "Gauss",
    );
    const again = json(await throughline(["reproduce", "sum", "--json"], { cwd }));
    expect(again).toMatchObject({ complete: true, launched: 0, preset: "laptop" });
  });

  test("says a report's sentences in place of its table, then figures and what to type next", async () => {
    const cwd = testFolder();
    const { code, stdout, stderr } = await throughline(["reproduce", "told"], { cwd });
    expect(code, stderr).toBe(0);
    const pages = "runs/reproductions/test/told/laptop";
    expect(stdout).toBe(
      [
        "complete  test/told: 1 of 1 cells finished, 1 of them run now",
        "  The sum is 10.",
        `figures  ${pages}/figures/totals.svg`,
        `report   ${pages}/report.html`,
        `         ${pages}/report.md`,
        "next     npx throughline show latest",
        "         npx throughline run test/line steps=6",
        "",
      ].join("\n"),
    );
    expect(readFileSync(join(cwd, pages, "report.md"), "utf8")).toMatch(
      /The sum is 10\.[\s\S]*Told by a teacher\./,
    );
  });
});

describe("doctor", () => {
  test("asks the engine's doctor and looks at experiments and runs", async () => {
    const cwd = testFolder();
    await throughline(["run", "line", "--name", "a", "steps=1"], { cwd });
    writeFileSync(join(cwd, "runs/test/line/a/state.json"), "{");
    const { code, stdout } = await throughline(["doctor", "--json"], { cwd });
    const { checks, ok } = JSON.parse(stdout) as {
      ok: boolean;
      checks: { name: string; status: string; detail: string }[];
    };
    expect({ code, ok }).toEqual({ code: 1, ok: false });
    const problems = checks.filter(({ status }) => status === "problem").map(({ detail }) => detail);
    expect(problems).toContainEqual(
      expect.stringContaining("test/broken cannot be loaded: this module is broken"),
    );
    expect(problems).toContainEqual(expect.stringMatching(/runs\/test\/line\/a\/state\.json is damaged/));
    expect(checks.find(({ name }) => name === "folder of runs")).toMatchObject({ status: "ok" });
    expect(checks.length).toBeGreaterThan(6);
  });
});

describe("completion", () => {
  async function offers(...words: string[]): Promise<string[]> {
    const { stdout } = await throughline(["__complete", "--", ...words]);
    return stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")[0] ?? ""]));
  }

  test.each(["bash", "zsh", "fish"])("script for %s asks the command itself", async (shell) => {
    const { code, stdout } = await throughline(["completion", shell]);
    expect(code).toBe(0);
    expect(stdout).toContain("throughline __complete --");
  });

  test("commands, experiments, options, presets and values", async () => {
    expect(await offers("re")).toEqual(["resume", "reproduce"]);
    expect(await offers("run", "test/")).toEqual(["test/line", "test/broken"]);
    expect(await offers("run", "line", "--le")).toEqual(["--learning-rate"]);
    expect(await offers("run", "line", "--preset", "")).toEqual(["laptop", "smoke"]);
    expect(await offers("run", "line", "--method", "")).toEqual(["sgd", "adam"]);
    expect(await offers("completion", "f")).toEqual(["fish"]);
  });
});
