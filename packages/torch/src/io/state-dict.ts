import { extname } from "node:path";
import { fileRefuser } from "../files/open.js";
import { quote } from "../files/refuse.js";
import type { Tensor } from "../tensor/index.js";
import { loadPtStateDict, type PtOptions } from "./pt.js";
import { loadSafetensors } from "./safetensors.js";

/** Options for reading a file with a state dict. */
export interface StateDictFileOptions extends PtOptions {
  /** Key of the state dict in a `.pt` or `.pth` file; see `loadPtStateDict`. */
  readonly key?: string;
}

/**
 * Reads a state dict from a `.safetensors` file, or from a `.pt` or `.pth` file of `torch.save`. Nothing in the file is executed.
 * @returns tensors by name, in an object without prototype
 * @throws TorchError `io/argument` for another ending, or for a `key` with a safetensors file; as `loadSafetensors` or `loadPtStateDict`
 */
export function loadStateDictFile(path: string, options: StateDictFileOptions = {}): Record<string, Tensor> {
  const refuse = fileRefuser(path, "loadStateDictFile");
  const ending = extname(path).toLowerCase();
  if (ending === ".pt" || ending === ".pth") return loadPtStateDict(path, options);
  if (ending !== ".safetensors") {
    throw refuse("argument", `its ending is ${quote(ending)}; accepted: .safetensors, .pt, .pth`);
  }
  const { key, ...reading } = options;
  if (key !== undefined) {
    throw refuse("argument", `a safetensors file is one state dict, and has no key ${quote(String(key))}`);
  }
  return loadSafetensors(path, reading);
}
