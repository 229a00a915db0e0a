import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeAtomic } from "../../src/io/atomic.js";
import { PtReader } from "../../src/io/pt/read.js";
import { fileSource, withFile } from "../../src/io/source.js";
import { zipChunks } from "../../src/io/zip/write.js";
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

  test("closing twice, and paths that are none", () => {
    writeFileSync(at("x"), "abc");
    const file = fileSource(at("x"), "test");
    file.close();
    file.close();
    expectRefusal(
      () => fileSource("", "test"),
      "io/argument",
      "test: the path is empty; a file name is accepted",
    );
    expectRefusal(() => fileSource(3 as never, "test"), "io/argument", "test: the path is of type number");
    expectRefusal(
      () => writeAtomic(undefined as never, [], "test"),
      "io/argument",
      "the path is of type undefined",
    );
  });

  test("files that cannot be opened", () => {
    expectRefusal(
      () => fileSource(at("none"), "test"),
      "io/open",
      `none: cannot open ${at("none")} (no such file)`,
    );
    expectRefusal(() => fileSource(folder, "test"), "io/open", "is a folder; a regular file is accepted");
    symlinkSync(at("loop"), at("loop"));
    expectRefusal(() => fileSource(at("loop"), "test"), "io/open", "(its links lead in a circle)");
    expectRefusal(
      () => fileSource("/dev/zero", "test"),
      "io/open",
      "/dev/zero is a device; a regular file is accepted",
    );
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

  test.skipIf(process.platform !== "linux")(
    "a read that the system refuses (needs /proc to provoke it)",
    () => {
      writeFileSync(at("x"), "abc");
      const file = fileSource(at("x"), "test");
      const links = readdirSync("/proc/self/fd").filter((fd) => existsSync(`/proc/self/fd/${fd}`));
      const opened = links.find((fd) => readlinkSync(`/proc/self/fd/${fd}`) === at("x"));
      closeSync(Number(opened));
      expectRefusal(() => file.read(0, 1), "io/open", "x: reading failed at byte 0 (EBADF)");
    },
  );

  test("a checkpoint whose pickle is too large is refused before it is read", () => {
    const [local, , central, end] = zipChunks([{ name: "a/data.pkl", chunks: [Buffer.of(0)] }]);
    const size = 257 * 2 ** 20;
    const directory = Buffer.from(central!);
    directory.writeUInt32LE(size, 20);
    directory.writeUInt32LE(size, 24);
    const start = local!.length + size;
    const last = Buffer.from(end!);
    last.writeUInt32LE(start, 16);
    const file = openSync(at("x"), "w");
    writeSync(file, local!);
    writeSync(file, Buffer.concat([directory, last]), 0, undefined, start);
    closeSync(file);
    const run = () => withFile(at("x"), "test", (source) => new PtReader(source));
    expectRefusal(run, "io/limit", `x: its pickle takes ${size} bytes; at most 268435456 are accepted`);
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
    expectRefusal(() => kept?.read(0, 1), "io/argument", "x: the file has been closed; open it again");
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
