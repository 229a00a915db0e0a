// Modules of one's own, in THROUGHLINE_REGISTRY or named by the project: what is wrong with one is a sentence.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

const entry = (rest: string) =>
  `export const experiments = [{ name: "mine/first", purpose: "Mine", ${rest} }];`;

test.each([
  ["list", "export const other = 1;", /mine\.mjs cannot be used as a registry: it exports other; write/],
  [
    "list",
    "export const experiments = [{ name: 'mine/first', load() {} }];",
    /mine\/first has nothing as its purpose/,
  ],
  ["list", "throw new Error('broken');", /mine\.mjs, which cannot be loaded: Error: broken/],
  ["list", "export const experiments = [", /mine\.mjs, which cannot be loaded: SyntaxError/],
  [
    "list",
    entry("load() {}").replace("mine/first", "examples/digits"),
    /examples\/digits is registered twice/,
  ],
  [
    "describe",
    entry("load() { throw new Error('broken') }"),
    /mine\/first cannot be loaded: broken, at .*mine\.mjs:1/,
  ],
  ["describe", entry("load() {}"), /mine\/first cannot be loaded: its load\(\) gives nothing; give what/],
  [
    "run",
    entry("load: async () => ({ name: 'mine/first' })"),
    /an object without purpose, config, presets, run/,
  ],
  ["sweep", entry("load: async () => 3"), /its load\(\) gives 3/],
])("%s with %s", async (command, module, sentence) => {
  const cwd = testFolder();
  const path = join(cwd, "mine.mjs");
  writeFileSync(path, module);
  const { code, stdout, stderr } = await throughline(
    [command, ...(command === "list" ? [] : ["mine/first"])],
    {
      cwd,
      env: { THROUGHLINE_REGISTRY: path },
    },
  );
  // An experiment that fails to load is no fault of the command line.
  expect({ code, stdout }).toEqual({ code: command === "list" ? 2 : 1, stdout: "" });
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test("a file that is not there, and one with reproductions alone", async () => {
  const cwd = testFolder();
  const missing = await throughline(["list"], { cwd, env: { THROUGHLINE_REGISTRY: join(cwd, "none.mjs") } });
  expect(missing).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/none\.mjs, .*: there is no such file/),
  });
  const path = join(cwd, "mine.mjs");
  writeFileSync(path, entry("load() {}").replace("experiments", "reproductions"));
  const { reproductions } = json<{ reproductions: { name: string }[] }>(
    await throughline(["list", "--json"], { cwd, env: { THROUGHLINE_REGISTRY: path } }),
  );
  expect(reproductions.map(({ name }) => name)).toContain("mine/first");
});

test("a project's package.json names modules, which are found from any folder inside", async () => {
  const cwd = testFolder();
  writeFileSync(join(cwd, "package.json"), '{ "throughline": { "registry": ["mine.mjs"] } }');
  writeFileSync(join(cwd, "mine.mjs"), entry("load() {}"));
  const inside = join(cwd, "src", "deep");
  mkdirSync(join(cwd, "src"));
  mkdirSync(inside);
  writeFileSync(join(cwd, "src", "package.json"), "{}"); // without the field: the search goes on
  const { stdout } = await throughline(["list"], { cwd: inside, env: { THROUGHLINE_REGISTRY: "" } });
  expect(stdout).toMatch(/mine\/first +Mine/);
});

test.each([
  [
    '{ "throughline": { "registry": "none.mjs" } }',
    /package\.json names .*none\.mjs, .*: there is no such file/,
  ],
  ['{ "throughline": "mine.mjs" }', /"throughline" in .*package\.json is "mine\.mjs"; give \{ "registry": /],
  ['{ "throughline": { "registry": [3] } }', /is \{"registry":\[3\]\}; give/],
])("a project with %s", async (manifest, sentence) => {
  const cwd = testFolder();
  writeFileSync(join(cwd, "package.json"), manifest);
  const { code, stderr } = await throughline(["list"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(sentence);
});

const readsTypeScript = Boolean((process.features as { readonly typescript?: unknown }).typescript);

test.skipIf(readsTypeScript)(
  "a module in TypeScript, where Node does not read it and there is no tsx",
  async () => {
    const cwd = testFolder();
    writeFileSync(join(cwd, "package.json"), '{ "throughline": { "registry": "mine.ts" } }');
    writeFileSync(join(cwd, "mine.ts"), entry("load() {}"));
    const { code, stderr } = await throughline(["list"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/does not read TypeScript; install tsx in the project/);
  },
);
