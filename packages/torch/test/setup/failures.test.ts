// Fetching libtorch: every way it can fail ends with one sentence and exit code 1.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bench, bin, cache, here, load, setup, useBench } from "./bench.js";

const { fetchLibtorch } = await load("fetch-libtorch");
const { makePip, makeTool, makeWheel } = await load("fakes");
const { execute, FILES, WHEEL } = await load("workbench");

useBench();

describe("failures of fetching are one sentence and exit code 1", () => {
  const failed = (text: string) => {
    expect(text).not.toMatch(/^\s+at /m);
    return text
      .slice(text.indexOf("Throughline set-up failed. ") + "Throughline set-up failed. ".length)
      .trim();
  };

  test("no pip", async () => {
    const { code, text } = await bench.install({});
    expect(code).toBe(1);
    expect(failed(text)).toMatch(
      /^Set-up needs Python 3 with pip, which is not on PATH: install what is missing \(Debian .*; without pip, set LIBTORCH/,
    );
    expect(failed(text)).not.toContain("\n");
  });

  test("a python3 without pip is not pip", async () => {
    makeTool(bin, "python3", 'echo "No module named pip" >&2; exit 1');
    expect(failed((await bench.install({})).text)).toMatch(/^Set-up needs Python 3 with pip/);
  });

  test("no network, with pip's output kept in a file", async () => {
    const reason = "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution";
    makePip(
      bin,
      `echo "WARNING: Retrying: ${reason}"; echo "ERROR: No matching distribution found for torch"; exit 1`,
    );
    const { code, text } = await bench.install({});
    expect(code).toBe(1);
    const log = join(cache, "logs", "pip.log");
    expect(failed(text)).toMatch(
      /^pip could not reach its package index to download torch 2\.13\.0\+cpu: check the network connection or pip's index settings/,
    );
    expect(failed(text)).toContain(`(pip's output is in ${log})`);
    expect(readFileSync(log, "utf8")).toContain(reason);
  });

  test("the disk fills up while pip downloads; pip fails in another way", async () => {
    makePip(bin, 'echo "ERROR: [Errno 28] No space left on device"; exit 1');
    expect(failed((await bench.install({})).text)).toMatch(
      /^The disk became full while pip downloaded torch 2\.13\.0\+cpu: free some/,
    );
    makePip(bin, 'echo "ERROR: something odd"; exit 2');
    expect(failed((await bench.install({})).text)).toMatch(
      /^pip failed to download torch 2\.13\.0\+cpu \(ERROR: something odd\): correct that and run `npm run setup` again/,
    );
  });

  test("half a download", async () => {
    makePip(bin, `echo half > "$dest/${WHEEL}"`);
    const { code, text } = await bench.install({});
    expect(code).toBe(1);
    expect(failed(text)).toBe(
      `The download of ${WHEEL} is incomplete (5 of 191794682 bytes): check the network connection and run \`npm run setup\` again.`,
    );
    expect(readdirSync(join(cache, "tmp"))).toEqual([]);
    expect(readdirSync(join(cache, "libtorch"))).toEqual([]);
  });

  test("half a wheel whose size is not known beforehand, at every place it can be cut", async () => {
    makeWheel(join(here, "whole.whl"), FILES);
    const whole = readFileSync(join(here, "whole.whl"));
    for (const part of [0, 0.3, 0.9, 0.999]) {
      writeFileSync(join(here, "part.whl"), whole.subarray(0, Math.floor(whole.length * part)));
      makePip(bin, `/bin/cp "${here}/part.whl" "$dest/${WHEEL}"`);
      const ctx = bench.context();
      await expect(fetchLibtorch(ctx, bench.wheel(ctx, ["part.whl"]))).rejects.toThrow(
        /^The download of .* is incomplete \(it cannot be unpacked\): check the network/,
      );
    }
  });

  test("pip says success and leaves nothing", async () => {
    makePip(bin, "exit 0");
    expect(failed((await bench.install({})).text)).toMatch(
      /^pip reported success but left no wheel of torch 2\.13\.0\+cpu: run/,
    );
  });

  test("the wheel has another hash than the pinned one", async () => {
    bench.pipWith();
    const ctx = bench.context();
    const wheel = { ...bench.wheel(ctx), hashes: ["0".repeat(64)] };
    await expect(fetchLibtorch(ctx, wheel)).rejects.toThrow(
      /^torch-.*\.whl has SHA-256 [0-9a-f]{64} where 0{64} is expected: if it was damaged on its way here, empty pip's cache/,
    );
    expect(readdirSync(join(cache, "libtorch"))).toEqual([]);
  });

  test.each([
    ["does not match", (record: string) => record.replace(/(libc10\.so,sha256=)..../, "$1AAAA")],
    ["is missing from", (record: string) => record.replace(/^.*libc10\.so.*\n/m, "")],
  ])("a file %s the wheel's RECORD", async (how, tamper) => {
    bench.pipWith(FILES, tamper);
    const ctx = bench.context();
    await expect(fetchLibtorch(ctx, bench.wheel(ctx))).rejects.toThrow(
      `torch/lib/libc10.so in ${WHEEL} ${how} the wheel's own RECORD of hashes, so the wheel is damaged`,
    );
    expect(readdirSync(join(cache, "libtorch"))).toEqual([]);
  });

  test("paths that lead out of the folder are not unpacked", async () => {
    bench.pipWith({ ...FILES, "torch/include/../../../../escaped.h": "x" });
    const ctx = bench.context();
    await fetchLibtorch(ctx, bench.wheel(ctx));
    expect(existsSync(join(cache, "escaped.h"))).toBe(false);
  });

  test("not enough disk space, before anything is downloaded", async () => {
    bench.pipWith();
    await expect(fetchLibtorch(bench.context({}, { freeBytes: async () => 3e8 }))).rejects.toThrow(
      /^Not enough disk space in .*: 1\.0 GB needed, 300 MB free; free some space, or set THROUGHLINE_CACHE to a folder on a larger disk/,
    );
    expect(existsSync(join(here, "asked"))).toBe(false);
  });

  test("a cache folder that cannot be written", async () => {
    bench.pipWith();
    writeFileSync(join(here, "file"), "");
    const { code, text } = await bench.install({ THROUGHLINE_CACHE: join(here, "file", "cache") });
    expect(code).toBe(1);
    expect(failed(text)).toMatch(
      /^Cannot write to the cache folder .*\/file\/cache \(ENOTDIR\): make it writable, or set THROUGHLINE_CACHE/,
    );
  });

  test.skipIf(!existsSync("/proc/self"))("a cache folder in a place without folders", async () => {
    bench.pipWith();
    const env = { PATH: bin, THROUGHLINE_CACHE: "/proc/nope" };
    const { code, text } = await bench.install(env);
    expect(code).toBe(1);
    expect(failed(text)).toMatch(
      /^Cannot write to the cache folder \/proc\/nope \((ENOENT|EACCES|EPERM)\): make it writable, or set/,
    );
    const doctor = await execute([join(setup, "doctor.mjs"), "--json"], env);
    const { checks } = JSON.parse(doctor.text) as { checks: { name: string }[] };
    expect(checks.find(({ name }) => name === "cache")).toMatchObject({
      status: "problem",
      detail: "/proc/nope cannot be written",
    });
  });

  test("pip does not wait long for an index that is silent, unless the user is patient", async () => {
    makePip(bin, `echo "$PIP_RETRIES $PIP_DEFAULT_TIMEOUT" >> ${here}/patience; exit 1`);
    await bench.install({});
    await bench.install({ PIP_RETRIES: "7" });
    expect(readFileSync(join(here, "patience"), "utf8")).toBe("1 10\n7 10\n");
  });

  test("without network pip is asked once; a download that broke off is the network's too", async () => {
    const unreachable = "Failed to establish a new connection: [Errno 101] Network is unreachable";
    makePip(
      bin,
      `echo asked >> ${here}/asked; echo "${unreachable}"; echo "ERROR: No matching distribution found"; exit 1`,
    );
    expect(failed((await bench.install({})).text)).toMatch(/^pip could not reach its package index/);
    expect(bench.timesAsked()).toBe(1);
    makePip(bin, 'echo "error: incomplete-download"; echo "not enough bytes were received"; exit 1');
    expect(failed((await bench.install({})).text)).toMatch(/^pip could not reach its package index/);
  });

  test("THROUGHLINE_DEBUG=1 adds the stack trace", async () => {
    const { text } = await execute(
      [
        "-e",
        `import(${JSON.stringify(join(setup, "failure.mjs"))}).then(m => m.runMain(async () => { null.x }))`,
      ],
      { THROUGHLINE_DEBUG: "1" },
    );
    expect(text).toMatch(
      /Set-up stopped at something it did not expect \(Cannot read properties of null.*\): run/,
    );
    expect(text).toMatch(/^\s+at /m);
  });
});
