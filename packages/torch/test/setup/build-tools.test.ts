// CMake and Ninja that are not on PATH are fetched by pip, checked and unpacked once.
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bench, bin, cache, here, load, useBench } from "./bench.js";

const { fetchBuildTools } = await load("build-tools");
const { findToolchain } = await load("toolchain");
const { makePip, makeTool, makeWheel } = await load("fakes");
const { execute, sha256 } = await load("workbench");

useBench({ tools: false });

const PROGRAMS = {
  cmake: {
    "cmake/data/bin/cmake": "#!/bin/sh\necho cmake of the wheel\n",
    "cmake/data/bin/ctest": "not wanted",
    "cmake/data/share/cmake-4.4/Modules/CMake.cmake": "module",
  },
  ninja: {
    "ninja-1.13.2.data/scripts/ninja": "#!/bin/sh\necho ninja of the wheel\n",
    "ninja/__init__.py": "python",
  },
} as const;

/** Wheels of both, a pip that hands out the one that is asked for, and their pins. */
function wheels() {
  for (const [name, files] of Object.entries(PROGRAMS)) makeWheel(join(here, `${name}.whl`), files);
  makePip(
    bin,
    `echo "$args" >> ${here}/asked\ncase "$args" in *cmake==*) f=cmake ;; *) f=ninja ;; esac\n/bin/cp "${here}/$f.whl" "$dest/$f-1-py3-none-any.whl"`,
  );
  const pin = (name: string) => ({
    platforms: ["manylinux2014_x86_64"],
    sha256: sha256(join(here, `${name}.whl`)),
    bytes: statSync(join(here, `${name}.whl`)).size,
  });
  return { cmake: pin("cmake"), ninja: pin("ninja") };
}

describe("CMake and Ninja", () => {
  test("are fetched once, run, and leave nothing else", async () => {
    const pins = wheels();
    const ctx = bench.context();
    const paths = await fetchBuildTools(ctx, ["cmake", "ninja"], pins);
    for (const name of ["cmake", "ninja"] as const) {
      const { code, text } = await execute(
        [
          "-e",
          `process.exitCode = require("node:child_process").spawnSync(${JSON.stringify(paths[name])}, { stdio: "inherit" }).status`,
        ],
        { PATH: "/bin:/usr/bin" },
      );
      expect([code, text]).toEqual([0, `${name} of the wheel\n`]);
    }
    expect(existsSync(join(paths.cmake, "../../share/cmake-4.4/Modules/CMake.cmake"))).toBe(true);
    expect(existsSync(join(paths.cmake, "../ctest"))).toBe(false);
    expect(readdirSync(join(cache, "tmp"))).toEqual([]);
    await fetchBuildTools(ctx, ["cmake", "ninja"], pins);
    const asked = readFileSync(join(here, "asked"), "utf8").trim().split("\n");
    expect(asked.map((line) => line.split(" ").at(-1))).toEqual(["cmake==4.4.5", "ninja==1.13.2"]);
    expect(asked[0]).toContain("--no-deps --only-binary=:all: --platform manylinux2014_x86_64");
  });

  test("with another hash are refused; half of one too", async () => {
    const pins = wheels();
    const other = { ...pins.ninja, sha256: "0".repeat(64) };
    await expect(fetchBuildTools(bench.context(), ["ninja"], { ninja: other })).rejects.toThrow(
      /^ninja-1-.*\.whl has SHA-256 [0-9a-f]{64} where 0{64} is expected: .*; or install Ninja so that it is on PATH\.$/,
    );
    const longer = { ...pins.ninja, bytes: 1e6 };
    await expect(fetchBuildTools(bench.context(), ["ninja"], { ninja: longer })).rejects.toThrow(
      /^The download of ninja-1-.*\.whl is incomplete \(\d+ of 1000000 bytes\): check the network connection/,
    );
    expect(readdirSync(join(cache, "tools"))).toEqual([]);
  });

  test("a damaged copy is fetched again", async () => {
    const pins = wheels();
    const { ninja } = await fetchBuildTools(bench.context(), ["ninja"], pins);
    rmSync(ninja);
    await fetchBuildTools(bench.context(), ["ninja"], pins);
    expect(existsSync(ninja)).toBe(true);
    expect(bench.timesAsked()).toBe(2);
  });

  test("without network one sentence says what failed and the other way", async () => {
    makeTool(bin, "c++", 'echo "1.2.3"');
    makePip(bin, 'echo "ProxyError: Cannot connect to proxy"; exit 1');
    await expect(findToolchain(bench.context())).rejects.toThrow(
      /^pip could not reach its package index to download CMake 4\.4\.5: .*, or install CMake so that it is on PATH \(pip's output is in/,
    );
  });

  test("that are on PATH are used", async () => {
    bench.addTools();
    expect(await findToolchain(bench.context())).toMatchObject({
      cmake: { path: join(bin, "cmake") },
      generator: "Ninja",
      builder: undefined,
    });
  });
});
