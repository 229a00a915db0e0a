// The operators of native/, loaded when they are first called.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadLibrary, ops, TorchError, type UntypedNamespace } from "@throughline/torch";

let loaded: UntypedNamespace | undefined;

/** Path of the compiled library, for example for `torch.ops.load_library` of Python. */
export function libraryPath(): string {
  const ending = { darwin: "dylib", win32: "dll" }[process.platform as string] ?? "so";
  return fileURLToPath(new URL(`../../build/throughline_flossing.${ending}`, import.meta.url));
}

/** The operators by name. @throws TorchError `torch/library` if they have not been compiled. */
export function operators(): UntypedNamespace {
  if (loaded !== undefined) return loaded;
  const path = libraryPath();
  if (!existsSync(path)) {
    throw new TorchError(
      "torch/library",
      `the kernels of @throughline/flossing are not compiled (no ${path}); run \`npm run setup\``,
    );
  }
  loadLibrary(path);
  loaded = ops.namespace("flossing");
  return loaded;
}
