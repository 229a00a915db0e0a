// `npm init throughline`: what it makes, and what it refuses.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { clone, create, run } from "./support/project.js";

const make = (cwd: string, ...args: string[]) => run([process.execPath, create, ...args], cwd);
const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

test("a folder with an experiment, a test and a README, named after itself", async () => {
  const cwd = testFolder();
  const { code, stdout } = await make(cwd, "My Net");
  expect(code).toBe(0);
  expect(stdout).toContain("cd 'My Net'\n  npm install\n  npm start\n  npm test\n");
  const project = join(cwd, "My Net");
  for (const file of ["src/remember.ts", "test/remember.test.ts", "tsconfig.json", ".gitignore"])
    expect(existsSync(join(project, file)), file).toBe(true);
  expect(manifestOf(project).name).toBe("my-net");
  expect(readFileSync(join(project, "README.md"), "utf8")).toMatch(/^# my-net\n/);
});

test("the folder one is in, if it is empty but for git's", async () => {
  const cwd = testFolder();
  mkdirSync(join(cwd, ".git"));
  expect(await make(cwd, ".")).toMatchObject({ code: 0, stderr: "" });
});

test("its versions are those that are tested here", () => {
  const { dependencies, devDependencies } = manifestOf(join(clone, "packages/create/template"));
  const root = manifestOf(clone);
  for (const name of ["typescript", "vitest", "@types/node"])
    expect(devDependencies[name], name).toBe(root.devDependencies[name]);
  expect(devDependencies.tsx).toBe(manifestOf(join(clone, "packages/create")).devDependencies.tsx);
  expect(dependencies.zod).toBe(manifestOf(join(clone, "packages/flossing")).dependencies.zod);
});

test("packed packages are named by their files", async () => {
  const cwd = testFolder();
  const packed = join(cwd, "packed");
  mkdirSync(packed);
  for (const file of [
    "throughline-torch-0.2.0.tgz",
    "throughline-torch-linux-x64-0.2.0.tgz",
    "other-1.0.0.tgz",
  ])
    writeFileSync(join(packed, file), "");
  expect((await make(cwd, "mine", "--from", "packed")).code).toBe(0);
  expect(manifestOf(join(cwd, "mine")).dependencies).toMatchObject({
    "@throughline/torch": "file:../packed/throughline-torch-0.2.0.tgz",
    "@throughline/torch-linux-x64": "file:../packed/throughline-torch-linux-x64-0.2.0.tgz",
  });
});

test.each([
  [[], "give one folder for the project: npm init throughline my-project"],
  [["a", "b"], "give one folder for the project: npm init throughline my-project"],
  [["full"], "full is not empty (thing); give a folder that is new or empty"],
  [["full/thing"], "full/thing is a file; give a folder that is new or empty"],
  [["none/deep"], "none/deep cannot be written: ENOENT"],
  [["---"], "Unknown option '---'; see --help"],
  [["--", "---"], "a project cannot be named after "],
  [["a", "--from", "full"], "there are no packed packages in "],
  [["a", "--from", "nowhere"], "there are no packed packages in "],
  [["a", "--form", "x"], "Unknown option '--form'; see --help"],
])("%j is refused in a sentence", async (args, sentence) => {
  const cwd = testFolder();
  mkdirSync(join(cwd, "full"));
  writeFileSync(join(cwd, "full", "thing"), "");
  const { code, stdout, stderr } = await make(cwd, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^create-throughline: [^\n]+\n$/);
  expect(stderr).toContain(sentence);
  expect(readdirSync(cwd)).toEqual(["full"]);
});
