// What goes through the pipes between this process and python/gymnasium_child.py. A request is a header of 12 bytes, an answer
// one of 24, each with JSON and then values behind it; numbers are little-endian. A value is the bytes of its parts, each filled
// up to a multiple of 8, so that arrays can be looked at in place; texts go into a list beside them, in the JSON.
import { Dict, MultiBinary, MultiDiscrete, Text, Tuple } from "../more-spaces.js";
import { ARRAYS, type Bound, Box, type BoxDType, Discrete, type Space } from "../spaces.js";

/** Numbers of the calls. */
export const CALLS = { make: 0, reset: 1, step: 2, render: 3, close: 4 } as const;
export type Call = keyof typeof CALLS;

const REQUEST_BYTES = 12;
/** Bytes of an answer's header. */
export const ANSWER_BYTES = 24;

/** A request, ready to be sent. */
export function request(call: Call, message: unknown, values?: Uint8Array): Uint8Array {
  const text = message === undefined ? new Uint8Array(0) : new TextEncoder().encode(JSON.stringify(message));
  const all = new Uint8Array(REQUEST_BYTES + text.length + (values?.length ?? 0));
  const view = new DataView(all.buffer);
  view.setUint8(0, CALLS[call]);
  view.setUint32(4, text.length, true);
  view.setUint32(8, values?.length ?? 0, true);
  all.set(text, REQUEST_BYTES);
  if (values !== undefined) all.set(values, REQUEST_BYTES + text.length);
  return all;
}

/** Header of an answer. */
export interface AnswerHeader {
  readonly failed: boolean;
  readonly terminated: boolean;
  readonly truncated: boolean;
  readonly textBytes: number;
  readonly valueBytes: number;
  readonly reward: number;
}

export function answerHeader(bytes: Uint8Array): AnswerHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    failed: view.getUint8(0) === 1,
    terminated: view.getUint8(1) === 1,
    truncated: view.getUint8(2) === 1,
    textBytes: view.getUint32(4, true),
    valueBytes: view.getUint32(8, true),
    reward: view.getFloat64(16, true),
  };
}

type WireBound = number | "inf" | "-inf" | readonly (number | "inf" | "-inf")[];

/** A space as Python describes it. */
export type WireSpace =
  | {
      readonly kind: "box";
      readonly dtype: BoxDType;
      readonly shape: readonly number[];
      readonly low: WireBound;
      readonly high: WireBound;
    }
  | { readonly kind: "discrete"; readonly n: number; readonly start: number }
  | {
      readonly kind: "multi-discrete";
      readonly nvec: readonly number[];
      readonly start: readonly number[] | null;
      readonly shape: readonly number[];
    }
  | { readonly kind: "multi-binary"; readonly shape: readonly number[] }
  | {
      readonly kind: "text";
      readonly most: number | null;
      readonly least: number;
      readonly charset: string | null;
    }
  | { readonly kind: "dict"; readonly names: readonly string[]; readonly parts: readonly WireSpace[] }
  | { readonly kind: "tuple"; readonly parts: readonly WireSpace[] };

/** Writes and reads values of a space. */
export interface Codec {
  readonly space: Space<unknown>;
  /** Bytes of a value, a multiple of 8. */
  readonly bytes: number;
  write(value: unknown, into: DataView, at: number, texts: string[]): void;
  /** @param texts those of the value are taken off its front */
  read(from: ArrayBuffer, at: number, texts: string[]): unknown;
}

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

type AnyArray = Uint8Array | Float64Array | BigInt64Array;
type ArrayClass = {
  new (from: ArrayBuffer, at: number, length: number): AnyArray;
  BYTES_PER_ELEMENT: number;
};

function arrayCodec(space: Space<unknown>, dtype: BoxDType, size: number): Codec {
  const type = ARRAYS[dtype] as unknown as ArrayClass;
  const own = size * type.BYTES_PER_ELEMENT;
  return {
    space,
    bytes: padded(own),
    write(value, into, at) {
      const { buffer, byteOffset } = value as AnyArray;
      new Uint8Array(into.buffer, at, own).set(new Uint8Array(buffer, byteOffset, own));
    },
    read: (from, at) => new type(from, at, size),
  };
}

function partsCodec(
  space: Space<unknown>,
  parts: readonly Codec[],
  keys: readonly string[],
  empty: () => unknown,
): Codec {
  const places: number[] = [];
  let bytes = 0;
  for (const part of parts) {
    places.push(bytes);
    bytes += part.bytes;
  }
  return {
    space,
    bytes,
    write(value, into, at, texts) {
      const values = value as Readonly<Record<string, unknown>>;
      for (const [i, part] of parts.entries()) part.write(values[keys[i]!], into, at + places[i]!, texts);
    },
    read(from, at, texts) {
      const values = empty() as Record<string, unknown>;
      for (const [i, part] of parts.entries()) values[keys[i]!] = part.read(from, at + places[i]!, texts);
      return values;
    },
  };
}

function boundOf(bound: WireBound): Bound {
  return typeof bound === "object" ? bound.map(numberOf) : numberOf(bound);
}

function numberOf(bound: number | "inf" | "-inf"): number {
  return typeof bound === "number" ? bound : bound === "inf" ? Infinity : -Infinity;
}

/** The space that Python describes, and how its values travel. */
export function codecOf(about: WireSpace): Codec {
  switch (about.kind) {
    case "box": {
      const box = new Box(boundOf(about.low), boundOf(about.high), about.shape, about.dtype);
      return arrayCodec(box, about.dtype, box.size);
    }
    case "discrete":
      return {
        space: new Discrete(about.n, about.start),
        bytes: 8,
        write: (value, into, at) => into.setFloat64(at, value as number, true),
        read: (from, at) => new DataView(from).getFloat64(at, true),
      };
    case "multi-discrete": {
      const { nvec, start, shape } = about;
      return arrayCodec(new MultiDiscrete(nvec, start ?? undefined, shape), "int32", nvec.length);
    }
    case "multi-binary": {
      const space = new MultiBinary(...about.shape);
      return arrayCodec(space, "uint8", space.size);
    }
    case "text":
      return {
        space: new Text(about.most ?? undefined, about.least, about.charset ?? undefined),
        bytes: 0,
        write: (value, _into, _at, texts) => texts.push(value as string),
        read: (_from, _at, texts) => texts.shift(),
      };
    case "dict": {
      const parts = about.parts.map(codecOf);
      const named = about.names.map((name, i) => [name, parts[i]!.space] as const);
      return partsCodec(new Dict(Object.fromEntries(named)), parts, about.names, () => ({}));
    }
    case "tuple": {
      const parts = about.parts.map(codecOf);
      const keys = parts.map((_, i) => String(i));
      return partsCodec(new Tuple(parts.map(({ space }) => space)), parts, keys, () => []);
    }
  }
}
