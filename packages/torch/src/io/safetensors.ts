import type { DType } from "../dtype.js";
import { fileRefuser } from "../files/open.js";
import type { Tensor } from "../tensor/index.js";
import { writeAtomic } from "./atomic.js";
import { SafetensorsReader } from "./safetensors/read.js";
import { safetensorsChunks } from "./safetensors/write.js";
import { type ByteSource, fileSource, withFile } from "./source.js";
import { type DeviceOptions, fromRaw, loadNamed, type NamedTensors, namedRaw } from "./tensors.js";

/**
 * An open safetensors file. Only its header has been read; a tensor is read when it is asked for. Close it by `close()` or declare it with
 * `using`.
 */
export class SafetensorsFile implements Disposable {
  readonly #source: ByteSource;
  readonly #reader: SafetensorsReader;

  /** @internal */
  constructor(source: ByteSource) {
    this.#source = source;
    this.#reader = new SafetensorsReader(source);
  }

  /** Names of the tensors, in the order of the header. */
  get names(): readonly string[] {
    return this.#reader.names;
  }

  /** Metadata of the file: texts by name, in an object without prototype. */
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

  /** Closes the file. Tensors that were read stay valid. A second call does nothing. */
  close(): void {
    this.#source.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Opens a safetensors file and checks its whole header.
 * @throws TorchError `io/open`, `io/truncated`, `io/format`; `io/dtype` for float8, uint16, uint32 and uint64; `io/limit` for a header above
 *   100 MB. Source: https://github.com/huggingface/safetensors, "Format"
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

/** Reads all tensors of a safetensors file. @returns tensors by name, in an object without prototype @throws as `openSafetensors` */
export function loadSafetensors(path: string, options: DeviceOptions = {}): Record<string, Tensor> {
  return withFile(path, "loadSafetensors", (source) => {
    const reader = new SafetensorsReader(source);
    return loadNamed(reader.names, (name) => fromRaw(reader.read(name), options.device));
  });
}

/**
 * Writes tensors to a safetensors file, which Python's `safetensors` reads too. The file is complete or does not exist.
 * @param metadata texts by name. Default: none
 * @throws TorchError `io/argument`, `io/dtype` for complex128, `io/write`
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
