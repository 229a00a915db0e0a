import { isWellFormed } from "../../files/bytes.js";
import { checkLimit, quote, quoteSome, type Refuse, within } from "../../files/refuse.js";
import type { RawTensor } from "../raw.js";
import { type ByteSource, memorySource } from "../source.js";
import { readDirectory, type ZipEntry } from "../zip/directory.js";
import { inEntry, readStored } from "../zip/entry.js";
import { inflateAll, inflateStart } from "../zip/inflate.js";
import type { ZipInput } from "../zip/write.js";
import { headerReach, parseNpyFacts, parseNpyHeader } from "./header.js";
import { checkSize, decodedSize, readNpy } from "./read.js";
import { type NpyTexts, parseNpyTexts, textWidth } from "./text.js";
import { npyChunks } from "./write.js";

const suffix = ".npy";
/** Largest ratio that deflate can reach: 258 bytes for 2 bits. */
const bestRatio = 1032;

/** Default limit on the decompressed size of all arrays of a file together. */
export function defaultLimit(fileSize: number): number {
  return Math.max(2 ** 30, 20 * fileSize);
}

/**
 * An .npz archive of which only the directory has been read.
 *
 * A compressed array is read in two steps. First its header alone is inflated. The size that the directory declares must be that of the
 * array in the header, within the reach of deflate, and within the limit. Then the rest is inflated, into exactly that much memory.
 */
export class NpzReader {
  readonly #source: ByteSource;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  #allowance: number;

  /** @param maxBytes see `NpzOptions`.  @throws io/truncated, io/format, io/limit, io/argument */
  constructor(source: ByteSource, maxBytes: number = defaultLimit(source.size)) {
    checkLimit(maxBytes, source.refuse);
    this.#source = source;
    this.#allowance = maxBytes;
    this.#entries = readDirectory(source);
    const strangers = [...this.#entries.keys()].filter((name) => !name.endsWith(suffix));
    if (strangers.length > 0) {
      throw source.refuse(
        "format",
        `holds ${quoteSome(strangers)}; every entry of an .npz archive ends in '.npy'`,
      );
    }
  }

  /** Without the suffix, in the order of the directory. */
  get names(): readonly string[] {
    return [...this.#entries.keys()].map((name) => name.slice(0, -suffix.length));
  }

  /** Reads one array. @throws io/missing, io/truncated, io/format, io/dtype, io/unsafe, io/limit */
  read(name: string): RawTensor {
    const entry = this.#entry(name);
    const refuse = inEntry(this.#source, entry);
    return readNpy(memorySource(this.#unpack(entry), refuse));
  }

  /** True if the elements of an array are text. @throws as `read` */
  isText(name: string): boolean {
    const entry = this.#entry(name);
    const start = entry.method === 0 ? readStored(this.#source, entry) : this.#start(entry);
    return textWidth(parseNpyFacts(start, inEntry(this.#source, entry)).descr) !== undefined;
  }

  /** Reads one array of text. @throws as `read` */
  readTexts(name: string): NpyTexts {
    const entry = this.#entry(name);
    return parseNpyTexts(this.#unpack(entry), inEntry(this.#source, entry));
  }

  #entry(name: string): ZipEntry {
    const entry = this.#entries.get(name + suffix);
    if (entry !== undefined) return entry;
    throw this.#source.refuse(
      "missing",
      `there is no array ${quote(name)}; the file has ${quoteSome(this.names)}`,
    );
  }

  /** The beginning of a compressed entry, in which its whole header lies. */
  #start(entry: ZipEntry): Uint8Array {
    const refuse = inEntry(this.#source, entry);
    if (entry.method !== 8) {
      throw refuse(
        "format",
        `is compressed by method ${entry.method}; 0 (stored) and 8 (deflate) are accepted`,
      );
    }
    if (entry.size > entry.packedSize * bestRatio) {
      throw refuse(
        "format",
        `declares ${entry.size} bytes, more than its ${entry.packedSize} compressed bytes can hold`,
      );
    }
    return inflateStart(this.#source, entry, headerReach);
  }

  #unpack(entry: ZipEntry): Uint8Array {
    if (entry.method === 0) return readStored(this.#source, entry);
    const refuse = inEntry(this.#source, entry);
    const start = this.#start(entry);
    if (textWidth(parseNpyFacts(start, refuse).descr) !== undefined) this.#spend(2 * entry.size, refuse);
    else {
      const header = parseNpyHeader(start, refuse);
      checkSize(header, entry.size, refuse);
      this.#spend(entry.size + decodedSize(header, refuse), refuse);
    }
    return inflateAll(this.#source, entry);
  }

  #spend(bytes: number, refuse: Refuse): void {
    this.#allowance -= bytes;
    if (this.#allowance < 0) {
      throw refuse(
        "limit",
        `unpacks to ${bytes} bytes, beyond the limit for this file; raise maxBytes if you trust it`,
      );
    }
  }
}

/**
 * The entries of an .npz archive.
 * @throws io/argument for a name that is empty or no valid Unicode, io/dtype for bfloat16
 */
export function* npzInputs(arrays: ReadonlyMap<string, RawTensor>, refuse: Refuse): Generator<ZipInput> {
  for (const [name, raw] of arrays) {
    if (name === "" || !isWellFormed(name) || Buffer.byteLength(name) > 60_000) {
      throw refuse(
        "argument",
        `the name ${quote(name)} cannot stand in a zip archive; 1 to 60000 bytes of valid text are accepted`,
      );
    }
    yield { name: name + suffix, chunks: npyChunks(raw, within(refuse, `array ${quote(name)}`)) };
  }
}
