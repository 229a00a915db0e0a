import { type DType, isDType, itemSize } from "../../dtype.js";
import { byteLength, maxRank, showShape } from "../raw.js";
import type { Refuse } from "../refuse.js";
import { reach } from "../strided.js";
import type { Budget } from "./budget.js";
import { PyDict, PyStorage, PyTensor, PyTuple, type PyValue } from "./objects.js";

/** Storage classes by dotted name, with the type of their elements; null where each tensor names its own. */
export const storageTypes: ReadonlyMap<string, DType | null> = new Map<string, DType | null>([
  ["torch.DoubleStorage", "float64"],
  ["torch.FloatStorage", "float32"],
  ["torch.HalfStorage", "float16"],
  ["torch.BFloat16Storage", "bfloat16"],
  ["torch.LongStorage", "int64"],
  ["torch.IntStorage", "int32"],
  ["torch.ShortStorage", "int16"],
  ["torch.CharStorage", "int8"],
  ["torch.ByteStorage", "uint8"],
  ["torch.BoolStorage", "bool"],
  ["torch.ComplexFloatStorage", "complex64"],
  ["torch.ComplexDoubleStorage", "complex128"],
  ["torch.storage.UntypedStorage", null],
]);

/** `(storage, offset, size, stride, requires_grad, backward_hooks, metadata?)`; the last three do not matter here. */
export function rebuildTensor(args: readonly PyValue[], budget: Budget, refuse: Refuse): PyTensor {
  const [storage, , , , , , metadata] = args;
  if (!(storage instanceof PyStorage) || storage.dtype === undefined) throw malformed(refuse);
  checkMetadata(metadata, refuse);
  return viewOf(storage, storage.dtype, args, budget, refuse);
}

/** As `rebuildTensor`, with the dtype before the metadata; for element types that have no storage class. */
export function rebuildTyped(args: readonly PyValue[], budget: Budget, refuse: Refuse): PyTensor {
  const [storage, , , , , , type, metadata] = args;
  const name =
    type !== null && typeof type === "object" && "kind" in type && type.kind === "dtype"
      ? type.name
      : undefined;
  if (!(storage instanceof PyStorage) || name === undefined) throw malformed(refuse);
  checkMetadata(metadata, refuse);
  if (!isDType(name))
    throw refuse("dtype", `holds a tensor of dtype ${name}, which is not supported; cast it before saving`);
  return viewOf(storage, name, args, budget, refuse);
}

/** `(data, requires_grad, backward_hooks)`: a parameter is read as the tensor it holds. */
export function rebuildParameter([data]: readonly PyValue[], refuse: Refuse): PyTensor {
  if (data instanceof PyTensor) return data;
  throw malformed(refuse);
}

function viewOf(
  storage: PyStorage,
  dtype: DType,
  args: readonly PyValue[],
  budget: Budget,
  refuse: Refuse,
): PyTensor {
  const [, offset, size, stride] = args;
  const shape = naturals(size);
  const strides = naturals(stride);
  if (!isNatural(offset) || !shape || strides?.length !== shape.length) throw malformed(refuse);
  budget.tensor(byteLength(shape, itemSize(dtype), refuse));
  const elements = storage.size / itemSize(dtype);
  const needed = reach(shape, strides, offset);
  if (needed > elements) {
    throw refuse(
      "format",
      `a tensor of shape ${showShape(shape)}, strides ${showShape(strides)} and offset ${offset} reaches beyond its storage of ${elements} elements`,
    );
  }
  return new PyTensor(storage, dtype, shape, strides, offset);
}

function checkMetadata(metadata: PyValue | undefined, refuse: Refuse): void {
  if (metadata === undefined || metadata === null) return;
  if (!(metadata instanceof PyDict)) throw malformed(refuse);
  if (metadata.keys.length > 0) {
    throw refuse(
      "dtype",
      "holds a tensor with a lazy conjugate or negative; call resolve_conj() and resolve_neg() before saving",
    );
  }
}

function malformed(refuse: Refuse): Error {
  return refuse("format", "its pickle describes a tensor with malformed arguments");
}

function isNatural(value: PyValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function naturals(value: PyValue | undefined): readonly number[] | undefined {
  if (!(value instanceof PyTuple) || value.items.length > maxRank || !value.items.every(isNatural))
    return undefined;
  return value.items as readonly number[];
}
