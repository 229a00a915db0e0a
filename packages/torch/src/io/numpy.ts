import { fileRefuser } from "../files/open.js";
import type { Tensor } from "../tensor/index.js";
import { writeAtomic } from "./atomic.js";
import { NpzReader, npzInputs } from "./npy/npz.js";
import { readNpy } from "./npy/read.js";
import { npyChunks } from "./npy/write.js";
import { type ByteSource, fileSource, withFile } from "./source.js";
import {
  checkTensor,
  type DeviceOptions,
  fromRaw,
  loadNamed,
  type NamedTensors,
  namedRaw,
  toRaw,
} from "./tensors.js";
import { zipChunks } from "./zip/write.js";

/** Options of reading an .npz archive. */
export interface NpzOptions extends DeviceOptions {
  /**
   * Limit on the memory of all compressed arrays together while they are read, in bytes. Default: 20 times the file, at
   * least 1 GiB.
   */
  readonly maxBytes?: number;
}

/**
 * The array in an .npy file, of version 1.0 to 3.0, either byte order and either element order.
 * uint16 becomes int32; uint32 and uint64 become int64.
 * @throws io/open, io/truncated, io/format, io/limit, io/unsafe for Python objects, io/dtype for other types without
 *   counterpart and for a uint64 beyond 2⁶³−1.  Source: numpy.lib.format
 */
export function loadNpy(path: string, options: DeviceOptions = {}): Tensor {
  return withFile(path, "loadNpy", (source) => fromRaw(readNpy(source), options.device));
}

/**
 * Writes a tensor as `numpy.save` would. The file is written atomically. @throws io/argument, io/dtype for
 * bfloat16, io/write
 */
export function saveNpy(path: string, tensor: Tensor): void {
  const refuse = fileRefuser(path, "saveNpy");
  const raw = toRaw(checkTensor(tensor, "the second argument", refuse));
  writeAtomic(path, npyChunks(raw, refuse), "saveNpy");
}

/**
 * All arrays of an .npz archive, stored or deflated, by name, in an object without prototype; types as in `loadNpy`.
 * @throws as `loadNpy`; io/limit before anything large is unpacked
 */
export function loadNpz(path: string, options: NpzOptions = {}): Record<string, Tensor> {
  return withFile(path, "loadNpz", (source) => {
    const reader = new NpzReader(source, options.maxBytes);
    return loadNamed(reader.names, (name) => fromRaw(reader.read(name), options.device));
  });
}

/**
 * An open .npz archive. Only its directory has been read; arrays are read on request. Close it with
 * `close()` or a `using` declaration.
 */
export class NpzFile implements Disposable {
  readonly #source: ByteSource;
  readonly #reader: NpzReader;

  /** @internal */
  constructor(source: ByteSource, maxBytes: number | undefined) {
    this.#source = source;
    this.#reader = new NpzReader(source, maxBytes);
  }

  /** The names of the arrays, in the order of the file. */
  get names(): readonly string[] {
    return this.#reader.names;
  }

  /** True if an array holds text (NumPy's `U` or `S`), to be read by `texts`. @throws as `loadNpz` */
  isText(name: string): boolean {
    return this.#reader.isText(name);
  }

  /** An array of numbers. @throws as `loadNpz`; io/missing */
  get(name: string, options: DeviceOptions = {}): Tensor {
    return fromRaw(this.#reader.read(name), options.device);
  }

  /** An array of text, its elements row by row. @throws as `loadNpz`; io/missing; io/dtype if it holds none */
  texts(name: string): { readonly shape: readonly number[]; readonly values: readonly string[] } {
    return this.#reader.readTexts(name);
  }

  /** Closes the file; arrays that were read stay. Closing it twice does nothing. */
  close(): void {
    this.#source.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Opens an .npz archive and reads its directory. @throws as `loadNpz` */
export function openNpz(path: string, options: Pick<NpzOptions, "maxBytes"> = {}): NpzFile {
  const source = fileSource(path, "openNpz");
  try {
    return new NpzFile(source, options.maxBytes);
  } catch (error) {
    source.close();
    throw error;
  }
}

/**
 * Writes tensors as `numpy.savez` would, or as `numpy.savez_compressed` if `compress` is true (default false). The
 * same tensors give the same bytes. The file is written atomically. @throws io/argument, io/dtype for bfloat16,
 * io/write
 */
export function saveNpz(
  path: string,
  tensors: NamedTensors,
  options: { readonly compress?: boolean } = {},
): void {
  const refuse = fileRefuser(path, "saveNpz");
  const inputs = npzInputs(namedRaw(tensors, refuse), refuse);
  writeAtomic(path, zipChunks(inputs, { compress: options.compress ?? false }), "saveNpz");
}
