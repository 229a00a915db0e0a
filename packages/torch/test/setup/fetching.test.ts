// Fetching libtorch: from which wheel, how it is asked for, what is unpacked.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bench, bin, cache, here, load, useBench } from "./bench.js";

const { fetchLibtorch } = await load("fetch-libtorch");
const { findLibtorch } = await load("find-libtorch");
const { pinnedWheel } = await load("pin");
const { makePip, makeWheel } = await load("fakes");
const { FILES, sha256, WHEEL } = await load("workbench");

useBench();

describe("fetching", () => {
  test("unpacks only libraries and headers, leaves no wheel, and does not ask pip again", async () => {
    bench.pipWith();
    const ctx = bench.context();
    const found = await findLibtorch(ctx, { wheel: bench.wheel(ctx) });
    expect(found).toMatchObject({ version: "2.13.0", variant: "cpu", source: "cache" });
    expect(readdirSync(found.lib).sort()).toEqual(["libc10.so", "libtorch.so", "libtorch_cpu.so"]);
    expect(readdirSync(found.path).sort()).toEqual(["include", "lib", "version.py"]);
    expect(readFileSync(join(found.lib, "libtorch_cpu.so"), "utf8")).toBe(FILES["torch/lib/libtorch_cpu.so"]);
    expect(readdirSync(join(cache, "tmp"))).toEqual([]);
    await findLibtorch(ctx, { wheel: bench.wheel(ctx) });
    expect(bench.timesAsked()).toBe(1);
  });

  test("asks for a fixed Python and platform, first as pip is configured, then with PyTorch's index", async () => {
    makePip(
      bin,
      `echo "ERROR: No matching distribution found for torch"; echo "$args" >> ${here}/args; exit 1`,
    );
    await expect(fetchLibtorch(bench.context())).rejects.toThrow(
      /^pip's package indexes do not have torch 2\.13\.0\+cpu for this platform: add one that has it \(https:\/\/download\.pytorch\.org\/whl\/cpu\)/,
    );
    const [first = "", second = ""] = readFileSync(join(here, "args"), "utf8").trim().split("\n");
    expect(first).toContain(
      "--no-deps --only-binary=:all: --python-version 3.11 --implementation cp --abi cp311",
    );
    expect(first).toContain("--platform manylinux_2_28_x86_64 torch==2.13.0+cpu");
    expect(first).not.toContain("index-url");
    expect(second).toContain("--extra-index-url https://download.pytorch.org/whl/cpu");
  });

  test.each([
    ["darwin", "arm64", {}, "2.13.0", "macosx_14_0_arm64", undefined],
    ["win32", "x64", {}, "2.13.0", "win_amd64", undefined],
    ["linux", "arm64", {}, "2.13.0+cpu", "manylinux_2_28_aarch64", "https://download.pytorch.org/whl/cpu"],
    [
      "linux",
      "x64",
      { THROUGHLINE_LIBTORCH_VARIANT: "cu130" },
      "2.13.0+cu130",
      "manylinux_2_28_x86_64",
      "https://download.pytorch.org/whl/cu130",
    ],
  ])("the wheel for %s %s %j is %s", (platform, arch, env, version, tag, index) => {
    const wheel = pinnedWheel({ env, platform, arch });
    expect(wheel).toMatchObject({ version, name: `${version}-${platform}-${arch}` });
    expect(wheel.index).toBe(index);
    expect(wheel.pipArguments).toContain(tag);
    expect(wheel.pipArguments).toContain(`torch==${version}`);
  });

  test("a CUDA build comes with NVIDIA's libraries, where its own search path looks for them", async () => {
    makeWheel(join(here, WHEEL), FILES);
    const nvidia = "nvidia_cuda_runtime-13.0-py3-none-manylinux2014_x86_64.whl";
    makeWheel(join(here, nvidia), {
      "nvidia/cu13/lib/libcudart.so.13": "cudart",
      "nvidia/cu13/include/x.h": "",
    });
    makePip(bin, `/bin/cp "${here}/${WHEEL}" "${here}/${nvidia}" "$dest"; echo "$args" > ${here}/args`);
    const named = [WHEEL, nvidia].map((name) => sha256(join(here, name)));
    const variant = { THROUGHLINE_LIBTORCH_VARIANT: "cu130" };
    const env = { ...variant, THROUGHLINE_LIBTORCH_SHA256: `${named[0]}, ${named[1]?.toUpperCase()}` };
    const path = await fetchLibtorch(bench.context(env));
    expect(readFileSync(join(path, "lib/../../nvidia/cu13/lib/libcudart.so.13"), "utf8")).toBe("cudart");
    expect(existsSync(join(path, "../nvidia/cu13/include"))).toBe(false);
    expect(readFileSync(join(here, "args"), "utf8")).not.toContain("--no-deps");
  });

  test("a variant that does not exist and a platform without wheels are refused", () => {
    const of = (env: object, platform: string, arch: string) => () => pinnedWheel({ env, platform, arch });
    expect(of({ THROUGHLINE_LIBTORCH_VARIANT: "gpu" }, "linux", "x64")).toThrow(
      /^THROUGHLINE_LIBTORCH_VARIANT=gpu does not name a build of libtorch for linux: unset it, or set it to cpu or, for example, cu130\.$/,
    );
    expect(of({}, "darwin", "x64")).toThrow(
      /^There is no ready-made libtorch 2\.13\.0 for darwin x64: build libtorch from source and set LIBTORCH/,
    );
  });
});
