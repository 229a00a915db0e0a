import type { DType } from "../dtype.js";
import { fileRefuser } from "../files/open.js";
import type { Tensor } from "../tensor/index.js";
import { writeAtomic } from "./atomic.js";
import { SafetensorsReader } from "./safetensors/read.js";
import { safetensorsChunks } from "./safetensors/write.js";
import { type ByteSource, fileSource, withFile } from "./source.js";
import { type DeviceOptions, fromRaw, loadNamed, type NamedTensors, namedRaw } from "./tensors.js";

/**
 * An open safetensors file. Only its header has been read; tensors are read on request.
 * Close it with `close()` or a `using` declaration.
 */
export class SafetensorsFile implements Disposable {
  readonly #source: ByteSource;
  readonly #reader: SafetensorsReader;

  /** @internal */
  constructor(source: ByteSource) {
    this.#source = source;
    this.#reader = new SafetensorsReader(source);
  }

  /** The names of the tensors, in the order of the header. */
  get names(): readonly string[] {
    return this.#reader.names;
  }

  /** The file's metadata: text by name, in an object without prototype. */
  get metadata(): Readonly<Record<string, string>> {
    const metadata: Record<string, string> = Object.create(null);
    for (const [key, value] of this.#reader.metadata) metadata[key] = value;
    return metadata;
  }

  has(name: string): boolean {
    return this.#reader.has(name);
  }

  /** Dtype and shape of a tensor, without reading it. @throws io/missing */
  info(name: string): { dtype: DType; shape: number[] } {
    const { dtype, shape } = this.#reader.entry(name);
    return { dtype, shape: [...shape] };
  }

  /** Reads one tensor. @throws io/missing, io/truncated, io/format for a bool that is neither 0 nor 1 */
  get(name: string, options: DeviceOptions = {}): Tensor {
    return fromRaw(this.#reader.read(name), options.device);
  }

  /** Closes the file; tensors that were read stay. Closing it twice does nothing. */
  close(): void {
    this.#source.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Opens a safetensors file and checks its header completely.
 * @throws io/open, io/truncated, io/format, io/dtype (float8 and the wide unsigned types), io/limit (header above
 * 100 MB). Source: https://github.com/huggingface/safetensors, "Format"
 */
export function openSafetensors(path: string): SafetensorsFile {
  const source = fileSource(path, "openSafetensors");
  try {
    return new SafetensorsFile(source);
  } catch (error) {
    source.close();
    throw error;
  }
}

/** All tensors of a safetensors file, by name, in an object without prototype. @throws as `openSafetensors` */
export function loadSafetensors(path: string, options: DeviceOptions = {}): Record<string, Tensor> {
  return withFile(path, "loadSafetensors", (source) => {
    const reader = new SafetensorsReader(source);
    return loadNamed(reader.names, (name) => fromRaw(reader.read(name), options.device));
  });
}

/**
 * Writes tensors to a safetensors file that Python's safetensors reads too. The file is written atomically. @param
 * metadata text by name
 * @throws io/argument, io/dtype for complex128, io/write
 */
export function saveSafetensors(
  path: string,
  tensors: NamedTensors,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const refuse = fileRefuser(path, "saveSafetensors");
  const notes = new Map(Object.entries(metadata));
  writeAtomic(path, safetensorsChunks(namedRaw(tensors, refuse), notes, refuse), "saveSafetensors");
}
