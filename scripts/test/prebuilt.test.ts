// The ready-made package as it is published: made here, installed in a foreign project, and at work there without a compiler.
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const engine = join(root, "packages/torch");
// Plain JavaScript, whose types scripts/tsconfig.json checks.
const load = (name: string) => import(/* @vite-ignore */ join(engine, `setup/${name}.mjs`));
const { execute } = await load("workbench");
const { run, which } = await load("tools");
const { createContext } = await load("context");

const inherited = process.env as Record<string, string>;

test("a project that installs it needs no compiler, and its addon and operators compute", async () => {
  const here = testFolder();
  // Set-up has compiled these already: they come from the user's cache.
  const made = await execute([join(root, "scripts/prebuilt.mjs"), "--out", join(here, "ready")], inherited);
  expect(made.code, made.text).toBe(0);
  expect(made.text).not.toContain("Compiling");
  const packed = made.text.trim().split("\n").at(-1)!;
  expect(packed).toMatch(/\/throughline-torch-[a-z0-9]+-[a-z0-9]+-\d+\.\d+\.\d+\.tgz$/);

  // What npm would make of the packed file and of the engine's.
  const modules = join(here, "project/node_modules/@throughline");
  mkdirSync(modules, { recursive: true });
  const ctx = createContext();
  expect((await run(ctx, [which(ctx, "tar"), "xzf", packed, "-C", modules])).code).toBe(0);
  renameSync(join(modules, "package"), join(modules, `torch-${process.platform}-${process.arch}`));
  for (const part of ["setup", "native", "native-kit", "package.json"])
    cpSync(join(engine, part), join(modules, "torch", part), { recursive: true });
  const flossing = join(modules, "flossing");
  for (const part of ["native", "package.json"])
    cpSync(join(root, "packages/flossing", part), join(flossing, part), { recursive: true });

  const bin = join(here, "bin");
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "node"));
  const { path: libtorch } = JSON.parse(readFileSync(join(engine, "build/libtorch.json"), "utf8"));
  const env = { PATH: bin, LIBTORCH: libtorch, THROUGHLINE_CACHE: join(here, "cache") };
  const install = join(modules, "torch/setup/install.mjs");
  const files: string[] = [];
  for (const folder of [[], [flossing]]) {
    const { code, text } = await execute([install, ...folder], env);
    expect(code, text).toBe(0);
    expect(text).toMatch(/(Addon|Operators) ready-made, loads: /);
    files.push(text.trim().split("\n").at(-1)!);
  }
  expect(files.map((file) => dirname(dirname(file)))).toEqual([join(modules, "torch"), flossing]);
  expect(readdirSync(join(here, "cache/builds"))).toEqual([]);

  const program = `
    const addon = require(${JSON.stringify(files[0])});
    addon.loadLibrary(${JSON.stringify(files[1])}, "ready-made");
    const m = addon.fromBytes(new Float32Array([1, 2, 3, 4]), [2, 2], 6);
    const product = [addon.callOperator(addon.findOperator("aten::mm", "").id, m, m)].flat()[0];
    console.log(String([...new Float32Array(addon.toBytes(product))]), addon.operatorNames().some((name) => name.startsWith("flossing::")));`;
  // Windows has no search path in the file.
  const path = process.platform === "win32" ? { PATH: `${join(libtorch, "lib")}${delimiter}${bin}` } : {};
  const { code, text } = await execute(["-e", program], { ...env, ...path });
  expect([code, text.trim()]).toEqual([0, "7,10,15,22 true"]);
});
