// What is missing is found before anything is downloaded, all of it at once; what will be fetched is said.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bench, bin, here, load, setup, useBench } from "./bench.js";

const { preflight } = await load("preflight");
const { requireNode } = await load("node-version");
const { makePip, makeTool } = await load("fakes");

useBench({ tools: false });

const native = join(setup, "..", "native");
const places = () => [{ native, out: join(here, "out") }];

describe("before anything is downloaded", () => {
  test("a missing compiler, a full disk and a missing pip are one list, each with what to do", async () => {
    const ctx = bench.context({}, { freeBytes: async () => 1e8 });
    const failure = await preflight(ctx, { places: places() }).catch((error: Error) => error);
    const [first, ...items] = String(failure.message).split("\n");
    expect(first).toBe("2 things are to be put right first; nothing was downloaded.");
    expect(items[0]).toMatch(
      /^ {2}1\. Set-up needs a C\+\+ compiler and Python 3 with pip, .*`apt install g\+\+ python3-pip`/,
    );
    expect(items[1]).toMatch(
      /^ {2}2\. Not enough disk space in .*: 1\.\d GB needed, 100 MB free; free some space/,
    );
  });

  test("the same through the command: exit code 1, nothing asked of pip, no stack trace", async () => {
    makePip(bin, `echo asked > ${here}/asked; exit 1`);
    writeFileSync(join(here, "file"), "");
    const { code, text } = await bench.install({
      THROUGHLINE_CACHE: join(here, "file"),
      THROUGHLINE_LIBTORCH_VARIANT: "x",
    });
    expect(code).toBe(1);
    expect(text).toMatch(/3 things are to be put right first; nothing was downloaded\.\n/);
    expect(text).toContain("THROUGHLINE_LIBTORCH_VARIANT=x does not name a build of libtorch");
    expect(text).toContain("needs a C++ compiler, which is not on PATH");
    expect(text).toMatch(/Cannot write to the cache folder .*\/file \(/);
    expect(text).not.toMatch(/^\s+at /m);
    expect(existsSync(join(here, "asked"))).toBe(false);
  });

  test.each(["/proc/nope", "/proc/self/nope/deeper", "/dev/null", "/dev/null/below"])(
    "the cache %s is refused at once",
    async (folder) => {
      bench.addTools();
      bench.pipWith();
      const { code, text } = await bench.install({ THROUGHLINE_CACHE: folder });
      expect(code).toBe(1);
      expect(text.trim().split("\n").at(-1)).toMatch(
        /^Throughline set-up failed\. Cannot write to the cache folder .* \(E[A-Z]+\): make it writable, or set THROUGHLINE_CACHE/,
      );
      expect(existsSync(join(here, "asked"))).toBe(false);
    },
  );

  test("what will be fetched, how much, how long and how much disk are said first", async () => {
    makeTool(bin, "c++", 'echo "1.2.3"');
    makePip(bin, "exit 1");
    const ctx = bench.context();
    await preflight(ctx, {
      places: places(),
      downloads: [{ what: "npm packages", bytes: 1e8, diskBytes: 4e8 }],
    });
    expect(ctx.said).toEqual([
      expect.stringMatching(
        /^Set-up fetches npm packages \(100 MB\), libtorch 2\.13\.0\+cpu \(192 MB\), CMake 4\.4\.5 \(30 MB\), Ninja 1\.13\.2 \(183 kB\)\. It then compiles, .* minutes on 2 cores.*\. It needs 1\.9 GB of disk/,
      ),
    ]);
  });

  test("nothing is said where nothing is fetched", async () => {
    bench.addTools();
    const ctx = bench.context({ LIBTORCH: bench.libtorchFolder("2.13.0") });
    expect(await preflight(ctx, { places: places() })).toMatchObject({ downloads: [], compiles: true });
    expect(ctx.said).toEqual([]);
  });

  test("an old Node", () => {
    expect(() => requireNode("18.20.4")).toThrow(
      /^This is Node 18\.20\.4, and Throughline needs 20\.19 or later: install/,
    );
    expect(() => requireNode("20.19.0")).not.toThrow();
  });

  test("a caller's own checks are among them", async () => {
    bench.addTools();
    const ctx = bench.context({ LIBTORCH: bench.libtorchFolder("2.13.0") });
    const checks = [() => Promise.reject(Object.assign(new Error("x"), { code: "EROFS", path: "/clone" }))];
    await expect(preflight(ctx, { places: places(), checks })).rejects.toThrow(
      /^Cannot write to \/clone \(EROFS\)/,
    );
  });
});
