// A cache that others can change is refused, because set-up runs what lies there.
import { chmodSync, chownSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bench, bin, cache, here, load, setup, useBench } from "./bench.js";

const { fetchLibtorch } = await load("fetch-libtorch");
const { findPresentLibtorch } = await load("find-libtorch");
const { execute, sha256, WHEEL } = await load("workbench");

useBench();

describe("a cache that others can change", () => {
  const refused = /^The cache is not safe, because set-up runs what lies there and .*: take that right away/;
  const attempt = () => {
    const ctx = bench.context();
    return fetchLibtorch(ctx, bench.wheel(ctx));
  };

  test.each([
    ["", 0o777, "every user can write to it"],
    ["", 0o1777, "every user can write to it"],
    ["builds", 0o757, "every user can write to it"],
    ["libtorch", 0o702, "every user can write to it"],
  ])("is refused: folder '%s' with mode %o", async (folder, mode, why) => {
    bench.pipWith();
    await attempt();
    const path = join(cache, folder);
    chmodSync(path, mode);
    await expect(attempt()).rejects.toThrow(refused);
    await expect(attempt()).rejects.toThrow(`${path} can be changed by others: ${why}`);
    await expect(findPresentLibtorch(bench.context())).rejects.toThrow(refused);
    const doctor = await execute([join(setup, "doctor.mjs"), "--json"], {
      PATH: bin,
      THROUGHLINE_CACHE: cache,
    });
    expect(doctor.text).toContain("The cache is not safe");
  });

  test("is refused where everybody can write above it, but not below a folder like /tmp", async () => {
    bench.pipWith();
    chmodSync(here, 0o777);
    await expect(attempt()).rejects.toThrow(`every user can write to ${here}, above it`);
    chmodSync(here, 0o1777);
    await attempt();
  });

  // Only root may give files away.
  test.skipIf(process.getuid?.() !== 0)(
    "is refused if another user owns it, or another group can write",
    async () => {
      bench.pipWith();
      await attempt();
      chownSync(cache, 12345, 0);
      await expect(attempt()).rejects.toThrow(
        `${cache} can be changed by others: it belongs to another user (12345)`,
      );
      chownSync(cache, 0, 12345);
      await attempt();
      chmodSync(cache, 0o770);
      await expect(attempt()).rejects.toThrow(
        `${cache} can be changed by others: its group (12345) can write to it`,
      );
      chownSync(cache, 0, 0);
      await attempt();
    },
  );

  test("in part is fetched again: what lay there is not used", async () => {
    bench.pipWith();
    const path = await attempt();
    for (const part of ["lib/libc10.so", "lib", "include/torch"]) {
      chmodSync(join(path, part), 0o777);
      await expect(findPresentLibtorch(bench.context())).rejects.toThrow(
        /can be changed by others: every user/,
      );
      await attempt();
      expect(statSync(join(path, part)).mode & 0o002).toBe(0);
    }
    expect(bench.timesAsked()).toBe(4);
  });

  test("is not made, whatever the umask", async () => {
    bench.pipWith();
    const program = `process.umask(0); await import(${JSON.stringify(join(setup, "install.mjs"))});`;
    const named = { THROUGHLINE_LIBTORCH_SHA256: sha256(join(here, WHEEL)) };
    await execute(["--input-type=module", "-e", program], { PATH: bin, THROUGHLINE_CACHE: cache, ...named });
    const paths = readdirSync(cache, { recursive: true, encoding: "utf8" }).map((name) => join(cache, name));
    expect(paths.filter((path) => path.endsWith(".so"))).toHaveLength(3);
    for (const path of [cache, ...paths]) expect(statSync(path).mode & 0o022, path).toBe(0);
  });
});
