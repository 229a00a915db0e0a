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

/** Options for reading an `.npz` archive. */
export interface NpzOptions extends DeviceOptions {
  /**
   * Largest size of all compressed arrays together once they are decompressed, in bytes. Default: 20 times the size of the file,
   * and at least 1 GiB.
   */
  readonly maxBytes?: number;
}

/**
 * Reads the array in an `.npy` file, as `numpy.load` does. Versions 1.0 to 3.0, both byte orders, and C and Fortran order are
 * accepted. uint16 becomes int32; uint32 and uint64 become int64.
 * @returns a contiguous tensor of the array's shape
 * @throws TorchError `io/open`, `io/truncated`, `io/format`, `io/limit`; `io/unsafe` for Python objects; `io/dtype` for other dtypes that
 *   libtorch does not have, and for a uint64 above 2⁶³ − 1. Source: the module `numpy.lib.format`
 */
export function loadNpy(path: string, options: DeviceOptions = {}): Tensor {
  return withFile(path, "loadNpy", (source) => fromRaw(readNpy(source), options.device));
}

/**
 * Writes a tensor to an `.npy` file, byte for byte as `numpy.save` does. The file is complete or does not exist.
 * @throws TorchError `io/argument`, `io/dtype` for bfloat16, `io/write`
 */
export function saveNpy(path: string, tensor: Tensor): void {
  const refuse = fileRefuser(path, "saveNpy");
  const raw = toRaw(checkTensor(tensor, "the second argument", refuse));
  writeAtomic(path, npyChunks(raw, refuse), "saveNpy");
}

/**
 * Reads all arrays of an `.npz` archive, compressed or not. Dtypes are those of `loadNpy`.
 * @returns tensors by name, in an object without prototype
 * @throws as `loadNpy`; `io/limit` before anything large is decompressed
 */
export function loadNpz(path: string, options: NpzOptions = {}): Record<string, Tensor> {
  return withFile(path, "loadNpz", (source) => {
    const reader = new NpzReader(source, options.maxBytes);
    return loadNamed(reader.names, (name) => fromRaw(reader.read(name), options.device));
  });
}

/**
 * An open `.npz` archive. Only its directory has been read; an array is read when it is asked for. Close it by `close()` or declare it
 * with `using`.
 */
export class NpzFile implements Disposable {
  readonly #source: ByteSource;
  readonly #reader: NpzReader;

  /** @internal */
  constructor(source: ByteSource, maxBytes: number | undefined) {
    this.#source = source;
    this.#reader = new NpzReader(source, maxBytes);
  }

  /** Names of the arrays, in the order of the file. */
  get names(): readonly string[] {
    return this.#reader.names;
  }

  /** True if an array holds text (NumPy's `U` or `S`), which `texts` reads. @throws as `loadNpz`; `io/missing` */
  isText(name: string): boolean {
    return this.#reader.isText(name);
  }

  /** Reads an array of numbers. @throws as `loadNpz`; `io/missing` */
  get(name: string, options: DeviceOptions = {}): Tensor {
    return fromRaw(this.#reader.read(name), options.device);
  }

  /** Reads an array of text; its elements are in row-major order. @throws as `loadNpz`; `io/missing`; `io/dtype` for other arrays */
  texts(name: string): { readonly shape: readonly number[]; readonly values: readonly string[] } {
    return this.#reader.readTexts(name);
  }

  /** Closes the file. Arrays that were read stay valid. A second call does nothing. */
  close(): void {
    this.#source.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Opens an `.npz` archive and reads its directory. @throws as `loadNpz` */
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
 * Writes tensors to an `.npz` archive, as `numpy.savez` does, or `numpy.savez_compressed` if `compress` is true (default: false). Equal
 * tensors give equal bytes. The file is complete or does not exist.
 * @throws TorchError `io/argument`, `io/dtype` for bfloat16, `io/write`
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
