// Samples into a batch.
import { show } from "../checks/show.js";
import { call } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { Tensor } from "../tensor/index.js";
import {
  arrayKind,
  type SampleArray,
  stackArrays,
  stackBigInts,
  stackBooleans,
  stackNumbers,
} from "./collate-arrays.js";
import type { Collated } from "./collate-type.js";

/**
 * Joins samples along a new first dimension (`torch.utils.data.default_collate`):
 * - tensors are stacked: [n, …], dtype and device kept; numbers give float32 [n], bigints int64, booleans bool;
 * - typed arrays of length k give [n, k] of their dtype (uint16 becomes int32 and uint32 int64);
 * - strings stay an array of strings;
 * - arrays and plain objects are joined element by element: n samples [image, label] give [images, labels].
 *
 * @param indices how messages number the samples. Default 0, 1, …
 * @throws TorchError `data/collate` if samples differ in kind, dtype, shape, length or keys: the message has the place in
 * the sample, the two samples, and the difference.
 */
export function collate<T>(samples: readonly T[], indices?: readonly number[]): Collated<T> {
  if (samples.length === 0) throw new TorchError("data/collate", "collate: there are no samples to join");
  return join(samples, "", indices ?? [...samples.keys()]) as Collated<T>;
}

function join(items: readonly unknown[], path: string, indices: readonly number[]): unknown {
  const first = items[0];
  const kind = kindOf(first);
  if (kind === null)
    refuse(
      path,
      `sample ${indices[0]} has ${describe(first)}, which the default collate function cannot join`,
    );
  same(items, path, indices, kindOf);
  switch (kind) {
    case "tensor":
      return stackTensors(items as Tensor[], path, indices);
    case "number":
      return stackNumbers(items as number[]);
    case "bigint":
      return stackBigInts(items as bigint[]);
    case "boolean":
      return stackBooleans(items as boolean[]);
    case "string":
      return [...items];
    case "array":
      same(items, path, indices, (item) => (item as unknown[]).length);
      return (first as unknown[]).map((_, i) =>
        join(
          items.map((item) => (item as unknown[])[i]),
          `${path}[${i}]`,
          indices,
        ),
      );
    case "object":
      return joinObjects(items as Record<string, unknown>[], path, indices);
    default:
      same(items, path, indices, (item) => (item as SampleArray).length);
      return stackArrays(items as SampleArray[], kind);
  }
}

function stackTensors(items: readonly Tensor[], path: string, indices: readonly number[]): Tensor {
  same(items, path, indices, (item) => (item as Tensor).dtype); // aten::stack would silently promote
  try {
    return call("aten::stack", items, 0);
  } catch (error) {
    same(items, path, indices, show);
    throw error;
  }
}

function joinObjects(
  items: readonly Record<string, unknown>[],
  path: string,
  indices: readonly number[],
): unknown {
  const keys = Object.keys(items[0]!);
  same(items, path, indices, (item) =>
    Object.keys(item as object)
      .sort()
      .join("\n"),
  );
  return Object.fromEntries(
    keys.map((key) => [
      key,
      join(
        items.map((item) => item[key]),
        path === "" ? key : `${path}.${key}`,
        indices,
      ),
    ]),
  );
}

function kindOf(value: unknown): string | null {
  if (value instanceof Tensor) return "tensor";
  if (ArrayBuffer.isView(value)) return arrayKind(value);
  if (Array.isArray(value)) return "array";
  if (typeof value !== "object")
    return ["number", "bigint", "boolean", "string"].find((t) => t === typeof value) ?? null;
  const prototype: unknown = value === null ? undefined : Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? "object" : null;
}

/** Same as `show`, but with what makes arrays and objects differ: their length or keys. */
function describe(value: unknown): string {
  if (value instanceof Tensor) return show(value);
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name} of ${(value as SampleArray).length}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (kindOf(value) === "object")
    return `an object with keys ${Object.keys(value as object).join(", ") || "none"}`;
  return typeof value === "object" || value === undefined
    ? show(value)
    : `the ${typeof value} ${show(value)}`;
}

/** @throws TorchError naming the first item whose `property` is not the first one's. */
function same(
  items: readonly unknown[],
  path: string,
  indices: readonly number[],
  property: (item: unknown) => unknown,
): void {
  const wanted = property(items[0]);
  const odd = items.findIndex((item) => property(item) !== wanted);
  if (odd < 0) return;
  refuse(
    path,
    `sample ${indices[odd]} has ${describe(items[odd])}, sample ${indices[0]} has ${describe(items[0])}; ` +
      "samples of a batch must be alike: give a collate function that pads or packs them",
  );
}

function refuse(path: string, reason: string): never {
  throw new TorchError("data/collate", `collate: ${path === "" ? "" : `at ${path}: `}${reason}`);
}
