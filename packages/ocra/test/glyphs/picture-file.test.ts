// Pictures that are none, or too much.

import { spawnSync } from "node:child_process";
import { symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { OcraDataError, puzzlesFrom, puzzleViews } from "@throughline/ocra";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";

const folder = fileFolder();
const at = (name: string): string => join(folder, name);
const view = { size: 16, channels: 1, fit: "pad" } as const;

const refuse = (path: string, says: RegExp): void => {
  expect(() => puzzleViews(path, undefined, view)).toThrow(OcraDataError);
  expect(() => puzzleViews(path, undefined, view)).toThrow(says);
};

/** A PNG whose header claims these sides, and which holds nothing. */
function claims(width: number, height: number): Buffer {
  const chunk = (kind: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IEND", Buffer.alloc(0))]);
}

test("folders and paths that lead nowhere", () => {
  refuse(folder, /is a folder; a regular file is accepted/);
  refuse(at("none.png"), /none\.png: cannot open .*no such file/);
});

test.skipIf(process.platform === "win32")("devices and pipes end at once, also by another name", () => {
  refuse("/dev/zero", /\/dev\/zero is a device/);
  symlinkSync("/dev/zero", at("zero.png"));
  refuse(at("zero.png"), /zero\.png is a device/);
  expect(spawnSync("mkfifo", [at("pipe.png")]).status).toBe(0);
  refuse(at("pipe.png"), /pipe\.png is a pipe/);
});

test("files beyond the limit are not read", () => {
  writeFileSync(at("huge.png"), "");
  truncateSync(at("huge.png"), 2 ** 40);
  refuse(at("huge.png"), /huge\.png: has 1099511627776 bytes; at most 67108864/);
});

test("headers that claim more than is accepted", () => {
  writeFileSync(at("claims.png"), claims(100_000, 100_000));
  refuse(at("claims.png"), /claims\.png (is 100000 × 100000; at most|is not a readable picture)/);
});

test("keys are looked at in the same way", () => {
  symlinkSync("/dev/zero", at("answers.json"));
  expect(() => puzzlesFrom(folder)).toThrow(/answers\.json is a device; a regular file is accepted/);
});
