// The operators of native/, loaded when they are first called.
import { libraryFile, loadOperators, type UntypedNamespace } from "@throughline/torch";

const library = new URL("../../build/throughline_flossing", import.meta.url);
let loaded: UntypedNamespace | undefined;

/** Path of the compiled library, for `torch.ops.load_library` of Python, say. */
export function libraryPath(): string {
  return libraryFile(library);
}

/** The operators by name. @throws TorchError `torch/library` if they have not been compiled. */
export function operators(): UntypedNamespace {
  loaded ??= loadOperators(library, "flossing");
  return loaded;
}
