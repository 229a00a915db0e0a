// Form of a data set on disk: files of samples, and a description that lists them with their hashes. `StoreWriter` writes
// it, `StoreReader` reads it.
import { basename } from "node:path";
import { TorchError } from "../../errors.js";

/** A file of a store, as its description lists it. */
export interface StoredFile {
  /** `.npz` for arrays of samples, anything else for files that are read by name. */
  readonly name: string;
  /** SHA-256 of its content, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Number of samples that it says something of. */
  readonly samples: number;
}

/** Fields of a description that the store itself reads; a data set adds its own. */
export interface StoreDescription {
  readonly name: string;
  /** Number of samples in all. */
  readonly count: number;
  /** Files, in the order of their samples. */
  readonly files: readonly StoredFile[];
}

/** File of the description. Written last: a folder without it is unfinished. */
export const descriptionFile = "dataset.json";

/** Makes the error for a folder or a file that cannot be used. */
export type RefuseStore = (message: string, cause?: unknown) => Error;

/** TorchErrors, with the code of what caused them, else `io/format`. */
export const usualRefusal: RefuseStore = (message, cause) => {
  const { code, fault } =
    cause instanceof TorchError ? cause : ({ code: "io/format", fault: "input" } as const);
  return new TorchError(code, message, { fault, cause });
};

/** True for names of files of the folder itself, so that a description cannot lead out of it. */
export function isPlainName(name: string): boolean {
  return name === basename(name) && !/^\.|[\\/\0]/.test(name) && name !== "";
}
