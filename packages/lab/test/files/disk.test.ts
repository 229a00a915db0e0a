// Files that are there whole or not at all; JSON read through one door; temporary names and who made them.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { caught } from "@throughline/testing/caught";
import { testFolder } from "@throughline/testing/folders";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LabError } from "../../src/errors.js";
import { diskError, guard, isMissing, makeFolder, writeAtomic, writeJson } from "../../src/files/disk.js";
import { here, isAlive, isHere, processBirth, SILENCE } from "../../src/files/process.js";
import { parseJson, readJson, readText, wellFormed } from "../../src/files/read-json.js";
import { objectOf, whole } from "../../src/files/shape.js";
import { removeStaleTemporaries, temporaryName } from "../../src/files/temporary.js";

const shape = objectOf<{ a: number }>({ a: whole });

describe("a file is written", () => {
  test("whole: the old content is there until the new one is", () => {
    const path = join(testFolder(), "f.txt");
    writeAtomic(path, "old");
    writeAtomic(path, "new", () => expect(readFileSync(path, "utf8")).toBe("old"));
    expect(readFileSync(path, "utf8")).toBe("new");
    writeAtomic(path, Uint8Array.of(0, 255));
    expect([...readFileSync(path)]).toEqual([0, 255]);
  });

  test("or not at all, and nothing else stays behind", () => {
    const folder = testFolder();
    const path = join(folder, "f.txt");
    writeAtomic(path, "old");
    const refuse = (): void => {
      expect(readdirSync(folder)).toHaveLength(2);
      throw new Error("no longer ours");
    };
    expect(() => writeAtomic(path, "new", refuse)).toThrow("no longer ours");
    expect(readdirSync(folder)).toEqual(["f.txt"]);
    expect(readFileSync(path, "utf8")).toBe("old");
    mkdirSync(join(folder, "taken"));
    expect(() => writeAtomic(join(folder, "taken"), "x")).toThrow(/^cannot write .*taken: /);
    expect(readdirSync(folder).sort()).toEqual(["f.txt", "taken"]);
  });

  test("any text comes back, also of more than one write", () => {
    const path = join(testFolder(), "f.txt");
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 200 }),
        fc.integer({ min: 1, max: 500 }),
        (text, n) => {
          writeAtomic(path, text.repeat(n));
          expect(readText(path)).toBe(text.repeat(n));
        },
      ),
      { numRuns: 20 },
    );
  });

  test.each([
    [
      "ENOENT",
      (folder: string) => join(folder, "no/such/f"),
      "there is no such folder, and none can be made there",
    ],
    ["ENOTDIR", (folder: string) => join(folder, "file/f"), "a part of the path is a file, not a folder"],
  ])("%s is said in a sentence", (code, place, reason) => {
    const folder = testFolder();
    writeFileSync(join(folder, "file"), "");
    const path = place(folder);
    const error = caught(() => writeAtomic(path, "x"));
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({ code: "lab/disk", fault: "environment" });
    expect(error.message).toBe(`cannot write ${path}: ${reason} (${code})`);
  });
});

describe("errors of the disk", () => {
  const system = (code: string): Error => Object.assign(new Error(code), { code, syscall: "write" });

  test.each([
    ["ENOSPC", "the disk is full"],
    ["EDQUOT", "the disk quota is used up"],
    ["EROFS", "the disk is read-only"],
    ["EIO", "the disk reports an error"],
    ["EMFILE", "this process has too many files open"],
    ["ESTALE", "refused"],
  ])("%s: %s", (code, reason) => {
    expect(diskError("/p", system(code))).toMatchObject({ message: `cannot write /p: ${reason} (${code})` });
    expect(diskError("/p", system(code), "read")).toMatchObject({
      message: `cannot read /p: ${reason} (${code})`,
    });
  });

  test("are found behind others that they caused; errors of ours and of the code pass unchanged", () => {
    const outer = new Error("outer", { cause: new Error("middle", { cause: system("EIO") }) });
    expect(diskError("/p", outer)).toMatchObject({ code: "lab/disk", cause: outer });
    const own = new LabError("lab/locked", "x");
    expect(diskError("/p", own)).toBe(own);
    const mistake = new TypeError("a bug");
    expect(diskError("/p", mistake)).toBe(mistake);
    // No file operation: `code` alone is not the system's.
    const other = Object.assign(new Error("x"), { code: "ENOSPC" });
    expect(diskError("/p", other)).toBe(other);
    expect(() => guard("/p", () => expect.fail("as it is"))).toThrow("as it is");
    expect(guard("/p", () => 3)).toBe(3);
    expect([isMissing(system("ENOENT")), isMissing(system("EIO"))]).toEqual([true, false]);
  });

  test("folders are made with those above, and not where a file is", () => {
    const folder = testFolder();
    makeFolder(join(folder, "a/b/c"));
    makeFolder(join(folder, "a/b/c"));
    expect(statSync(join(folder, "a/b/c")).isDirectory()).toBe(true);
    writeFileSync(join(folder, "file"), "");
    expect(() => makeFolder(join(folder, "file/x"))).toThrow(
      /cannot write .*file\/x: .*\((ENOTDIR|EEXIST)\)/,
    );
  });
});

describe("JSON is read", () => {
  test("with its shape; absent is undefined, and anything else says what is wrong with which file", () => {
    const path = join(testFolder(), "x.json");
    expect(readJson(path, shape)).toBeUndefined();
    writeJson(path, { a: 3, b: [1] });
    expect(readFileSync(path, "utf8")).toBe('{\n  "a": 3,\n  "b": [\n    1\n  ]\n}\n');
    expect(readJson(path, shape)).toEqual({ a: 3, b: [1] });
    for (const [text, why] of [
      ["", /Unexpected end/],
      ['{"a": 3', /JSON/],
      ['{"a": "3"}', /a is "3", and a whole number from 0 is expected/],
      ["[]", /it is \[\], and an object is expected/],
      ["\ufeff{}", /JSON/],
    ] as const) {
      writeFileSync(path, text);
      const error = caught(() => readJson(path, shape));
      expect(error).toMatchObject({ code: "lab/damaged", fault: "environment" });
      expect(error.message).toMatch(why);
      expect(error.message.startsWith(`${path} is damaged: `)).toBe(true);
    }
    expect(() => parseJson("a line", "{}", shape)).toThrow("a line is damaged: a is missing");
    expect(() => wellFormed("a line", "nope")).toThrow(/^a line is damaged: /);
  });

  test("from regular files only: no folder, no device, no pipe without a writer", () => {
    const folder = testFolder();
    for (const path of [folder, "/dev/null"])
      expect(() => readText(path)).toThrow(`${path} is damaged: it is not a regular file`);
    symlinkSync("/dev/zero", join(folder, "endless"));
    expect(() => readText(join(folder, "endless"))).toThrow(/is not a regular file/);
    symlinkSync(join(folder, "nowhere"), join(folder, "dangling"));
    expect(readText(join(folder, "dangling"))).toBeUndefined();
    symlinkSync(join(folder, "loop"), join(folder, "loop"));
    expect(() => readText(join(folder, "loop"))).toThrow(/^cannot read .*\(ELOOP\)$/);
  });

  test.skipIf(process.getuid?.() === 0)("not where that is forbidden", () => {
    const path = join(testFolder(), "x.json");
    writeJson(path, {});
    chmodSync(path, 0);
    expect(() => readJson(path, shape)).toThrow(/^cannot read .*permission denied/);
  });
});

describe("temporary files", () => {
  test("are named after what they will be and who makes them, each differently", () => {
    const names = Array.from({ length: 50 }, () => temporaryName("x.json"));
    expect(new Set(names).size).toBe(50);
    for (const name of names)
      expect(name).toMatch(new RegExp(`^\\.x\\.json\\.${process.pid}-\\d+-[0-9a-f]{8}-[0-9a-f]{8}\\.tmp$`));
  });

  test("go when their maker is gone: at once if it ran here, else after two minutes of silence", () => {
    const folder = testFolder();
    const [, , birth, place] = /\.(\d+)-(\d+)-([0-9a-f]{8})-/.exec(temporaryName("x")) ?? [];
    const elsewhere = place === "ffffffff" ? "eeeeeeee" : "ffffffff";
    const put = (name: string, age = 0): string => {
      writeFileSync(join(folder, name), "");
      const then = new Date(Date.now() - age);
      utimesSync(join(folder, name), then, then);
      return name;
    };
    expect(birth).toBeDefined();
    const long = SILENCE + 60_000;
    const kept = [
      put(temporaryName("mine"), long),
      put(`.young.1-1-${elsewhere}-00000000.tmp`),
      put(".older-version.00000000.tmp"),
      put(".not-a-temporary", long),
      put("visible.00000000.tmp", long),
    ];
    // A number of a process that cannot be: larger than any.
    put(`.gone.${2 ** 22 + 1}-1-${place}-00000000.tmp`);
    put(`.old.1-1-${elsewhere}-00000000.tmp`, long);
    put(".older-version-old.00000000.tmp", long);
    // The number of this process, but of one that began at another time.
    put(`.reused.${process.pid}-1-${place}-00000000.tmp`);
    mkdirSync(join(folder, `.folder.${2 ** 22 + 1}-1-${place}-00000000.tmp/deep`), { recursive: true });
    removeStaleTemporaries(folder);
    expect(readdirSync(folder).sort()).toEqual(kept.sort());
  });
});

describe("processes", () => {
  test("are told from later ones of the same number", () => {
    const birth = processBirth(process.pid);
    expect(birth).toMatch(/^\d+$/);
    expect(processBirth(process.pid)).toBe(birth);
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(process.pid, birth)).toBe(true);
    expect(isAlive(process.pid, "1")).toBe(false);
    expect(isAlive(2 ** 22 + 1)).toBe(false);
    // Of another user, or ourselves in a container.
    expect(isAlive(1)).toBe(true);
    expect(processBirth(2 ** 22 + 1)).toBeUndefined();
  });

  test("of another machine, namespace, or none that is known, are elsewhere", () => {
    const { machine, space } = here();
    expect(isHere({ machine, space })).toBe(machine !== undefined && space !== undefined);
    expect(isHere({ machine: "other", space })).toBe(false);
    expect(isHere({ machine, space: "pid:[1]" })).toBe(false);
    expect(isHere({ machine: undefined, space: undefined })).toBe(false);
    expect(existsSync("/proc/self/ns/pid") ? space : "").toMatch(/^(pid:\[\d+\])?$/);
  });
});
