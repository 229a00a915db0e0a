// A package's own compiled operators by name.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { show } from "../checks/index.js";
import { TorchError } from "../errors.js";
import { ops, type UntypedNamespace } from "../ops/index.js";
import { loadLibrary } from "./index.js";

/**
 * The file of a compiled library on this system.
 * @param url without the file's ending: `new URL("../build/mylib", import.meta.url)`
 * @returns its path, with the ending `.so`, `.dylib` (macOS) or `.dll` (Windows)
 * @throws TorchError `torch/argument` unless it is a file URL
 */
export function libraryFile(url: URL): string {
  if (!(url instanceof URL) || url.protocol !== "file:")
    throw new TorchError("torch/argument", `libraryFile: expected a file URL, got ${show(url)}`);
  const ending = { darwin: "dylib", win32: "dll" }[process.platform as string] ?? "so";
  return `${fileURLToPath(url)}.${ending}`;
}

/**
 * Loads a package's compiled library, once, and gives its operators.
 * @param url of the library without the file's ending, as `libraryFile` takes it
 * @param namespace that the library registers its operators in with TORCH_LIBRARY
 * @throws TorchError `torch/library` if the library is not compiled or cannot be loaded
 */
export function loadOperators(url: URL, namespace: string): UntypedNamespace {
  const path = libraryFile(url);
  if (!existsSync(path)) {
    const message = `the operators of ${namespace} are not compiled (no ${path}); run \`npm run setup\``;
    throw new TorchError("torch/library", message, { op: "loadOperators" });
  }
  loadLibrary(path);
  return ops.namespace(namespace);
}
