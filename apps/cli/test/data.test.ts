// `throughline data`: list, preview, write; and what is said of mistakes.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { describe, expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

describe("data", () => {
  test("list names every data set with its options", async () => {
    const sets = json(await throughline(["data", "list", "--json"])) as unknown as {
      name: string;
      options: Record<string, string>;
    }[];
    const rmts = sets.find(({ name }) => name === "art/rmts");
    expect(Object.keys(rmts?.options ?? {})).toEqual(expect.arrayContaining(["m", "split", "size"]));
  });

  test("list shows options as they are typed; preview also accepts them in camelCase", async () => {
    const { stdout } = await throughline(["data", "list"]);
    expect(stdout).toMatch(/^ {4}--at-most {2}largest number of problems/m);
    expect(stdout).not.toMatch(/^ {4}--[a-z]*[A-Z]/m);
    const preview = ["data", "preview", "rmts", "--m", "95", "--size", "32", "--show", "1", "--json"];
    for (const spelling of ["--at-most", "--atMost"]) {
      const made = json(await throughline([...preview, spelling, "40"], { cwd: testFolder() }));
      expect(made).toMatchObject({ options: { atMost: 40 }, samples: 40 });
    }
  });

  test("preview draws a sheet: ocra/rmts is ART's task", async () => {
    const cwd = testFolder();
    const made = json(
      await throughline(["data", "preview", "ocra/rmts", "--m", "95", "--size=48", "--show", "2", "--json"], {
        cwd,
      }),
    );
    expect(made).toMatchObject({ name: "art/rmts", options: { m: 95, size: 48 }, samples: 480 });
    const svg = join(cwd, "runs/data/art/rmts/preview_m-95_size-48.svg");
    expect(readFileSync(svg, "utf8").match(/<image/g)).toHaveLength(4); // two problems of two choices
    expect(existsSync(svg.replace("svg", "png"))).toBe(true);
  });

  test("preview writes over nothing: a second sheet has another name", async () => {
    const cwd = testFolder();
    const args = ["data", "preview", "rmts", "--m", "95", "--size", "32", "--show", "1", "--json"];
    const first = json(await throughline(args, { cwd })).files as string[];
    writeFileSync(join(cwd, first[1]!), "mine");
    const second = json(await throughline(args, { cwd })).files as string[];
    expect(readFileSync(join(cwd, first[1]!), "utf8")).toBe("mine");
    expect(second).toEqual(first.map((path) => path.replace(/(\.\w+)$/, "-2$1")));
    const elsewhere = json(await throughline([...args, "--out", "own"], { cwd })).files as string[];
    const again = json(await throughline([...args, "--out", "own"], { cwd })).files as string[];
    expect(again.some((path) => elsewhere.includes(path))).toBe(false);
  });

  test("lists and sheets' layouts can be typed, and 0 is a seed", async () => {
    const cwd = testFolder();
    const args = ["data", "preview", "svrt/displays", "--problems", "1,2", "--size", "32", "--show", "2"];
    const made = json(await throughline([...args, "--draw", "0", "--json"], { cwd }));
    expect(made).toMatchObject({ options: { problems: [1, 2] }, samples: 1000 });
    mkdirSync(join(cwd, "sheets"));
    writeFileSync(join(cwd, "sheets/answers.csv"), "file,answer\n0.png,2\n");
    copyFileSync(
      join(cwd, (made.files as string[]).find((file) => file.endsWith(".png"))!),
      join(cwd, "sheets/0.png"),
    );
    const sheets = ["data", "preview", "puzzles", "--path", "sheets", "--size", "32", "--layout"];
    for (const layout of ["1x2", '{"rows":1,"columns":2}']) {
      const { samples, files } = json(await throughline([...sheets, layout, "--json"], { cwd }));
      expect(samples).toBe(1);
      expect(readFileSync(join(cwd, (files as string[])[0]!), "utf8").match(/<image/g)).toHaveLength(2);
    }
  });

  test("write makes a folder that preview can read", async () => {
    const cwd = testFolder();
    const args = [
      "data",
      "write",
      "same-different",
      "--m",
      "95",
      "--size",
      "32",
      "--show",
      "5",
      "--out",
      "pairs",
    ];
    const written = await throughline(args, { cwd });
    expect(written.code, written.stderr).toBe(0);
    expect(written.stdout).toContain("pairs/README.md");
    const seen = json(await throughline(["data", "preview", "folder", "--path", "pairs", "--json"], { cwd }));
    expect(seen).toMatchObject({ samples: 5 });
    const again = await throughline(args, { cwd });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("pairs") });
  });

  test.each([
    [["preview"], /name a data set first\nSee `throughline data list`/],
    [["preview", "svrt/displays", "--problems", "3"], /problems is 3; give a list of numbers from 1 to 23/],
    [["preview", "svrt/displays", "--problems", "[3"], /\[3 is not JSON/],
    [["preview", "rmtz"], /there is no data set rmtz/],
    [["preview", "ocra/rmts", "--sise", "32"], /there is no option --sise; did you mean --size\?/],
    [["preview", "ocra/rmts", "--m"], /--m needs a value/],
    [["preview", "ocra/rmts", "--m", "200"], /m is 200/],
    [["write", "ocra/rmts"], /name a folder: --out FOLDER/],
  ])("%j", async (args, sentence) => {
    const { code, stderr } = await throughline(["data", ...args]);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(code).toBe(2);
  });
});
