import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { PtReader } from "./pt/read.js";
import type { PtValue } from "./pt/value.js";
import { withFile } from "./source.js";
import { type DeviceOptions, fromRaw } from "./tensors.js";

/** Options for reading a checkpoint. */
export interface PtOptions extends DeviceOptions {
  /**
   * Largest size of all tensors together, in bytes. Views that share a storage in the file are counted one by one, as each becomes a
   * tensor of its own. Default: 16 times the size of the file, and at least 64 MiB.
   */
  readonly maxBytes?: number;
}

/**
 * Reads a `.pt` file that `torch.save` wrote, as `torch.load` with `weights_only=True` does. Nothing in the file is executed: a pickle is a
 * program, of which only names on a fixed list are accepted (tensors, storages, containers, dtypes, devices).
 *
 * Tensors are contiguous copies on `device`, wherever they were saved, and do not require gradients.
 * @throws TorchError `io/unsafe` with the first name that is not on the list; `io/open`, `io/truncated`, `io/dtype`, `io/limit`; `io/format`,
 *   also for TorchScript archives and for files of PyTorch before 1.6
 */
export function loadPt(path: string, options: PtOptions = {}): PtValue<Tensor> {
  return withFile(path, "loadPt", (source) => {
    const reader = new PtReader(source, options.maxBytes);
    return scope(() => reader.tree((raw) => fromRaw(raw, options.device)));
  });
}

/**
 * Reads the state dict of a checkpoint. Nothing else in the file is loaded.
 * @param options `key`: key of the state dict in the checkpoint. Default: the checkpoint itself if it is a state dict, else its
 *   `state_dict`, `model_state_dict` or `model`
 * @returns tensors by name, in an object without prototype
 * @throws as `loadPt`; `io/missing` if there is no dict under `key`; `io/format` with the first value that is not a tensor
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
