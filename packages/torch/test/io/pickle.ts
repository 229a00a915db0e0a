import { zipChunks } from "../../src/io/zip/write.js";

/** Pieces of hand-assembled pickles, named as in pickletools. */
export const p = {
  proto: (version = 2) => Buffer.of(0x80, version),
  stop: Buffer.from("."),
  mark: Buffer.from("("),
  none: Buffer.from("N"),
  true: Buffer.of(0x88),
  false: Buffer.of(0x89),
  emptyTuple: Buffer.from(")"),
  tuple: Buffer.from("t"),
  tuple1: Buffer.of(0x85),
  tuple2: Buffer.of(0x86),
  emptyList: Buffer.from("]"),
  append: Buffer.from("a"),
  emptyDict: Buffer.from("}"),
  setItem: Buffer.from("s"),
  setItems: Buffer.from("u"),
  reduce: Buffer.from("R"),
  build: Buffer.from("b"),
  persistent: Buffer.from("Q"),
  int: (value: number) => {
    const bytes = Buffer.alloc(5);
    bytes.write("J");
    bytes.writeInt32LE(value, 1);
    return bytes;
  },
  text: (value: string) => {
    const content = Buffer.from(value);
    const head = Buffer.alloc(5);
    head.write("X");
    head.writeUInt32LE(content.length, 1);
    return Buffer.concat([head, content]);
  },
  global: (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`),
  put: (index: number) => Buffer.of(0x71, index),
  get: (index: number) => Buffer.of(0x68, index),
};

/** A pickle of protocol 2: these instructions between PROTO and STOP. */
export function pickle(...parts: Uint8Array[]): Buffer {
  return Buffer.concat([p.proto(), ...parts, p.stop]);
}

/** The persistent id of a storage, as an instruction sequence that leaves the storage on the stack. */
export function storage(count: number, { type = "FloatStorage", key = "0" } = {}): Buffer {
  return Buffer.concat([
    p.mark,
    p.text("storage"),
    p.global("torch", type),
    p.text(key),
    p.text("cpu"),
    p.int(count),
    p.tuple,
    p.persistent,
  ]);
}

/** Instructions for a tuple of 32-bit integers. */
export function ints(values: readonly number[]): Buffer {
  return Buffer.concat([p.mark, ...values.map(p.int), p.tuple]);
}

/** Instructions for a view of a storage. */
export function tensor(
  from: Buffer,
  offset: number,
  shape: readonly number[],
  strides: readonly number[],
): Buffer {
  const hooks = Buffer.concat([p.global("collections", "OrderedDict"), p.emptyTuple, p.reduce]);
  const args = [p.mark, from, p.int(offset), ints(shape), ints(strides), p.false, hooks, p.tuple];
  return Buffer.concat([p.global("torch._utils", "_rebuild_tensor_v2"), ...args, p.reduce]);
}

/** A checkpoint with this pickle; `records` stand under `archive/`. */
export function checkpoint(data: Uint8Array, records: Record<string, Uint8Array | string> = {}): Buffer {
  const all = { "data.pkl": data, byteorder: "little", version: "3\n", ...records };
  const inputs = Object.entries(all).map(([name, content]) => ({
    name: `archive/${name}`,
    chunks: [Buffer.from(content)],
  }));
  return Buffer.concat([...zipChunks(inputs)]);
}

/** Little-endian float32 values. */
export function floats(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}
