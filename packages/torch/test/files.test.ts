// The door to users' files: what is let in, how much of it, and what is said of the rest.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  hashOf,
  hashOfContent,
  parseTable,
  readBytes,
  readJsonFile,
  readStart,
  readTable,
  readText,
} from "@throughline/torch/files";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "throughline-files-"));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
/** A new file. */
function file(content: string | Uint8Array, ending = "txt"): string {
  const path = join(folder, `${count++}.${ending}`);
  writeFileSync(path, content);
  return path;
}

const readers: Readonly<Record<string, (path: string) => unknown>> = {
  ...{ readBytes, readText, readJsonFile, readTable, hashOf },
  readStart: (path) => readStart(path, 4),
};

describe.each(Object.entries(readers))("%s refuses in one sentence", (name, read) => {
  const refuse = (path: string, words: RegExp): void => {
    expect(() => read(path)).toThrow(
      expect.objectContaining({ name: "TorchError", message: expect.stringMatching(words) }),
    );
  };

  test("what is no regular file", () => {
    if (name !== "hashOf") refuse(folder, /is a folder; a regular file is accepted/);
    refuse(join(folder, "none"), /cannot open .*none \(no such file\)/);
    refuse(join(file("x"), "inside"), /a part of the path is a file/);
    refuse("a\0b", /a character that no path can have/);
  });

  test.skipIf(process.platform === "win32")("devices and pipes, also behind a link", () => {
    refuse("/dev/zero", /\/dev\/zero is a device/);
    refuse("/dev/full", /\/dev\/full is a device/);
    const pipe = join(folder, `pipe-${name}`);
    expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
    refuse(pipe, /is a pipe/);
    symlinkSync(pipe, join(folder, `link-${name}`));
    refuse(join(folder, `link-${name}`), /is a pipe/);
  });
});

test.skipIf(process.platform === "win32")("sockets", async () => {
  const path = join(folder, "socket");
  const server = createServer().listen(path);
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    expect(() => readBytes(path)).toThrow(/is a socket/);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

describe("sizes", () => {
  test("are bounded before anything is read, and the bound can be raised", () => {
    const path = file("");
    truncateSync(path, 2 ** 40);
    expect(() => readText(path)).toThrow(
      /has 1099511627776 bytes; at most 67108864 are accepted here \(maxBytes\)/,
    );
    expect(() => readBytes(file("12345"), { maxBytes: 4 })).toThrow(/has 5 bytes; at most 4/);
    expect(readBytes(file("12345"), { maxBytes: 5 })).toHaveLength(5);
    expect(() => readBytes(file("1"), { maxBytes: Number.NaN })).toThrow(/maxBytes is NaN/);
  });

  test.skipIf(process.platform !== "linux")("files that the system makes up are none", () => {
    expect(() => readText("/proc/self/status")).toThrow(/has more than the 0 bytes of its recorded size/);
  });
});

describe("text", () => {
  test("is UTF-8, with or without a mark", () => {
    expect(readText(file("\ufeffé✓"))).toBe("é✓");
    expect(readText(file(""))).toBe("");
    expect(() => readText(file(Buffer.from("\ufeffa", "utf16le")))).toThrow(
      /is text in UTF-16; save it in UTF-8/,
    );
    expect(() => readText(file(Buffer.from([0x61, 0xe9, 0x62])))).toThrow(/is not text in UTF-8/);
  });

  test("JSON", () => {
    expect(readJsonFile(file('{"a":[1]}'))).toEqual({ a: [1] });
    expect(() => readJsonFile(file("{"))).toThrow(/\d+\.txt: is not JSON: /);
  });
});

describe("tables", () => {
  const refuse = (code: string, problem: string) => Object.assign(new Error(problem), { code });
  const parse = (text: string, limits = {}) => parseTable(text, refuse, limits);

  test("quotes, line ends, spaces, empty lines", () => {
    expect(parse('a, "b ""c""\nd" ,e\r\n\r\n1,2,"x,y"\r3,,\n')).toEqual({
      titles: ["a", 'b "c"\nd', "e"],
      rows: [
        ["1", "2", "x,y"],
        ["3", "", ""],
      ],
      lines: [4, 5],
    });
    expect(parse("a,b\n1,").rows).toEqual([["1", ""]]);
  });

  test("whatever stands between quotes comes back", () => {
    const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
    const row = fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), fc.constantFrom("\n", "\r\n", "\r"), (all, end) => {
        const written = all.filter((cells) => cells.length > 1 || cells[0] !== "");
        fc.pre(written.length > 0);
        const { titles, rows } = parse(all.map((cells) => cells.map(quote).join(",")).join(end));
        expect([titles, ...rows]).toEqual(written);
      }),
    );
  });

  test("name line and column of what is wrong", () => {
    expect(() => parse('"a"b,c')).toThrow("line 1, column 1 has text after a closing quote");
    expect(() => parse('a,b\n1,"2\n3,4')).toThrow("the quote in line 2, column 2 is never closed");
    expect(() => parse("")).toThrow("the file is empty");
    expect(() => parse("\n \n")).toThrow("the file is empty");
  });

  test("of semicolons or tabs get a hint", () => {
    expect(() => parse("a;b\n1,5;2,5")).toThrow(
      "line 1 is separated by semicolons; save the table with commas",
    );
    expect(() => parse('"a";"b"\n1;2')).toThrow(/semicolons/);
    expect(() => parse("a\tb\n1\t2")).toThrow(/tabs/);
    expect(parse('"a;b",c\n1,2').titles).toEqual(["a;b", "c"]);
  });

  test("are bounded in columns, fields and rows; the bounds can be raised", () => {
    const wide = Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(",");
    expect(() => parse(`${wide}\n`)).toThrow("line 1 has more than 10000 columns");
    expect(parse(wide, { maxColumns: 100_000 }).titles).toHaveLength(100_000);
    const quotes = `a\n"${'""'.repeat(5_000_000)}"`;
    expect(() => parse(quotes)).toThrow("line 2, column 1 has more than 1048576 characters");
    expect(parse(quotes, { maxField: 2 ** 24 }).rows[0]![0]).toHaveLength(5_000_000);
    expect(() => parse(`a\n${"x".repeat(2 ** 20 + 1)}`)).toThrow(
      "line 2, column 1 has more than 1048576 characters",
    );
    const row = Array.from({ length: 20 }, () => "x".repeat(2 ** 20)).join(",");
    expect(() => parse(row)).toThrow("line 1 has more than 16777216 characters");
  });
});

describe("fingerprints", () => {
  test("of a file are SHA-256 of its content, read anew when it has changed", () => {
    const path = file("abc");
    expect(hashOf(path)).toBe(createHash("sha256").update("abc").digest("hex"));
    writeFileSync(path, "abd");
    expect(hashOf(path)).toBe(createHash("sha256").update("abd").digest("hex"));
    writeFileSync(path, "xyz");
    utimesSync(path, 1, 1);
    expect(hashOf(path)).toBe(createHash("sha256").update("xyz").digest("hex"));
  });

  test("of a file are never those of what it was a moment ago", () => {
    const path = file("");
    for (let i = 0; i < 300; i++) {
      const text = String(i).padStart(4, "0");
      writeFileSync(path, text);
      expect(hashOf(path)).toBe(hashOfContent(text));
    }
  });

  test("of texts and bytes are the standard's", () => {
    // FIPS 180-4, example of one block, and the digest of nothing.
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(hashOfContent("abc")).toBe(abc);
    expect(hashOfContent(new Uint8Array([97, 98, 99]))).toBe(abc);
    expect(hashOfContent("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  test("of a folder are of names and contents at any depth", () => {
    const at = join(folder, "tree");
    mkdirSync(join(at, "deep"), { recursive: true });
    writeFileSync(join(at, "a"), "1");
    writeFileSync(join(at, "deep", "b"), "2");
    const before = hashOf(at);
    expect(hashOf(at)).toBe(before);
    writeFileSync(join(at, "deep", "b"), "3");
    const changed = hashOf(at);
    expect(changed).not.toBe(before);
    rmSync(join(at, "a"));
    writeFileSync(join(at, "c"), "1");
    expect(hashOf(at)).not.toBe(changed);
  });
});
