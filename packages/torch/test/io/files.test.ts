import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeAtomic } from "../../src/io/atomic.js";
import { fileSource, withFile } from "../../src/io/source.js";
import { expectRefusal, refuse, source } from "./helpers.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-io-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

describe("reading files", () => {
  test("any range, and nothing outside", () => {
    writeFileSync(at("x"), Buffer.of(1, 2, 3, 4));
    withFile(at("x"), "test", (file) => {
      expect(file.size).toBe(4);
      expect([...file.read(1, 2)]).toEqual([2, 3]);
      expect([...file.read(4, 0)]).toEqual([]);
      for (const [offset, length] of [
        [3, 2],
        [5, 0],
        [-1, 2],
        [0, -1],
        [0.5, 1],
        [0, 2 ** 60],
        [Number.NaN, 1],
      ] as const) {
        expectRefusal(() => file.read(offset, length), "io/truncated", `x: bytes ${offset} to `);
      }
    });
  });

  test("memory behaves as a file does", () => {
    const memory = source(Uint8Array.of(1, 2));
    expect([...memory.read(1, 1)]).toEqual([2]);
    expectRefusal(
      () => memory.read(1, 2),
      "io/truncated",
      "file: bytes 1 to 3 are needed, but there are only 2",
    );
    memory.close();
  });

  test("files that cannot be opened", () => {
    expectRefusal(
      () => fileSource(at("none"), "test"),
      "io/open",
      `none: cannot open ${at("none")} (no such file)`,
    );
    expectRefusal(() => fileSource(folder, "test"), "io/open", "is not a regular file");
    symlinkSync(at("loop"), at("loop"));
    expectRefusal(() => fileSource(at("loop"), "test"), "io/open", "(ELOOP)");
    expectRefusal(() => fileSource("/dev/zero", "test"), "io/open", "/dev/zero is not a regular file");
  });

  test("a file that shrinks while it is open", () => {
    writeFileSync(at("x"), Buffer.alloc(10));
    withFile(at("x"), "test", (file) => {
      truncateSync(at("x"), 5);
      expectRefusal(
        () => file.read(0, 10),
        "io/truncated",
        "x: the file became shorter while it was read, at byte 5",
      );
    });
  });

  test("a file that is closed, whatever happens", () => {
    writeFileSync(at("x"), "abc");
    let kept: ReturnType<typeof fileSource> | undefined;
    const failing = () =>
      withFile(at("x"), "test", (file) => {
        kept = file;
        throw refuse("format", "stop");
      });
    expectRefusal(failing, "io/format", "stop");
    expectRefusal(() => kept?.read(0, 1), "io/open", "x: reading failed at byte 0 (EBADF)");
  });
});

describe("writing files", () => {
  test("the pieces one after the other, and no temporary file left", () => {
    writeAtomic(at("x"), [Buffer.from("ab"), Buffer.alloc(0), Buffer.from("c")], "test");
    expect(readFileSync(at("x"), "utf8")).toBe("abc");
    expect(readdirSync(folder)).toEqual(["x"]);
  });

  test("a failure half-way leaves the old file, and no temporary one", () => {
    writeFileSync(at("x"), "old");
    function* failing() {
      yield Buffer.from("new");
      expect(readdirSync(folder)).toHaveLength(2);
      throw refuse("format", "half-way");
    }
    expectRefusal(() => writeAtomic(at("x"), failing(), "test"), "io/format", "half-way");
    expect(readFileSync(at("x"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["x"]);
  });

  test("any other error becomes a TorchError with its cause", () => {
    function* broken(): Generator<Uint8Array> {
      yield Buffer.from("some");
      throw new RangeError("no more");
    }
    expectRefusal(
      () => writeAtomic(at("x"), broken(), "test"),
      "io/write",
      `x: cannot write ${at("x")} (no more)`,
    );
    expect(existsSync(at("x"))).toBe(false);
  });

  test("folders that are missing, in the way, or closed", () => {
    expectRefusal(() => writeAtomic(at("none/x"), [], "test"), "io/write", "(no such file)");
    mkdirSync(at("taken"));
    expectRefusal(() => writeAtomic(at("taken"), [], "test"), "io/write", /\((EISDIR|EPERM)\)/);
    expect(readdirSync(folder)).toEqual(["taken"]);
  });

  test.skipIf(process.getuid?.() === 0)(
    "a folder without permission (skipped for root, who may do anything)",
    () => {
      mkdirSync(at("closed"));
      chmodSync(at("closed"), 0o500);
      expectRefusal(() => writeAtomic(at("closed/x"), [], "test"), "io/write", "(EACCES)");
    },
  );
});
