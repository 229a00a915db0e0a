import { itemSize } from "../../dtype.js";
import { isWellFormed } from "../../files/bytes.js";
import { quote, type Refuse, within } from "../../files/refuse.js";
import { byteLength, checkRaw, type RawTensor } from "../raw.js";
import { nameOf } from "./dtypes.js";
import { metadataKey } from "./header.js";

/**
 * The content of a safetensors file, piece by piece; the `bytes` of each tensor are read once, in turn.
 *
 * The header's keys stand in the order given. The data is ordered by item size, widest first (equal ones as given),
 * so that every tensor is aligned when a reader maps the file; the reference implementation does the same.
 * @throws io/argument for a name or metadata that JSON cannot carry, io/dtype for complex128
 */
export function* safetensorsChunks(
  tensors: ReadonlyMap<string, RawTensor>,
  metadata: ReadonlyMap<string, string>,
  refuse: Refuse,
): Generator<Uint8Array> {
  const byWidth = [...tensors].sort(([, a], [, b]) => itemSize(b.dtype) - itemSize(a.dtype));
  yield encodeHeader(tensors, byWidth, metadata, refuse);
  for (const [name, { dtype, shape, bytes }] of byWidth) {
    checkRaw({ dtype, shape, bytes }, within(refuse, `tensor ${quote(name)}`));
    yield bytes;
  }
}

function encodeHeader(
  tensors: ReadonlyMap<string, RawTensor>,
  layout: readonly (readonly [string, RawTensor])[],
  metadata: ReadonlyMap<string, string>,
  refuse: Refuse,
): Uint8Array {
  const begins = new Map<string, number>();
  let end = 0;
  for (const [name, { dtype, shape }] of layout) {
    begins.set(name, end);
    end += byteLength(shape, itemSize(dtype), within(refuse, `tensor ${quote(name)}`));
  }
  const members = [...tensors].map(([name, raw]) => encodeEntry(name, raw, begins.get(name)!, refuse));
  if (metadata.size > 0) members.unshift(encodeMetadata(metadata, refuse));
  const json = Buffer.from(`{${members.join(",")}}`);
  const padded = Math.ceil(json.length / 8) * 8;
  const header = Buffer.alloc(8 + padded, " ");
  header.writeBigUInt64LE(BigInt(padded));
  header.set(json, 8);
  return header;
}

// Built as text, not as an object: `__proto__` is a legal name, and an object would move keys like "0" to the front.
function encodeEntry(name: string, { dtype, shape }: RawTensor, begin: number, refuse: Refuse): string {
  const type = nameOf.get(dtype);
  if (!type) {
    throw refuse(
      "dtype",
      `tensor ${quote(name)} is ${dtype}, which safetensors cannot store; save its real and imaginary parts`,
    );
  }
  if (name === metadataKey)
    throw refuse("argument", `a tensor cannot be called ${quote(name)}; the format reserves the name`);
  const end = begin + byteLength(shape, itemSize(dtype), refuse);
  const info = JSON.stringify({ dtype: type, shape, data_offsets: [begin, end] });
  return `${encodeText(name, refuse)}:${info}`;
}

function encodeMetadata(metadata: ReadonlyMap<string, string>, refuse: Refuse): string {
  const pairs = [...metadata].map(([key, value]) => {
    if (typeof value === "string") return `${encodeText(key, refuse)}:${encodeText(value, refuse)}`;
    throw refuse("argument", `metadata ${quote(key)} is of type ${typeof value}; only strings are accepted`);
  });
  return `${JSON.stringify(metadataKey)}:{${pairs.join(",")}}`;
}

function encodeText(text: string, refuse: Refuse): string {
  if (isWellFormed(text)) return JSON.stringify(text);
  throw refuse("argument", `the text ${quote(text)} holds half a surrogate pair, which UTF-8 cannot carry`);
}
