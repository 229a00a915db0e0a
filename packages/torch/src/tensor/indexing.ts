// Indexing as PyTorch does it: x.at(0, slice(1, 5), null, "...", mask, indexTensor), and assignment in place.
import { show } from "../checks/show.js";
import { call } from "../dispatch.js";
import { TorchError } from "../errors.js";
import type { Scalar } from "./base.js";
import type { Tensor } from "./index.js";
import { tensorFromList } from "./literal.js";
import { isTensor } from "./operand.js";
import { PartMethods } from "./parts.js";
import { Slice } from "./slice.js";

/** A list of whole numbers or of booleans, perhaps nested: short for an int64 or a bool tensor. */
export type IndexList = readonly (number | boolean | IndexList)[];
/** Index that `at` takes for one dimension (a bool tensor: for as many as it has; null and booleans: for none). */
export type Index = number | Slice | null | "..." | boolean | Tensor | IndexList;

export abstract class IndexingMethods extends PartMethods {
  /**
   * The elements at `indices`, one index a dimension from the first on:
   * - a number picks one entry (negative from the end) and drops the dimension; `slice(start, stop, step)` a range;
   * - `null` adds a dimension of size 1; `"..."` stands for as many whole dimensions as are left over;
   * - a bool tensor or list picks the entries where it is true, over as many dimensions as it has;
   * - an int64 tensor or list picks the entries it names; several are broadcast together. The picked dimensions stand
   *   where the first of these indices stands if they are next to each other, else in front.
   *
   * Without tensors and lists the result is a view, otherwise a copy; both are differentiable.
   * @throws TorchError `torch/index` if there are too many indices or one is out of range.
   */
  at(...indices: Index[]): Tensor {
    if (indices.length === 1 && typeof indices[0] === "number" && this.ndim > 0) {
      return entry(this.self, 0, indices[0]);
    }
    return withResolved(this.self, indices, ({ view, picks }) => {
      if (picks !== undefined) return call("aten::index.Tensor", view, picks);
      return view === this.self ? call("aten::alias", view) : view;
    });
  }

  /**
   * Assignment in place to the elements that `at(...indices)` would give: a number, or a tensor that is broadcast
   * to their shape and cast to this dtype. Differentiable in both tensors. Where indices repeat, one of the values
   * wins.
   * @throws TorchError as `at`; `torch/op` if the value does not broadcast, or this is a leaf that requires
   * gradients.
   */
  setAt_(indices: readonly Index[], value: Tensor | Scalar): Tensor {
    return withResolved(this.self, indices, ({ view, picks, own }) => {
      if (picks !== undefined) {
        const source = isTensor(value)
          ? withoutLeadingOnes(own(call("aten::to.device", value, this.device, this.dtype)), own)
          : own(call("aten::scalar_tensor", value, this.dtype, undefined, this.device));
        call("aten::index_put_", view, picks, source);
      } else if (isTensor(value)) {
        call("aten::copy_", view, withoutLeadingOnes(value, own));
      } else {
        call("aten::fill_.Scalar", view, value);
      }
      return this.self;
    });
  }

  /**
   * A copy with `values` (broadcast) at the places that `indices` name, one tensor (int64 or bool) or null (all)
   * for each dimension; `accumulate`: added to what is there, repeated indices included.
   */
  indexPut(
    indices: readonly (Tensor | null)[],
    values: Tensor,
    options: { readonly accumulate?: boolean } = {},
  ): Tensor {
    return call("aten::index_put", this, indices, values, options.accumulate);
  }

  /** In place: `indexPut`. */
  indexPut_(
    indices: readonly (Tensor | null)[],
    values: Tensor,
    options: { readonly accumulate?: boolean } = {},
  ): Tensor {
    return call("aten::index_put_", this, indices, values, options.accumulate);
  }
}

interface Resolved {
  /** The tensor after all indices but the tensor indices. */
  view: Tensor;
  /** Tensor indices of the view's dimensions, if there are any. */
  picks: (Tensor | null)[] | undefined;
  /** Marks a tensor as an intermediate one. */
  own: Own;
}

type Own = (made: Tensor) => Tensor;

/** Resolves indices, runs `use` and releases intermediate tensors, except the one that `use` returns. */
function withResolved(
  tensor: Tensor,
  indices: readonly Index[],
  use: (resolved: Resolved) => Tensor,
): Tensor {
  const made: Tensor[] = [];
  const own: Own = (item) => {
    made.push(item);
    return item;
  };
  let result: Tensor | undefined;
  try {
    result = use({ ...resolve(tensor, indices, own), own });
    return result;
  } finally {
    for (const item of made) if (item !== result) item.dispose();
  }
}

function resolve(tensor: Tensor, indices: readonly Index[], own: Own): Omit<Resolved, "own"> {
  const items = indices.map((item) => (Array.isArray(item) ? listIndex(tensor, item, own) : item)) as Exclude<
    Index,
    IndexList
  >[];
  const spread = tensor.ndim - items.reduce<number>((sum, item) => sum + consumed(item), 0);
  if (spread < 0) {
    throw new TorchError("torch/index", `at: ${tensor.ndim - spread} indices for ${tensor.ndim} dimensions`);
  }
  if (items.filter((item) => item === "...").length > 1) {
    throw new TorchError("torch/index", 'at: "..." may stand only once among the indices');
  }
  let view = tensor;
  let dim = 0;
  let picks: (Tensor | null)[] | undefined;
  // A mask over k dimensions is one entry for k of them, so the entry's position is not always the dimension.
  let offset = 0;
  const pick = (index: Tensor): void => {
    picks ??= [];
    while (picks.length < dim - offset) picks.push(null);
    picks.push(index);
    const span = index.dtype === "bool" ? index.ndim : 1;
    dim += span;
    offset += span - 1;
  };
  for (const item of items) {
    if (item === "...") dim += spread;
    else if (item === null) view = own(call("aten::unsqueeze", view, dim++));
    else if (typeof item === "number") view = own(entry(view, dim, item));
    else if (item instanceof Slice) {
      if (item.start !== null || item.stop !== null || item.step !== 1) {
        view = own(call("aten::slice.Tensor", view, dim, item.start, item.stop, item.step));
      }
      dim++;
    } else if (typeof item === "boolean") {
      view = own(call("aten::unsqueeze", view, dim));
      pick(own(flag(item, tensor.device)));
    } else if (isTensor(item)) {
      if (item.ndim > 0) pick(item);
      else if (item.dtype === "bool") {
        view = own(call("aten::unsqueeze", view, dim));
        pick(own(call("aten::reshape", item, [1])));
      } else view = own(entry(view, dim, item.item()));
    } else {
      throw new TorchError("torch/index", `at: ${show(item)} is not an index; ${accepted}`);
    }
  }
  return { view, picks };
}

const accepted =
  'accepted: a whole number, slice(), null, "...", a boolean, and a tensor or list of int64 or bool';

/** Number of dimensions that an index takes. */
function consumed(item: Exclude<Index, IndexList>): number {
  if (item === null || item === "..." || typeof item === "boolean") return 0;
  if (!isTensor(item)) return 1;
  const { dtype } = item;
  if (dtype === "bool") return item.ndim;
  if (dtype === "int64" || dtype === "int32") return 1;
  throw new TorchError("torch/index", `at: a tensor of ${dtype} is not an index; ${accepted}`);
}

function entry(view: Tensor, dim: number, index: number): Tensor {
  const size = view.shape[dim]!;
  if (!Number.isSafeInteger(index)) {
    throw new TorchError("torch/index", `at: ${show(index)} is not an index; ${accepted}`);
  }
  if (index < -size || index >= size) {
    throw new TorchError(
      "torch/index",
      `at: index ${index} is out of range for dimension ${dim} of size ${size}`,
    );
  }
  return call("aten::select.int", view, dim, index);
}

/** One entry (true) or none (false) along a new dimension of size 1, as an index tensor. */
function flag(on: boolean, device: string): Tensor {
  return call("aten::zeros", [on ? 1 : 0], "int64", undefined, device);
}

function listIndex(tensor: Tensor, list: IndexList, own: Own): Tensor {
  const flags = typeof (list as unknown[]).flat(Number.POSITIVE_INFINITY as 1)[0] === "boolean";
  const index = own(tensorFromList(list, flags ? "bool" : "int64"));
  return own(call("aten::to.device", index, tensor.device, flags ? "bool" : "int64"));
}

/** PyTorch ignores dimensions of size 1 that a value has in front beyond those of the place it goes to. */
function withoutLeadingOnes(value: Tensor, own: Own): Tensor {
  const { shape } = value;
  const first = shape.findIndex((size) => size !== 1);
  if (first === 0 || shape.length === 0) return value;
  return own(call("aten::view", value, first < 0 ? [] : shape.slice(first)));
}
