import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { PtReader } from "./pt/read.js";
import type { PtValue } from "./pt/value.js";
import { withFile } from "./source.js";
import { type DeviceOptions, fromRaw } from "./tensors.js";

/** Options of reading a checkpoint. */
export interface PtOptions extends DeviceOptions {
  /**
   * Limit on the memory of all tensors, in bytes: views of one storage are written out one by one. Default: 16 times the
   * file, at least 64 MiB.
   */
  readonly maxBytes?: number;
}

/**
 * Reads a `.pt` file written by `torch.save`, without running anything in it: a pickle is a program, and this reads it
 * with a fixed list of names (tensors, storages, containers, dtypes, devices) that stand for functions of this package.
 *
 * Tensors come back contiguous, as copies, on `device` wherever they were saved, and do not require gradients.
 * @throws io/unsafe with the name of anything not on the list, io/open, io/truncated, io/format (also for TorchScript
 *   archives and files older than PyTorch 1.6), io/dtype, io/limit
 */
export function loadPt(path: string, options: PtOptions = {}): PtValue<Tensor> {
  return withFile(path, "loadPt", (source) => {
    const reader = new PtReader(source, options.maxBytes);
    return scope(() => reader.tree((raw) => fromRaw(raw, options.device)));
  });
}

/**
 * The state dict in a checkpoint, in an object without prototype; nothing else in the file is loaded.
 * @param options `key`: where in the file it stands; default: the file itself, or its `state_dict`,
 *   `model_state_dict` or `model`
 * @throws as `loadPt`; io/missing if there is no dict under `key`, io/format naming what is not a tensor
 */
export function loadPtStateDict(
  path: string,
  options: PtOptions & { readonly key?: string } = {},
): Record<string, Tensor> {
  return withFile(path, "loadPtStateDict", (source) => {
    const reader = new PtReader(source, options.maxBytes);
    return scope(() => {
      const tensors: Record<string, Tensor> = Object.create(null);
      for (const [name, tensor] of reader.stateDict((raw) => fromRaw(raw, options.device), options.key)) {
        tensors[name] = tensor;
      }
      return tensors;
    });
  });
}
