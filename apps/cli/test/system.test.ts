// A new system is a module: its experiment, data set, verb and reproduction are offered without a line in the command.
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

const require = createRequire(import.meta.url);
const lab = pathToFileURL(require.resolve("@throughline/lab")).href;
const zod = pathToFileURL(require.resolve("zod")).href;

const system = `
import { defineExperiment, defineReproduction, option } from ${JSON.stringify(lab)};
import { z } from ${JSON.stringify(zod)};
import { writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const coin = defineExperiment({
  name: "casino/coin",
  purpose: "Toss a coin.",
  config: { tosses: option(z.int().min(1).default(10), "Number of tosses.") },
  presets: { smoke: { tosses: 2 } },
  run: async ({ config, seed }) => ({ heads: (seed * 7 + 3) % (config.tosses + 1) }),
});
const table = defineReproduction({
  name: "casino/table",
  title: "How often heads come up",
  source: { paper: "none", figure: "none" },
  cells: () => [0, 1].map((seed) => ({ experiment: "casino/coin", seed })),
  report: (runs) => ({ figures: {}, tables: [], notes: ["heads " + [...runs].map(({ summary }) => summary.heads).join(", ")] }),
});
const open = async ({ sides = 6 }) => ({
  length: 100,
  unit: "throws",
  preview: ({ count = 3 }) => ({
    ...{ kind: "lines", title: "Dice", x: { label: "throw" }, y: { label: "eyes" } },
    series: [{ name: sides + " sides", x: Array.from({ length: count }, (_, i) => i), y: Array.from({ length: count }, (_, i) => (i * 5) % sides) }],
  }),
  write(folder) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "throws.txt"), "sides " + sides);
    return ["throws.txt"];
  },
});
const bet = async ({ operands, flags, findRun }) => {
  const run = await findRun(operands[0]);
  const won = run.summary.heads * flags.stake;
  return { heading: "won " + won, lines: ["on " + run.experiment], json: { won, run: run.id } };
};
export const experiments = [{ name: "casino/coin", purpose: "Toss a coin.", load: async () => coin }];
export const reproductions = [{ name: "casino/table", purpose: "How often heads come up", load: async () => table }];
export const dataSets = [{ name: "casino/dice", purpose: "Throws of a die.", kind: "throws", options: { sides: "sides of the die (default 6)" }, open }];
export const commands = [{
  name: "bet", purpose: "What a run is worth", group: "Results", readsRuns: true,
  operand: { name: "run", sentence: "run of casino/coin", isRun: true },
  flags: { stake: { value: "n", kind: "count", sentence: "stake (default: 2)", default: 2 } },
  load: async () => bet,
}];
`;

const cwd = realpathSync(mkdtempSync(join(tmpdir(), "throughline-system-")));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
const options = { cwd, env: { THROUGHLINE_REGISTRY: join(cwd, "casino.mjs") } };
const on = (...words: string[]) => throughline(words, options);

beforeAll(() => writeFileSync(join(cwd, "casino.mjs"), system));

test("everything is listed", async () => {
  const listed = json<{ experiments: { name: string }[]; reproductions: { name: string }[] }>(
    await on("list", "--json"),
  );
  expect(listed.experiments.map(({ name }) => name)).toContain("casino/coin");
  expect(listed.reproductions.map(({ name }) => name)).toContain("casino/table");
  expect((await on("data", "list")).stdout).toMatch(
    /casino\/dice {2}Throws of a die\.\n {4}--sides {2}sides of the die/,
  );
  expect((await on("--help")).stdout).toMatch(/Results:[\s\S]*^ {2}bet run\s+What a run is worth/m);
  expect((await on("bet", "--help")).stdout).toMatch(/--stake <n>\s+stake \(default: 2\)/);
  expect((await on("__complete", "--", "bet", "la")).stdout).toBe("latest\tthe last run\n");
});

test("an experiment runs, and a verb reads the run", async () => {
  expect(await on("run", "casino/coin", "--preset", "smoke", "--seed", "1")).toMatchObject({ code: 0 });
  expect((await on("bet", "latest", "--stake", "5")).stdout).toBe("won 5\non casino/coin\n"); // (7 + 3) % 3 · 5
  expect(json<{ won: number }>(await on("bet", "latest", "--json")).won).toBe(2);
  expect(await on("bet", "nowhere")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("there is no run nowhere"),
  });
  expect(await on("bet", "latest", "--stake", "0")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("give a whole number from 1"),
  });
});

test("a data set is drawn and written", async () => {
  const drawn = json<{ samples: number; files: string[] }>(
    await on("data", "preview", "dice", "--sides", "4", "--json"),
  );
  expect(drawn.samples).toBe(100);
  expect(drawn.files.every((path) => existsSync(join(cwd, path)) || existsSync(path))).toBe(true);
  expect(await on("data", "write", "casino/dice", "--sides", "8", "--out", "thrown")).toMatchObject({
    code: 0,
  });
  expect(readFileSync(join(cwd, "thrown", "throws.txt"), "utf8")).toBe("sides 8");
});

test("a reproduction runs its cells in processes of their own", async () => {
  const done = await on("reproduce", "casino/table", "--preset", "smoke", "--jobs", "1", "--out", "page");
  expect(done).toMatchObject({ code: 0 });
  expect(readFileSync(join(cwd, "page", "report.md"), "utf8")).toContain("heads 0, 1"); // 3 % 3 and 10 % 3
});
