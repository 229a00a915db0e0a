import { quote } from "../../files/refuse.js";
import type { ByteSource } from "../source.js";
import { readDirectory, type ZipEntry } from "../zip/directory.js";
import { readStored } from "../zip/entry.js";

const longestPickle = 256 * 2 ** 20;

/** The records of a checkpoint that `torch.save` wrote: `<name>/data.pkl`, `<name>/data/<key>`, `<name>/byteorder`. */
export class PtArchive {
  readonly #source: ByteSource;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  readonly #root: string;
  readonly bigEndian: boolean;

  /** @throws io/format for anything that is not such an archive, saying what it is; io/truncated, io/limit */
  constructor(source: ByteSource) {
    checkKind(source);
    this.#source = source;
    this.#entries = readDirectory(source);
    this.#root = this.#findRoot();
    this.bigEndian = this.#readByteOrder();
  }

  /** @throws io/limit above 256 MiB, io/format if it is compressed or damaged */
  readPickle(): Uint8Array {
    const entry = this.#entries.get(`${this.#root}/data.pkl`)!;
    if (entry.size > longestPickle) {
      throw this.#source.refuse(
        "limit",
        `its pickle takes ${entry.size} bytes; at most ${longestPickle} are accepted`,
      );
    }
    return readStored(this.#source, entry);
  }

  /** Size in bytes; undefined if there is no such storage. */
  storageSize(key: string): number | undefined {
    return this.#entries.get(this.#storageName(key))?.size;
  }

  /** @throws io/format if it is compressed or damaged */
  readStorage(key: string): Uint8Array {
    return readStored(this.#source, this.#entries.get(this.#storageName(key))!);
  }

  #storageName(key: string): string {
    return `${this.#root}/data/${key}`;
  }

  #findRoot(): string {
    const { refuse } = this.#source;
    const names = [...this.#entries.keys()];
    if (names.some((name) => /^[^/]+\/(?:constants\.pkl|code\/)/.test(name))) {
      throw refuse(
        "format",
        "is a TorchScript archive, which holds code; save module.state_dict() with torch.save instead",
      );
    }
    const roots = names
      .filter((name) => /^[^/]+\/data\.pkl$/.test(name))
      .map((name) => name.slice(0, -"/data.pkl".length));
    if (roots.length === 1) return roots[0]!;
    throw refuse(
      "format",
      `is a zip archive with ${roots.length} data.pkl records; a checkpoint of torch.save has one`,
    );
  }

  #readByteOrder(): boolean {
    const entry = this.#entries.get(`${this.#root}/byteorder`);
    if (!entry) return false;
    const order = entry.size <= 16 ? Buffer.from(readStored(this.#source, entry)).toString("latin1") : "";
    if (order === "little" || order === "big") return order === "big";
    throw this.#source.refuse(
      "format",
      `has the byte order ${quote(order)}; 'little' and 'big' are accepted`,
    );
  }
}

/** Distinguishes the older formats of PyTorch from damaged files. */
function checkKind({ size, refuse, read }: ByteSource): void {
  if (size < 4) throw refuse("truncated", `the file has ${size} bytes; a checkpoint is a zip archive`);
  const [first, second] = read(0, 4);
  if (first === 0x50 && second === 0x4b) return;
  if (first === 0x80 && second! <= 5) {
    throw refuse(
      "format",
      "is in the format torch.save had before PyTorch 1.6; load it there and save it again",
    );
  }
  throw refuse("format", "is not a zip archive, as checkpoints of torch.save have been since PyTorch 1.6");
}
