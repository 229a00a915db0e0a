import { describe, expect, test } from "vitest";
import { TorchError } from "../../src/errors.js";
import { NpzReader } from "../../src/io/npy/npz.js";
import { readNpy } from "../../src/io/npy/read.js";
import { PtReader } from "../../src/io/pt/read.js";
import { SafetensorsReader } from "../../src/io/safetensors/read.js";
import { memorySource } from "../../src/io/source.js";
import { readDirectory } from "../../src/io/zip/directory.js";
import { readStored } from "../../src/io/zip/entry.js";
import { inflateAll } from "../../src/io/zip/inflate.js";
import { zipChunks } from "../../src/io/zip/write.js";
import { fixture, millisecondsSince, refuse, source } from "./helpers.js";

/** Numbers in [0, 1), the same for the same seed (a 32-bit xorshift). */
function random(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

type Mutation = (bytes: Buffer, below: (limit: number) => number) => Buffer;

const mutations: readonly Mutation[] = [
  // Cut off anywhere.
  (bytes, below) => bytes.subarray(0, below(bytes.length)),
  // One to eight flipped bits.
  (bytes, below) => {
    for (let count = 1 + below(8); count > 0; count--) bytes[below(bytes.length)]! ^= 1 << below(8);
    return bytes;
  },
  // A flipped bit near the beginning or the end, where the structure is.
  (bytes, below) => {
    const near = below(Math.min(300, bytes.length));
    bytes[below(2) ? near : bytes.length - 1 - near]! ^= 1 << below(8);
    return bytes;
  },
  // A length field, perhaps: one to eight bytes become all ones.
  (bytes, below) => {
    const at = below(bytes.length);
    return bytes.fill(0xff, at, Math.min(at + 1 + below(8), bytes.length));
  },
  // A digit, perhaps of a header, becomes another one.
  (bytes, below) => {
    const digits = [...bytes.keys()].filter((at) => bytes[at]! >= 0x30 && bytes[at]! <= 0x39);
    bytes[digits[below(digits.length)] ?? 0] = 0x30 + below(10);
    return bytes;
  },
  // A piece is missing, or there twice.
  (bytes, below) => {
    const [from, to] = [below(bytes.length), below(bytes.length)];
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
];

/** Mutates one entry of a zip archive and packs it again, so that the damage gets past the checksums. */
function inside(
  compress: boolean,
): (bytes: Buffer, mutate: (bytes: Buffer) => Buffer, below: (limit: number) => number) => Buffer {
  return (bytes, mutate, below) => {
    const from = memorySource(bytes, refuse);
    const entries = [...readDirectory(from).values()];
    const chosen = below(entries.length);
    const inputs = entries.map((entry, index) => {
      const content = Buffer.from(entry.method === 0 ? readStored(from, entry) : inflateAll(from, entry));
      const damaged = index === chosen || entry.name.endsWith("data.pkl");
      return { name: entry.name, chunks: [damaged && content.length > 0 ? mutate(content) : content] };
    });
    return Buffer.concat([...zipChunks(inputs, { compress })]);
  };
}

const readAll = {
  safetensors: (bytes: Uint8Array) => {
    const reader = new SafetensorsReader(source(bytes));
    for (const name of reader.names) reader.read(name);
  },
  npy: (bytes: Uint8Array) => readNpy(source(bytes)),
  npz: (bytes: Uint8Array) => {
    const reader = new NpzReader(source(bytes));
    for (const name of reader.names) reader.read(name);
  },
  pt: (bytes: Uint8Array) => new PtReader(source(bytes)).tree((raw) => raw),
};

type Wrap = (bytes: Buffer, mutate: (bytes: Buffer) => Buffer, below: (limit: number) => number) => Buffer;
const outside: Wrap = (bytes, mutate) => mutate(bytes);

const campaigns: [
  what: string,
  read: (bytes: Uint8Array) => unknown,
  files: string[],
  wrap: Wrap,
  runs: number,
][] = [
  ["safetensors", readAll.safetensors, ["dtypes.safetensors", "names.safetensors"], outside, 2500],
  [
    "npy",
    readAll.npy,
    ["f4.npy", "fortran.npy", "b1.npy", "u8.npy", "version3.npy", "big-c16.npy"],
    outside,
    2500,
  ],
  ["npz", readAll.npz, ["stored.npz", "deflated.npz", "streamed.npz"], outside, 1500],
  ["npz, behind the checksums", readAll.npz, ["stored.npz", "deflated.npz"], inside(true), 1000],
  ["pt", readAll.pt, ["nested.pt", "views.pt", "dtypes5.pt", "big.pt"], outside, 1500],
  [
    "pt, behind the checksums",
    readAll.pt,
    ["nested.pt", "views.pt", "plain2.pt", "plain5.pt", "dtypes2.pt"],
    inside(false),
    1500,
  ],
];

describe("10,500 damaged files: each is read or refused with a TorchError, quickly, in little memory", () => {
  for (const [what, read, files, wrap, runs] of campaigns) {
    test(`${what}: ${runs}`, () => {
      const next = random(20260101 + runs);
      const below = (limit: number) => Math.floor(next() * limit);
      const before = process.memoryUsage();
      const outcome = { read: 0, refused: 0, slowest: 0, arrayBuffers: 0, rss: 0 };
      for (let run = 0; run < runs; run++) {
        const file = files[run % files.length]!;
        const mutation = mutations[below(mutations.length)]!;
        const damaged = wrap(Buffer.from(fixture(file)), (bytes) => mutation(bytes, below), below);
        const started = process.cpuUsage();
        try {
          read(damaged);
          outcome.read++;
        } catch (error) {
          if (!(error instanceof TorchError)) throw new Error(`run ${run} of ${file}`, { cause: error });
          expect(error.code, error.message).toMatch(/^io\/(truncated|format|dtype|unsafe|limit|missing)$/);
          outcome.refused++;
        }
        outcome.slowest = Math.max(outcome.slowest, millisecondsSince(started));
        const { arrayBuffers, rss } = process.memoryUsage();
        outcome.arrayBuffers = Math.max(outcome.arrayBuffers, arrayBuffers - before.arrayBuffers);
        outcome.rss = Math.max(outcome.rss, rss - before.rss);
      }
      expect(outcome.refused).toBeGreaterThan(runs / 3);
      expect(outcome.slowest).toBeLessThan(5000);
      expect(outcome.arrayBuffers).toBeLessThan(300e6);
      expect(outcome.rss).toBeLessThan(500e6);
    });
  }
});
