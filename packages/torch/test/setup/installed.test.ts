// A package in another project's node_modules: set up beside it, or in the user's cache where it is read-only, and found there.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { bench, bin, cache, here, load, setup, useBench } from "./bench.js";

const { buildFolders } = await load("built");
const { makeTool } = await load("fakes");
const { execute } = await load("workbench");

useBench({ tools: false });

const SOURCE = 'extern "C" __attribute__((visibility("default"))) int seven() { return 7; }\n';

/** A package with operators of its own, as npm installs it; a libtorch of three empty libraries. */
function installed() {
  const root = join(here, "project/node_modules/@someone/ops");
  mkdirSync(join(root, "native"), { recursive: true });
  writeFileSync(join(root, "package.json"), JSON.stringify({ name: "@someone/ops", version: "1.2.3" }));
  writeFileSync(join(root, "native/library.json"), JSON.stringify({ name: "someones_ops" }));
  writeFileSync(join(root, "native/ops.cpp"), SOURCE);
  const libtorch = bench.libtorchFolder("2.13.0", []);
  for (const name of ["libc10.so", "libtorch_cpu.so", "libtorch.so"]) {
    const file = join(libtorch, "lib", name);
    execFileSync("c++", ["-shared", "-x", "c++", "/dev/null", `-Wl,-soname,${name}`, "-o", file]);
  }
  const env = {
    PATH: process.env.PATH ?? "",
    THROUGHLINE_CACHE: cache,
    LIBTORCH: libtorch,
    THROUGHLINE_PREBUILT: "off",
  };
  return { root, env };
}

const setUpPackage = (root: string, env: Record<string, string>) =>
  execute([join(setup, "install.mjs"), root], env);

/** What a program finds when it starts. */
async function find(root: string, env: Record<string, string>): Promise<string> {
  const script = `import { findBuilt } from ${JSON.stringify(join(setup, "built.mjs"))}; console.log(findBuilt(${JSON.stringify(root)}, "someones_ops.so"));`;
  return (await execute(["--input-type=module", "-e", script], env)).text.trim();
}

describe("an installed package", () => {
  test("is set up beside itself; the command's last line is the file, which programs then find", async () => {
    const { root, env } = installed();
    expect(await find(root, env)).toBe("undefined");
    const { code, text } = await setUpPackage(root, env);
    const file = join(root, "build/someones_ops.so");
    expect([code, text.trim().split("\n").at(-1)]).toEqual([0, file]);
    expect(await find(root, env)).toBe(file);
    expect(readFileSync(`${file}.sha256`, "utf8")).toMatch(/^[0-9a-f]{64}$/);
  });

  test("whose folder cannot hold files is set up in the user's cache, apart from other copies", async () => {
    const { root, env } = installed();
    writeFileSync(join(root, "build"), "a file where the folder would be");
    const { code, text } = await setUpPackage(root, env);
    const file = text.trim().split("\n").at(-1)!;
    expect(code, text).toBe(0);
    expect(dirname(dirname(file))).toBe(join(cache, "installed"));
    expect(dirname(file)).toMatch(/@someone-ops-1\.2\.3-[0-9a-f]{12}$/);
    expect(await find(root, env)).toBe(file);
    const copy = join(here, "other/node_modules/@someone/ops");
    mkdirSync(copy, { recursive: true });
    writeFileSync(join(copy, "package.json"), readFileSync(join(root, "package.json")));
    expect(await find(copy, env)).toBe("undefined");
    const folders = buildFolders(copy, { env, platform: "linux" });
    expect(folders[0]).toBe(join(realpathSync(copy), "build"));
    expect(folders[1]).not.toBe(dirname(file));
  });

  test("without a compiler ends in one sentence and changes nothing", async () => {
    const { root, env } = installed();
    makeTool(bin, "cmake", 'echo "1.2.3"');
    makeTool(bin, "ninja", 'echo "1.2.3"');
    const { code, text } = await setUpPackage(root, { ...env, PATH: bin });
    expect(code).toBe(1);
    expect(text.trim()).toMatch(
      /^Throughline set-up failed\. Set-up needs a C\+\+ compiler, which is not on PATH: install/,
    );
    expect(await find(root, env)).toBe("undefined");
  });
});
