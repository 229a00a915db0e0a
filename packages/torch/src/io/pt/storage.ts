import { isComplex, itemSize } from "../../dtype.js";
import { allocate, swapBytes } from "../../files/bytes.js";
import { quote, type Refuse, within } from "../../files/refuse.js";
import { checkBool, type RawTensor } from "../raw.js";
import { gather } from "../strided.js";
import type { PtArchive } from "./archive.js";
import { PyGlobal, PyStorage, type PyTensor, PyTuple, type PyValue } from "./objects.js";

/** The storages of a checkpoint: found while the pickle is read, loaded when a tensor is wanted. */
export class Storages {
  readonly #archive: PtArchive;
  readonly #refuse: Refuse;
  readonly #loaded = new Map<string, Uint8Array>();

  constructor(archive: PtArchive, refuse: Refuse) {
    this.#archive = archive;
    this.#refuse = refuse;
  }

  /** Parses the persistent id `('storage', torch.FloatStorage, key, location, number of elements)`. @throws io/format, io/unsafe */
  find(id: PyValue): PyStorage {
    const [tag, type, key, , count] = id instanceof PyTuple && id.items.length === 5 ? id.items : [];
    const isStorage = type instanceof PyGlobal && type.storage !== undefined;
    if (tag !== "storage" || !isStorage || typeof key !== "string" || typeof count !== "number") {
      throw this.#refuse("format", "its pickle has a persistent id that is not a storage");
    }
    const dtype = type.storage ?? undefined;
    const size = count * (dtype ? itemSize(dtype) : 1);
    const held = this.#archive.storageSize(key);
    if (held !== size) {
      throw this.#refuse(
        "format",
        `storage ${quote(key)} is announced with ${size} bytes, but the archive holds ${held ?? "none"}`,
      );
    }
    return new PyStorage(key, dtype, size);
  }

  /** A tensor's elements, contiguous and little-endian. @throws io/format for a damaged record, io/truncated, io/limit */
  read({ storage, type, shape, strides, offset }: PyTensor): RawTensor {
    const refuse = within(this.#refuse, `storage ${quote(storage.key)}`);
    const { dtype, itemSize: size } = type;
    const stored = gather(storage.bytes ?? this.#load(storage.key), size, shape, strides, offset, (length) =>
      allocate(length, refuse),
    );
    const width = isComplex(dtype) ? size / 2 : size;
    const swapped = this.#archive.bigEndian && storage.bytes === undefined;
    const bytes = type.decode(swapped ? swapBytes(stored, width) : stored, refuse);
    if (dtype === "bool") checkBool(bytes, refuse);
    return { dtype, shape, bytes };
  }

  /** Releases a storage that no further tensor needs. */
  release(storage: PyStorage): void {
    this.#loaded.delete(storage.key);
  }

  #load(key: string): Uint8Array {
    const bytes = this.#loaded.get(key) ?? this.#archive.readStorage(key);
    this.#loaded.set(key, bytes);
    return bytes;
  }
}
