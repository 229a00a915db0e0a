import { checkIndex } from "../checks/index.js";
import { show } from "../checks/show.js";
import { call } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import { fromBytes } from "../tensor/base.js";
import type { Tensor } from "../tensor/index.js";
import type { Dataset } from "./dataset.js";

/**
 * Row i of each of several tensors is sample i (`torch.utils.data.TensorDataset`). The tensors are borrowed: they must
 * outlive the dataset. Batches are gathered in one operation.
 */
export class TensorDataset<T extends readonly Tensor[]> implements Dataset<T> {
  readonly length: number;
  readonly tensors: T;

  /** @throws TorchError `torch/argument` unless all tensors have a first dimension, and of the same size. */
  constructor(...tensors: T) {
    if (tensors.length === 0) refuse("give at least one tensor");
    const scalar = tensors.find((tensor) => tensor.ndim === 0);
    if (scalar !== undefined) refuse(`${show(scalar)} has no first dimension to index`);
    this.length = tensors[0]!.shape[0]!;
    if (tensors.some((tensor) => tensor.shape[0] !== this.length)) {
      refuse(`the first sizes differ: ${tensors.map(show).join(", ")}`);
    }
    this.tensors = tensors;
  }

  get(index: number): T {
    checkIndex("TensorDataset.get", index, this.length);
    return this.tensors.map((tensor) => call("aten::select.int", tensor, 0, index)) as readonly Tensor[] as T;
  }

  getBatch(indices: readonly number[]): T {
    for (const index of indices) checkIndex("TensorDataset.getBatch", index, this.length);
    return scope(() => {
      const rows = fromBytes(BigInt64Array.from(indices, BigInt), [indices.length], "int64");
      return this.tensors.map((tensor) => {
        const there = tensor.device === "cpu" ? rows : call("aten::to.device", rows, tensor.device, "int64");
        return call("aten::index_select", tensor, 0, there);
      }) as readonly Tensor[] as T;
    });
  }
}

function refuse(reason: string): never {
  throw new TorchError("torch/argument", `TensorDataset: ${reason}`);
}
