import { type DType, itemSize } from "../../dtype.js";
import { quote, quoteSome, type Refuse, within } from "../../files/refuse.js";
import { byteLength, maxRank, showType } from "../raw.js";
import { dtypeOf } from "./dtypes.js";
import { Scanner } from "./scanner.js";

/** Header entry of one tensor; `begin` and `end` count bytes from the end of the header. */
export interface TensorEntry {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  /** In the order of the file. */
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Key of the header's only entry that is not a tensor. */
export const metadataKey = "__metadata__";

/**
 * Parses and validates a header: the ranges must fill the `dataSize` bytes after it without gap or overlap.
 * @throws io/format, io/dtype. Source: safetensors README, "Format"; as strict as the reference implementation, and
 *   also refuses repeated keys and keys it does not know
 */
export function parseHeader(bytes: Uint8Array, dataSize: number, refuse: Refuse): Header {
  const scanner = new Scanner(decodeText(bytes, refuse), refuse);
  const entries = new Map<string, TensorEntry>();
  let metadata: Map<string, string> | undefined;
  scanner.object((key) => {
    if (key === metadataKey) {
      if (metadata) throw refuse("format", `the header has the key ${quote(key)} twice`);
      metadata = parseMetadata(scanner, refuse);
      return;
    }
    if (entries.has(key)) throw refuse("format", `the header has the key ${quote(key)} twice`);
    entries.set(key, parseEntry(scanner, within(refuse, `tensor ${quote(key)}`)));
  });
  scanner.end();
  checkLayout(entries, dataSize, refuse);
  return { entries, metadata: metadata ?? new Map() };
}

function decodeText(bytes: Uint8Array, refuse: Refuse): string {
  if (bytes[0] !== 0x7b)
    throw refuse("format", "the header does not start with '{'; this is not a safetensors file");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw refuse("format", "the header is not valid UTF-8", cause);
  }
}

function parseMetadata(scanner: Scanner, refuse: Refuse): Map<string, string> {
  const metadata = new Map<string, string>();
  scanner.object((key) => {
    if (metadata.has(key)) throw refuse("format", `the metadata has the key ${quote(key)} twice`);
    metadata.set(key, scanner.string());
  });
  return metadata;
}

function parseEntry(scanner: Scanner, refuse: Refuse): TensorEntry {
  const found: { dtype?: string; shape?: number[]; data_offsets?: number[] } = {};
  scanner.object((key) => {
    if (key !== "dtype" && key !== "shape" && key !== "data_offsets") {
      throw refuse("format", `has the key ${quote(key)}; dtype, shape and data_offsets are accepted`);
    }
    if (found[key] !== undefined) throw refuse("format", `has the key ${quote(key)} twice`);
    if (key === "dtype") found.dtype = scanner.string();
    else found[key] = scanner.integers(key === "shape" ? maxRank : 2);
  });
  const { dtype, shape, data_offsets: offsets } = found;
  if (dtype === undefined || shape === undefined || offsets?.length !== 2) {
    throw refuse("format", "lacks one of dtype, shape and data_offsets (two numbers)");
  }
  return checkEntry(dtype, shape, offsets[0]!, offsets[1]!, refuse);
}

function checkEntry(name: string, shape: number[], begin: number, end: number, refuse: Refuse): TensorEntry {
  const dtype = dtypeOf.get(name);
  if (!dtype)
    throw refuse("dtype", `has the dtype ${quote(name)}; accepted are ${[...dtypeOf.keys()].join(", ")}`);
  const wanted = byteLength(shape, itemSize(dtype), refuse);
  if (end - begin !== wanted) {
    throw refuse(
      "format",
      `${showType(dtype, shape)} takes ${wanted} bytes, but its range is [${begin}, ${end})`,
    );
  }
  return { dtype, shape, begin, end };
}

function checkLayout(entries: ReadonlyMap<string, TensorEntry>, dataSize: number, refuse: Refuse): void {
  const ordered = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const [name, entry] of ordered) {
    if (entry.begin !== end) {
      const what = entry.begin < end ? "overlaps another tensor" : "leaves a gap";
      throw refuse(
        "format",
        `tensor ${quote(name)} ${what}: it begins at byte ${entry.begin} of the data, not at ${end}`,
      );
    }
    end = entry.end;
  }
  if (end > dataSize) {
    const beyond = ordered.filter(([, entry]) => entry.end > dataSize).map(([name]) => name);
    throw refuse(
      "truncated",
      `the file holds ${dataSize} bytes of data, but ${end} are needed for ${quoteSome(beyond)}`,
    );
  }
  if (end < dataSize) throw refuse("format", `${dataSize - end} bytes at the end belong to no tensor`);
}
