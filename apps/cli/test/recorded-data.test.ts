// `throughline data inspect | validate | convert` on what `cec/source` recorded, and what is said of mistakes.
import { existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileFolder } from "@throughline/testing/folders";
import { beforeAll, expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

const cwd = fileFolder();
const data = (...args: string[]) => throughline(["data", ...args], { cwd });
const folder = (): string => join(run, "artifacts/episodes");
let run: string;

beforeAll(async () => {
  const options = ["--preset", "smoke", "--seed", "1", "--record", "--json"];
  run = String(json(await throughline(["run", "cec/source", ...options], { cwd })).path);
});

test("inspect shows card, counts, sizes, success by level and quarter, and what is missing", async () => {
  const { stdout, stderr, code } = await data("inspect", "latest");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\S+episodes {2}\d+ episodes, \d+ steps, [\d.]+ (bytes|kB)$/m);
  expect(stdout).toMatch(/^actions {7}Discrete\(3\)$/m);
  expect(stdout).toMatch(/^observations {2}Box\(0, 255, \[16, 20, 3\], uint8\): 0 of 0 episodes$/m);
  expect(stdout).toMatch(/^level 1 {2}SmallGoalMaze-v0 \{"rooms":3\}$/m);
  expect(stdout).toMatch(/^\d+ episodes?, success [\d.]+ % \([\d.]+ % to [\d.]+ %\)/m);
  expect(stderr).toMatch(
    /note: \d+ episodes have no observations: throughline data convert \S+ FILE\.hdf5 draws them again/,
  );
  const found = json(await data("inspect", run, "--json"));
  expect(found).toMatchObject({ isCut: false, missing: [{ key: "observations" }] });
  expect((found.levels as unknown[]).length).toBe(3);
});

test("validate reads everything and plays episodes again; one that differs ends it with 1", async () => {
  const { stdout, code } = await data("validate", run, "--replay", "2");
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(
      /episodes is whole {2}\d+ episodes read, 0 damaged; [2-4] played again, 0 differ$/m,
    ),
  ]);
  const blocks = join(folder(), "blocks.bin");
  const bytes = readFileSync(blocks);
  const flipped = Uint8Array.from(bytes);
  flipped[5]! ^= 4;
  writeFileSync(blocks, flipped);
  const broken = await data("validate", run);
  writeFileSync(blocks, bytes);
  expect(broken.code).toBe(1);
  expect(broken.stdout).toMatch(/is not whole {2}\d+ episodes read, 1 damaged/);
  expect(broken.stdout).toMatch(/^episode 0 \(level 0, seed \d+, number 0\): .*does not match its checksum/m);
});

test("convert goes to HDF5 with all pictures, and back", async () => {
  const made = await data("convert", run, "all.hdf5", "--json");
  expect(json(made)).toMatchObject({ path: "all.hdf5" });
  const back = json(await data("convert", "all.hdf5", "back", "--json"));
  const [before, after] = [
    json(await data("inspect", run, "--json")),
    json(await data("inspect", "back", "--json")),
  ];
  expect(back.episodes).toBe(before.episodes);
  expect(after).toMatchObject({ missing: [], steps: before.steps, levels: before.levels });
  expect((await data("validate", "back")).code).toBe(0);
  const { stdout } = await data("inspect", "back");
  expect(stdout).toMatch(new RegExp(`: \\d+ of ${before.episodes} episodes, \\d+ bytes each$`, "m"));
});

test("mistakes are told in one sentence", async () => {
  const mistakes: [string[], RegExp][] = [
    [["inspect", "."], /^throughline: \. holds no recorded data, accepted: episodes \(Episodes of agents/],
    [["inspect", "nothing-here"], /nothing-here/],
    [["convert", run, "elsewhere"], /accepted: a file that ends in \.hdf5 or \.h5, and a folder/],
    [["convert", run, "all.hdf5"], /all\.hdf5 exists; give a new file/],
    [["convert", "package.hdf5", "x"], /package\.hdf5/],
    [["validate", run, "--replay", "none"], /--replay/],
  ];
  for (const [args, sentence] of mistakes) {
    const { code, stderr } = await data(...args);
    expect([args, code, stderr.trim().split("\n")[0]]).toEqual([args, 2, expect.stringMatching(sentence)]);
  }
  expect(existsSync(join(cwd, "elsewhere"))).toBe(false);
  const rows = join(cwd, "back", "rows.jsonl");
  truncateSync(rows, 10);
  expect(json(await data("inspect", "back", "--json"))).toMatchObject({ episodes: 0, isCut: true });
  const { code, stdout, stderr } = await data("validate", "back");
  expect([code, stdout]).toEqual([0, expect.stringContaining("back is whole up to its last whole episode")]);
  expect(stderr).toContain("or the end of the files is lost");
});
