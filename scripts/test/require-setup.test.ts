// A checkout that is not set up is told what to run, in one sentence.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-checkout-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What is said of the checkout in `folder`. */
function said(): { status: number | null; stderr: string } {
  const args = [join(root, "scripts/require-setup.mjs"), "--root", folder];
  return spawnSync(process.execPath, args, { encoding: "utf8" });
}

const sentence = (what: string, run: string) =>
  `This checkout is not set up (${what}): run \`${run}\` first.\n`;

/** A checkout as `npm ci --ignore-scripts` leaves it. */
function installed(): void {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const name of ["torch", "flossing", "ocra"]) {
    mkdirSync(join(folder, "packages", name, "native"), { recursive: true });
    if (name === "torch") continue;
    const description = join("packages", name, "native", "library.json");
    cpSync(join(root, description), join(folder, description));
  }
}

test("this one is set up", () => {
  expect(spawnSync(process.execPath, [join(root, "scripts/require-setup.mjs")]).status).toBe(0);
});

test("before npm ci", () => {
  expect(said()).toMatchObject({
    status: 1,
    stderr: sentence("there is no node_modules/.bin/biome", "npm ci"),
  });
});

test("after npm ci --ignore-scripts, then piece by piece", () => {
  installed();
  const build = join("packages", "torch", "build");
  expect(said().stderr).toBe(sentence(`there is no ${build}/throughline_torch.node`, "npm run setup"));
  symlinkSync(join(root, build), join(folder, build));
  const { name } = JSON.parse(readFileSync(join(root, "packages/flossing/native/library.json"), "utf8"));
  expect(said().stderr).toContain(`there is no packages/flossing/build/${name}.`);
  for (const each of ["flossing", "ocra"])
    symlinkSync(join(root, "packages", each, "build"), join(folder, "packages", each, "build"));
  expect(said()).toMatchObject({ status: 0, stderr: "" });
});

test("an addon that does not load", () => {
  installed();
  for (const name of ["torch", "flossing", "ocra"])
    cpSync(join(root, "packages", name, "build"), join(folder, "packages", name, "build"), {
      recursive: true,
    });
  writeFileSync(join(folder, "packages/torch/build/throughline_torch.node"), "no library");
  const { status, stderr } = said();
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^This checkout is not set up \(The addon was compiled .*\): run `npm run setup` first\.\n$/,
  );
});

test("npm test and npm run check ask first, and set-up is one command", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of ["test", "check"])
    expect(scripts[name]).toMatch(/^node scripts\/require-setup\.mjs && /);
  expect(scripts.postinstall).toBe("npm run --silent setup");
  expect(scripts.setup).toMatch(/install\.mjs && .*build-libraries\.mjs && tsc -b tsconfig\.build\.json$/);
});
