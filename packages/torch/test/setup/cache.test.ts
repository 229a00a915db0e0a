// A broken cache repairs itself; one that several want is filled once.
import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bench, bin, cache, here, load, setup, useBench } from "./bench.js";

const { fetchLibtorch } = await load("fetch-libtorch");
const { findPresentLibtorch } = await load("find-libtorch");
const { makePip } = await load("fakes");
const { execute, FILES, sha256, WHEEL } = await load("workbench");

useBench();

describe("the cache", () => {
  test.each([
    ["deleted", (file: string) => rmSync(file), "torch/lib/libc10.so is missing"],
    ["truncated", (file: string) => truncateSync(file, 1), "torch/lib/libc10.so has 1 bytes instead of 3"],
    [
      "without a manifest",
      (file: string) => rmSync(join(file, "../../../manifest.json")),
      "manifest.json is missing or damaged",
    ],
  ])("is repaired when a file is %s", async (_what, damage, reason) => {
    bench.pipWith();
    const ctx = bench.context();
    const path = await fetchLibtorch(ctx, bench.wheel(ctx));
    damage(join(path, "lib/libc10.so"));
    await expect(findPresentLibtorch(ctx)).rejects.toThrow(
      /^The cached libtorch is damaged \(.*\): run `npm run setup`\.$/,
    );
    expect(await fetchLibtorch(ctx, bench.wheel(ctx))).toBe(path);
    expect(ctx.said.join("\n")).toContain(reason);
    expect(readFileSync(join(path, "lib/libc10.so"), "utf8")).toBe("c10");
    expect(bench.timesAsked()).toBe(2);
  });

  test("is fetched once when several processes want it at the same time", async () => {
    bench.pipWith(FILES, undefined, "/bin/sleep 0.3");
    const script = `
      const [{ createContext }, { fetchLibtorch }, { pinnedWheel }] =
        await Promise.all(["context", "fetch-libtorch", "pin"].map((name) => import(${JSON.stringify(setup)} + name + ".mjs")));
      const ctx = createContext({ platform: "linux", arch: "x64" });
      console.log(await fetchLibtorch(ctx, { ...pinnedWheel(ctx), bytes: undefined }));`;
    const named = { THROUGHLINE_LIBTORCH_SHA256: sha256(join(here, WHEEL)) };
    const env = { PATH: bin, THROUGHLINE_CACHE: cache, ...named };
    const runs = Array.from({ length: 3 }, () => execute(["--input-type=module", "-e", script], env));
    const results = await Promise.all(runs);
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(results.filter(({ text }) => text.includes("Waiting for another set-up")).length).toBeGreaterThan(
      0,
    );
    expect(bench.timesAsked()).toBe(1);
    expect(existsSync(join(cache, "setup.lock"))).toBe(false);
  });

  test("a killed set-up's lock and leftovers are cleared away", async () => {
    bench.pipWith();
    mkdirSync(join(cache, "tmp", "leftover"), { recursive: true });
    const dead = Number(execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }));
    writeFileSync(join(cache, "setup.lock"), JSON.stringify({ pid: dead, host: hostname() }));
    const ctx = bench.context();
    await fetchLibtorch(ctx, bench.wheel(ctx));
    expect(readdirSync(join(cache, "tmp"))).toEqual([]);
    expect(readdirSync(cache).filter((name) => name.startsWith("setup.lock"))).toEqual([]);
  });

  test("Ctrl-C while downloading releases the lock and ends pip", async () => {
    makePip(bin, `echo $$ > ${here}/pid; exec /bin/sleep 60`);
    const child = spawn(process.execPath, [join(setup, "install.mjs")], {
      env: { PATH: bin, THROUGHLINE_CACHE: cache },
    });
    const ended = new Promise((done) => child.on("close", done));
    try {
      while (!existsSync(join(here, "pid")) && child.exitCode === null)
        await new Promise((next) => setTimeout(next, 20));
      child.kill("SIGINT");
      expect(await ended).toBe(130);
    } finally {
      child.kill("SIGKILL");
    }
    expect(existsSync(join(cache, "setup.lock"))).toBe(false);
  });
});
