// Wheels whose hash is not pinned: fetched only if the user names it.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bench, bin, cache, here, load, useBench } from "./bench.js";

const { fetchLibtorch } = await load("fetch-libtorch");
const { pinnedWheel } = await load("pin");
const { makePip, makeWheel } = await load("fakes");
const { FILES, sha256, WHEEL } = await load("workbench");

useBench();

describe("wheels whose hash is not pinned", () => {
  test.each([
    ["linux", "arm64", {}, "2.13.0+cpu", "https://download.pytorch.org/whl/cpu/torch"],
    [
      "linux",
      "x64",
      { THROUGHLINE_LIBTORCH_VARIANT: "cu130" },
      "2.13.0+cu130",
      "https://download.pytorch.org/whl/cu130/torch",
    ],
    [
      "win32",
      "x64",
      { THROUGHLINE_LIBTORCH_VARIANT: "xpu" },
      "2.13.0+xpu",
      "https://download.pytorch.org/whl/xpu/torch",
    ],
  ] as const)(
    "of %s %s %j are refused before they are downloaded",
    async (platform, arch, env, version, index) => {
      bench.pipWith();
      await expect(fetchLibtorch(bench.context(env, { platform, arch }))).rejects.toThrow(
        `No hash is pinned for libtorch ${version}-${platform}-${arch}: set THROUGHLINE_LIBTORCH_SHA256 to the SHA-256 of the wheel torch ${version}, which its index (${index}) states behind #sha256=, and run`,
      );
      expect(existsSync(join(here, "asked"))).toBe(false);
    },
  );

  test("are unpacked if the user names their hash, and only then", async () => {
    bench.pipWith();
    const named = (hash: string) =>
      bench.context({ THROUGHLINE_LIBTORCH_SHA256: hash }, { platform: "linux", arch: "arm64" });
    await expect(fetchLibtorch(named("a".repeat(64)))).rejects.toThrow(
      `${WHEEL} has SHA-256 ${sha256(join(here, WHEEL))} where ${"a".repeat(64)} is expected`,
    );
    expect(readdirSync(join(cache, "libtorch"))).toEqual([]);
    expect(existsSync(await fetchLibtorch(named(sha256(join(here, WHEEL)))))).toBe(true);
  });

  test("NVIDIA's beside them need a hash too", async () => {
    makeWheel(join(here, WHEEL), FILES);
    const nvidia = "nvidia_cuda_runtime-13.0-py3-none-manylinux2014_x86_64.whl";
    makeWheel(join(here, nvidia), { "nvidia/cu13/lib/libcudart.so.13": "cudart" });
    makePip(bin, `/bin/cp "${here}/${WHEEL}" "${here}/${nvidia}" "$dest"`);
    const env = {
      THROUGHLINE_LIBTORCH_VARIANT: "cu130",
      THROUGHLINE_LIBTORCH_SHA256: sha256(join(here, WHEEL)),
    };
    await expect(fetchLibtorch(bench.context(env))).rejects.toThrow(
      `${nvidia} has SHA-256 ${sha256(join(here, nvidia))} where ${sha256(join(here, WHEEL))} is expected`,
    );
  });

  test("a hash that is none is refused", () => {
    const env = { THROUGHLINE_LIBTORCH_SHA256: "sha256:12" };
    expect(() => pinnedWheel({ env, platform: "linux", arch: "x64" })).toThrow(
      /^THROUGHLINE_LIBTORCH_SHA256 holds "sha256:12", which is no SHA-256: give 64 hexadecimal digits/,
    );
  });
});
