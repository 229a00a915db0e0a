// Libraries of operators. Loading a bad one would end the process, so each is checked first.
import { closeSync, fstatSync, openSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename } from "node:path";
import { show } from "../checks/index.js";
import { attempt } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { hashOf } from "../files/hash.js";
import { native } from "../native.js";
import { checkElf } from "./elf.js";
import { probe } from "./probe.js";

/**
 * Loads a shared library that registers operators with TORCH_LIBRARY; they are then reachable through `ops`. A
 * library with the content of one that is loaded, from whatever path or thread, is not loaded again. One that `npm
 * run setup` did not build is first loaded in a process of its own, once for each process that uses it.
 * @param path of the `.so`, `.dylib` or `.dll`, built against the same libtorch.
 * @throws TorchError `torch/library` if it is no whole shared library, if it ends the process that tries it (an
 * operator that is registered already, an initialiser that throws), or with the loader's reason.
 */
export function loadLibrary(path: string): void {
  const { file, hash } = inspect(path);
  const loaded = native.loadedLibraries();
  if (loaded.some(([, known]) => known === hash)) return;
  if (loaded.some(([known]) => known === file))
    throw refuse(path, "it has changed since this process loaded it; start another process");
  const isNew = loaded.every(([known]) => basename(known) !== basename(file));
  if (!(isNew && wasBuiltBySetup(file, hash))) {
    const reason = probe([...loaded.map(([known]) => known), file]);
    if (reason !== undefined) throw refuse(path, reason);
  }
  attempt("loadLibrary", () => native.loadLibrary(file, hash));
}

function refuse(path: unknown, reason: string, cause?: unknown): TorchError {
  const shown = typeof path === "string" ? path : show(path);
  return new TorchError("torch/library", `loadLibrary: cannot load ${shown}: ${reason}`, {
    op: "loadLibrary",
    cause,
  });
}

/** Path and hash of the file. @throws TorchError unless it is a regular file with all that its headers announce */
function inspect(path: string): { file: string; hash: string } {
  if (typeof path !== "string") throw refuse(path, "a path is a string");
  try {
    const file = realpathSync(path);
    if (!statSync(file).isFile()) throw refuse(path, "it is not a regular file");
    const descriptor = openSync(file, "r");
    try {
      const problem =
        process.platform === "linux" ? checkElf(descriptor, fstatSync(descriptor).size) : undefined;
      if (problem !== undefined) throw refuse(path, problem);
      return { file, hash: hashOf(file) };
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    if (cause instanceof TorchError) throw cause;
    throw refuse(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** True if setup/build-library.mjs recorded that it built exactly this content. */
function wasBuiltBySetup(file: string, hash: string): boolean {
  try {
    return readFileSync(`${file}.sha256`, "utf8").trim() === hash;
  } catch {
    return false;
  }
}
