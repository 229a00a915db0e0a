// A libtorch of the user's own, or of a Python's torch, in the place of a fetched one.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bench, bin, cache, here, load, useBench } from "./bench.js";

const { findLibtorch } = await load("find-libtorch");
const { makeTool } = await load("fakes");

useBench();

describe("a libtorch of one's own", () => {
  test("LIBTORCH is preferred to everything else and needs no cache", async () => {
    const folder = bench.libtorchFolder("2.11.0");
    expect(await findLibtorch(bench.context({ LIBTORCH: folder, LIBTORCH_USE_PYTORCH: "1" }))).toMatchObject({
      version: "2.11.0",
      source: "LIBTORCH",
      lib: join(folder, "lib"),
    });
    expect(existsSync(cache)).toBe(false);
  });

  test.each(["1.13.1", "2.10.0", "3.0.0"])(
    "version %s is refused, unless the check is bypassed",
    async (version) => {
      const LIBTORCH = bench.libtorchFolder(version);
      const { code, text } = await bench.install({ LIBTORCH });
      expect(code).toBe(1);
      expect(text).toContain(
        `Throughline set-up failed. LIBTORCH=${LIBTORCH} is libtorch ${version}, but Throughline needs 2.11 or later, below 3 (2.13.0 is best): set LIBTORCH to a folder that holds lib/ and include/ of such a libtorch, or unset it to have libtorch 2.13.0 fetched, or set THROUGHLINE_LIBTORCH_BYPASS_VERSION_CHECK=1 to try this one.`,
      );
      const bypassed = bench.context({ LIBTORCH, THROUGHLINE_LIBTORCH_BYPASS_VERSION_CHECK: "1" });
      expect(await findLibtorch(bypassed)).toMatchObject({ version });
    },
  );

  test("a folder that lacks a library, has no headers, or is none", async () => {
    const folder = bench.libtorchFolder("2.13.0", ["libc10.so"]);
    await expect(findLibtorch(bench.context({ LIBTORCH: folder }))).rejects.toThrow(
      `LIBTORCH=${folder} is not a complete libtorch (missing: ${folder}/lib/libtorch_cpu.so, ${folder}/lib/libtorch.so)`,
    );
    await expect(findLibtorch(bench.context({ LIBTORCH: here }))).rejects.toThrow(
      `is not a complete libtorch (missing: ${here}/include/torch/headeronly/version.h)`,
    );
    await expect(findLibtorch(bench.context({ LIBTORCH: join(here, "none") }))).rejects.toThrow(
      /^LIBTORCH=.*none is not a folder: set it to a folder that holds libtorch's lib\/ and include\//,
    );
  });

  test("LIBTORCH_USE_PYTORCH=1 takes the torch of the active Python", async () => {
    const folder = bench.libtorchFolder("2.12.1");
    writeFileSync(join(folder, "version.py"), "cuda: Optional[str] = '13.0'\n");
    makeTool(bin, "python3", `echo ${folder}`);
    const found = await findLibtorch(bench.context({ LIBTORCH_USE_PYTORCH: "1" }));
    expect(found).toMatchObject({ version: "2.12.1", source: "python", variant: "cuda 13.0", path: folder });
    makeTool(bin, "python3", "echo");
    await expect(findLibtorch(bench.context({ LIBTORCH_USE_PYTORCH: "1" }))).rejects.toThrow(
      /^LIBTORCH_USE_PYTORCH=1 is set, but .*python3 has no torch installed: activate the environment that has PyTorch/,
    );
    rmSync(join(bin, "python3"));
    await expect(findLibtorch(bench.context({ LIBTORCH_USE_PYTORCH: "1" }))).rejects.toThrow(
      /there is no python3 on PATH/,
    );
  });
});
