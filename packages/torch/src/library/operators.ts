// A package's own compiled operators by name.
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { show } from "../checks/index.js";
import { TorchError } from "../errors.js";
import { compiledFile, requireCompiled } from "../first-use.js";
import { ops, type UntypedNamespace } from "../ops/index.js";
import { loadLibrary } from "./index.js";

/**
 * The file of a compiled library on this system. In an installed package that cannot be written to, it lies in the user's
 * cache.
 * @param url without the file's ending: `new URL("../build/mylib", import.meta.url)`
 * @returns its path, with the ending `.so`, `.dylib` (macOS) or `.dll` (Windows)
 * @throws TorchError `torch/argument` unless it is a file URL
 */
export function libraryFile(url: URL): string {
  const { root, file, path } = placeOf(url);
  return root === undefined ? path : compiledFile(root, file);
}

/**
 * Loads a package's compiled library, once, and gives its operators. In an installed package whose folder `native` describes
 * the library (`library.json`), the first call compiles it.
 * @param url of the library without the file's ending, as `libraryFile` takes it
 * @param namespace that the library registers its operators in with TORCH_LIBRARY
 * @throws TorchError `torch/setup` if the library is not compiled and cannot be, `torch/library` if it cannot be loaded
 */
export function loadOperators(url: URL, namespace: string): UntypedNamespace {
  const { root, file, path } = placeOf(url);
  if (root !== undefined && existsSync(join(root, "native", "library.json")))
    loadLibrary(requireCompiled(root, file));
  else if (existsSync(path)) loadLibrary(path);
  else {
    const message = `the operators of ${namespace} are not compiled: there is no ${path}`;
    throw new TorchError("torch/setup", message, { op: "loadOperators" });
  }
  return ops.namespace(namespace);
}

/** File of a library, and the folder of the package if it lies in the package's `build`. */
function placeOf(url: URL): { readonly root?: string; readonly file: string; readonly path: string } {
  if (!(url instanceof URL) || url.protocol !== "file:")
    throw new TorchError("torch/argument", `libraryFile: expected a file URL, got ${show(url)}`);
  const ending = { darwin: "dylib", win32: "dll" }[process.platform as string] ?? "so";
  const path = `${fileURLToPath(url)}.${ending}`;
  const folder = dirname(path);
  return { root: basename(folder) === "build" ? dirname(folder) : undefined, file: basename(path), path };
}
