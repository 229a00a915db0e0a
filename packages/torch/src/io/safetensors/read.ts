import { u64, view } from "../../files/bytes.js";
import { quote, quoteSome, within } from "../../files/refuse.js";
import { checkBool, type RawTensor } from "../raw.js";
import type { ByteSource } from "../source.js";
import { type Header, parseHeader, type TensorEntry } from "./header.js";

/** The reference implementation's limit. */
const longestHeader = 100_000_000;

/** A safetensors file of which only the header has been read. */
export class SafetensorsReader {
  readonly #source: ByteSource;
  readonly #header: Header;
  readonly #dataStart: number;

  /** Reads and checks the header. @throws io/truncated, io/format, io/dtype, io/limit */
  constructor(source: ByteSource) {
    const headerSize = readHeaderSize(source);
    this.#source = source;
    this.#dataStart = 8 + headerSize;
    this.#header = parseHeader(source.read(8, headerSize), source.size - this.#dataStart, source.refuse);
  }

  /** In the order of the file. */
  get names(): readonly string[] {
    return [...this.#header.entries.keys()];
  }

  get metadata(): ReadonlyMap<string, string> {
    return this.#header.metadata;
  }

  has(name: string): boolean {
    return this.#header.entries.has(name);
  }

  /** @throws io/missing */
  entry(name: string): TensorEntry {
    const entry = this.#header.entries.get(name);
    if (entry) return entry;
    throw this.#source.refuse(
      "missing",
      `there is no tensor ${quote(name)}; the file has ${quoteSome(this.names)}`,
    );
  }

  /** Reads one tensor. @throws io/missing, io/truncated, io/format for a bool that is neither 0 nor 1 */
  read(name: string): RawTensor {
    const { dtype, shape, begin, end } = this.entry(name);
    const bytes = this.#source.read(this.#dataStart + begin, end - begin);
    if (dtype === "bool") checkBool(bytes, within(this.#source.refuse, `tensor ${quote(name)}`));
    return { dtype, shape, bytes };
  }
}

function readHeaderSize({ size, refuse, read }: ByteSource): number {
  if (size < 8) throw refuse("truncated", `the file has ${size} bytes; a safetensors file has at least 10`);
  const length = u64(view(read(0, 8)), 0);
  if (length > longestHeader) {
    throw refuse("limit", `announces a header of ${length} bytes; at most ${longestHeader} are accepted`);
  }
  if (8 + length > size)
    throw refuse("truncated", `announces a header of ${length} bytes, but ${size - 8} follow`);
  return length;
}
