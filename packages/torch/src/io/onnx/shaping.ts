// Operators that change shapes and places: reshape, transpose, slice, concatenate.
import type { Tensor } from "../../tensor/index.js";
import { type Call, type Converter, list } from "./call.js";

/**
 * The sizes for ONNX's Reshape: 0 (as it was) for the first sizes that stay, −1 (whatever is left) for the next one, numbers
 * for the rest. So the size that is free, the batch's, is not fixed where it need not be.
 */
function sizesOf(from: readonly number[], to: readonly number[]): number[] {
  const stays = to.findIndex((size, i) => size !== from[i] || size === 0);
  if (stays < 0) return to.map(() => 0);
  return to.map((size, i) => (i < stays ? 0 : i === stays && !to.includes(0) ? -1 : size));
}

const reshape: Converter = (call) => {
  const sizes = sizesOf(call.tensor(0).shape, call.out.shape);
  return call.node("Reshape", [call.value(0), call.whole(...sizes)]);
};

const permute = (call: Call, order: readonly number[]): string =>
  call.node("Transpose", [call.value(0)], { perm: list(order) });

/** Two dimensions exchanged. */
function transpose(call: Call, one: number, other: number): string {
  const order = call.tensor(0).shape.map((_, i) => (i === one ? other : i === other ? one : i));
  return permute(call, order);
}

/** Copies along dimensions of size 1; a size that is there stays free. */
const expand: Converter = (call) => {
  const [from, to] = [call.tensor(0).shape, call.out.shape];
  const added = to.length - from.length;
  const sizes = to.map((size, i) => (size === from[i - added] ? 1 : size));
  return call.node("Expand", [call.value(0), call.whole(...sizes)]);
};

function slice(call: Call, dim: number, start: number, end: number, step = 1): string {
  const inputs = [call.value(0), call.whole(start), call.whole(end), call.whole(dim), call.whole(step)];
  return call.node("Slice", inputs);
}

/** The lists of tensors that `cat` and `stack` take. */
const tensors = (call: Call): Tensor[] => call.args[0] as Tensor[];

function castAll(call: Call): string[] {
  const { graph, out } = call;
  return tensors(call).map((each) => graph.cast(graph.value(each), each.dtype, out.dtype));
}

/** Parts of the sizes given along a dimension. */
function split(call: Call, dim: number, sizes: readonly number[]): string[] {
  const inputs = [call.value(0), call.whole(...sizes)];
  return call.graph.nodeOf("Split", inputs, sizes.length, { axis: BigInt(dim) });
}

/** `count` of `size`, the last one less if that is left. */
function pieces(total: number, size: number): number[] {
  return Array.from({ length: Math.ceil(total / size) }, (_, i) => Math.min(size, total - i * size));
}

export const shaping: Readonly<Record<string, Converter>> = {
  "aten::view": reshape,
  "aten::reshape": reshape,
  "aten::flatten.using_ints": reshape,
  "aten::unflatten.int": reshape,
  "aten::view_as": reshape,
  "aten::reshape_as": reshape,
  "aten::permute": (call) => {
    const rank = call.tensor(0).ndim;
    return permute(
      call,
      (call.args[1] as number[]).map((dim) => (dim + rank) % rank),
    );
  },
  "aten::transpose.int": (call) => transpose(call, call.dim(1, 0), call.dim(2, 0)),
  "aten::t": (call) => (call.tensor(0).ndim < 2 ? call.value(0) : transpose(call, 0, 1)),
  "aten::mT": (call) => transpose(call, call.tensor(0).ndim - 2, call.tensor(0).ndim - 1),
  "aten::expand": expand,
  "aten::expand_as": (call) => call.node("Expand", [call.value(0), call.node("Shape", [call.value(1)])]),
  "aten::broadcast_to": expand,
  "aten::unsqueeze": (call) =>
    call.node("Unsqueeze", [call.value(0), call.whole(call.dim(1, 0, call.out.ndim))]),
  "aten::squeeze.dim": (call) => {
    const dim = call.dim(1, 0);
    if (call.tensor(0).shape[dim] !== 1) return call.node("Identity", [call.value(0)]);
    return call.node("Squeeze", [call.value(0), call.whole(dim)]);
  },
  "aten::narrow": (call) => {
    const [dim, start] = [call.dim(1, 0), call.int(2, 0)];
    const from = start < 0 ? start + call.tensor(0).shape[dim]! : start;
    return slice(call, dim, from, from + call.int(3, 0));
  },
  "aten::slice.Tensor": (call) => {
    const dim = call.dim(1, 0);
    // The end that means "to the end" stays beyond any size.
    return slice(call, dim, call.int(2, 0), call.int(3, Number.MAX_SAFE_INTEGER), call.int(4, 1));
  },
  "aten::select.int": (call) => {
    const index = call.graph.whole([call.int(2, 0)], true);
    return call.node("Gather", [call.value(0), index], { axis: BigInt(call.dim(1, 0)) });
  },
  "aten::index_select": (call) =>
    call.node("Gather", [call.value(0), call.value(2)], { axis: BigInt(call.dim(1, 0)) }),
  "aten::embedding": (call) => call.node("Gather", [call.value(0), call.value(1)], { axis: 0n }),
  "aten::cat": (call) => call.node("Concat", castAll(call), { axis: BigInt(call.dim(1, 0, call.out.ndim)) }),
  "aten::stack": (call) => {
    const dim = call.dim(1, 0, call.out.ndim);
    const parts = castAll(call).map((part) => call.node("Unsqueeze", [part, call.whole(dim)]));
    return call.node("Concat", parts, { axis: BigInt(dim) });
  },
  "aten::unbind.int": (call) => {
    const dim = call.dim(1, 0);
    const count = call.tensor(0).shape[dim]!;
    const parts = split(
      call,
      dim,
      Array.from({ length: count }, () => 1),
    );
    return parts.map((part) => call.node("Squeeze", [part, call.whole(dim)]));
  },
  "aten::chunk": (call) => {
    const dim = call.dim(2, 0);
    const size = call.tensor(0).shape[dim]!;
    return split(call, dim, pieces(size, Math.ceil(size / call.int(1, 1))));
  },
  "aten::split.Tensor": (call) => {
    const dim = call.dim(2, 0);
    return split(call, dim, pieces(call.tensor(0).shape[dim]!, call.int(1, 1)));
  },
};
