// Small parts of set-up: folders, jobs, progress, errors in words.
import { describe, expect, test } from "vitest";
import { load } from "./bench.js";

describe("small parts", () => {
  test("the cache lies where each platform keeps such files", async () => {
    const { cacheFolder } = await load("cache");
    const at = (platform: string, env: Record<string, string>) => cacheFolder({ platform, env });
    expect(at("linux", { HOME: "/h" })).toBe("/h/.cache/throughline");
    expect(at("linux", { HOME: "/h", XDG_CACHE_HOME: "/x" })).toBe("/x/throughline");
    expect(at("darwin", { HOME: "/h" })).toBe("/h/Library/Caches/throughline");
    expect(at("win32", { LOCALAPPDATA: "/l" })).toBe("/l/throughline");
    expect(at("win32", { LOCALAPPDATA: "/l", THROUGHLINE_CACHE: "/t" })).toBe("/t");
  });

  test("fewer compilers at once when memory is short", async () => {
    const { compileJobs } = await load("toolchain");
    const jobs = (cores: number, memory: number, env = {}) => compileJobs({ env }, { cores, memory });
    expect(jobs(8, 64e9)).toBe(8);
    expect(jobs(8, 10e9)).toBe(2);
    expect(jobs(8, 1e9)).toBe(1);
    expect(jobs(2, 1e9, { THROUGHLINE_JOBS: "5" })).toBe(5);
  });

  test("progress is one rewritten line on a terminal and few plain lines elsewhere", async () => {
    const { createProgress } = await load("progress");
    const show = (isTTY: boolean) => {
      let text = "";
      let time = 0;
      const progress = createProgress(
        { isTTY, columns: 80, write: (piece: string) => (text += piece) },
        () => time,
      );
      for (let done = 0; done <= 100; done += 10, time += 2000)
        progress.update("downloading", done * 1e6, 100e6);
      progress.say("done");
      return text;
    };
    expect(show(false)).toBe(
      "  downloading 50 of 100 MB (50 %)\n  downloading 100 of 100 MB (100 %)\n  done\n",
    );
    expect(show(true)).toContain("\r\u001b[2K  downloading 90 of 100 MB (90 %)");
    expect(show(true).endsWith("(100 %)\n  done\n")).toBe(true);
  });

  test("file system errors are put into words", async () => {
    const { explain } = await load("failure");
    const error = (code: string) => Object.assign(new Error("x"), { code, path: "/p" });
    expect(explain(error("ENOSPC")).message).toMatch(/^The disk is full \(writing \/p\): free some space/);
    expect(explain(error("EACCES")).message).toMatch(/^Cannot write to \/p \(EACCES\): make it writable/);
    expect(explain("odd").message).toMatch(/^Set-up stopped at something it did not expect \(odd\): run/);
  });

  test("sentences name commands that the place has: a project that only has the packages has no scripts of ours", async () => {
    const { isClone, typeable } = await load("commands");
    const text = "run `npm run setup` again; `npm run doctor` tells more";
    expect(isClone).toBe(true);
    expect(typeable(text)).toBe(text);
    expect(typeable(text, false)).toMatch(
      /^run `node \/.*\/setup\/install\.mjs` again; `node \/.*\/setup\/doctor\.mjs` tells more$/,
    );
  });

  test("an old Node is a problem", async () => {
    const { checkNode } = await load("doctor-machine");
    expect(checkNode("20.19.0").status).toBe("ok");
    expect(checkNode("18.20.4")).toMatchObject({ status: "problem", advice: "install Node 20.19 or later" });
  });
});
