import { type DType, isComplex, isDType, isFloatingPoint, itemSize } from "../../dtype.js";
import { allocate } from "../../files/bytes.js";
import { quote, type Refuse } from "../../files/refuse.js";
import { parseType } from "../npy/dtypes.js";
import { byteLength, maxRank, showShape } from "../raw.js";
import { reach } from "../strided.js";
import type { Budget } from "./budget.js";
import { type ElementType, PyDict, PyGlobal, PyStorage, PyTensor, PyTuple, type PyValue } from "./objects.js";

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

/** `(storage, offset, size, stride, requires_grad, backward_hooks, metadata?)` */
export function rebuildTensor(args: readonly PyValue[], budget: Budget, refuse: Refuse): PyTensor {
  const [storage, , , , , , metadata] = args;
  if (!(storage instanceof PyStorage) || storage.dtype === undefined) throw malformed(refuse);
  return viewOf(storage, lazily(elementsOf(storage.dtype), metadata, refuse), args, budget, refuse);
}

/** Same as `rebuildTensor`, with the dtype before the metadata; for element types that have no storage class. */
export function rebuildTyped(args: readonly PyValue[], budget: Budget, refuse: Refuse): PyTensor {
  const [storage, , , , , , type, metadata] = args;
  const name =
    type !== null && typeof type === "object" && "kind" in type && type.kind === "dtype"
      ? type.name
      : undefined;
  if (!(storage instanceof PyStorage) || name === undefined) throw malformed(refuse);
  const unsigned = wideUnsigned.get(name);
  const elements = unsigned ? parseType(unsigned, refuse) : isDType(name) ? elementsOf(name) : undefined;
  if (elements === undefined)
    throw refuse("dtype", `holds a tensor of dtype ${name}, which is not supported; cast it before saving`);
  return viewOf(storage, lazily(elements, metadata, refuse), args, budget, refuse);
}

/** NumPy's names of the types that become the next signed type that holds their values. */
const wideUnsigned: ReadonlyMap<string, string> = new Map([
  ["uint16", "<u2"],
  ["uint32", "<u4"],
  ["uint64", "<u8"],
]);

/** `(data, requires_grad, backward_hooks, state?)`: a parameter is read as the tensor it holds. */
export function rebuildParameter([data]: readonly PyValue[], refuse: Refuse): PyTensor {
  if (data instanceof PyTensor) return data;
  throw malformed(refuse);
}

/**
 * `(function, type, arguments, state)`: a tensor with attributes, such as a `torch.nn.Buffer`, which are dropped.
 * @param rebuild the functions that it may name
 */
export function rebuildFromType(
  [func, type, args]: readonly PyValue[],
  rebuild: ReadonlySet<PyValue>,
  refuse: Refuse,
): PyValue {
  const isTensorType = type instanceof PyGlobal && tensorTypes.has(type.name);
  if (!isTensorType || !rebuild.has(func!) || !(args instanceof PyTuple)) throw malformed(refuse);
  return (func as PyGlobal).call!(args.items);
}

/** Classes of tensors that add only a name, such as `Parameter`, to the tensor. */
export const tensorTypes: ReadonlySet<string> = new Set([
  "torch.Tensor",
  "torch._tensor.Tensor",
  "torch.nn.parameter.Buffer",
  "torch.nn.parameter.Parameter",
]);

/** A tensor whose bytes stand in the pickle itself. */
export function tensorOfBytes(
  bytes: Uint8Array,
  type: ElementType,
  shape: readonly number[],
  strides: readonly number[],
  budget: Budget,
  refuse: Refuse,
): PyTensor {
  budget.tensor(byteLength(shape, Math.max(type.itemSize, itemSize(type.dtype)), refuse));
  const storage = new PyStorage("in the pickle", undefined, bytes.length, bytes);
  if (reach(shape, strides, 0) * type.itemSize > bytes.length)
    throw refuse("format", `an array of shape ${showShape(shape)} has only ${bytes.length} bytes`);
  return new PyTensor(storage, type, shape, strides, 0);
}

function elementsOf(dtype: DType): ElementType {
  return { dtype, itemSize: itemSize(dtype), decode: (bytes) => bytes };
}

function viewOf(
  storage: PyStorage,
  type: ElementType,
  args: readonly PyValue[],
  budget: Budget,
  refuse: Refuse,
): PyTensor {
  const [, offset, size, stride] = args;
  const shape = naturals(size);
  const strides = naturals(stride);
  if (!isNatural(offset) || !shape || strides?.length !== shape.length) throw malformed(refuse);
  budget.tensor(byteLength(shape, Math.max(type.itemSize, itemSize(type.dtype)), refuse));
  const elements = storage.size / type.itemSize;
  const needed = reach(shape, strides, offset);
  if (needed > elements) {
    throw refuse(
      "format",
      `a tensor of shape ${showShape(shape)}, strides ${showShape(strides)} and offset ${offset} reaches beyond its storage of ${elements} elements`,
    );
  }
  return new PyTensor(storage, type, shape, strides, offset);
}

/** The elements of a tensor whose metadata ask for conjugation or negation. */
function lazily(type: ElementType, metadata: PyValue | undefined, refuse: Refuse): ElementType {
  if (metadata === undefined || metadata === null) return type;
  if (!(metadata instanceof PyDict)) throw malformed(refuse);
  for (const key of metadata.keys)
    if (key !== "conj" && key !== "neg")
      throw refuse("dtype", `holds a tensor with the property ${quote(String(key))}, which is not supported`);
  const { dtype } = type;
  const conj = metadata.get("conj") === true;
  const neg = metadata.get("neg") === true;
  if ((conj && !isComplex(dtype)) || (neg && !isComplex(dtype) && !isFloatingPoint(dtype)))
    throw malformed(refuse);
  const parts = isComplex(dtype) ? [neg, conj !== neg] : [neg];
  return {
    ...type,
    decode: (bytes, inner) => flipSigns(type.decode(bytes, inner), itemSize(dtype), parts, inner),
  };
}

/** The elements with the signs of some of their parts (real, imaginary) flipped; the sign is a float's highest bit. */
function flipSigns(bytes: Uint8Array, size: number, parts: readonly boolean[], refuse: Refuse): Uint8Array {
  const out = allocate(bytes.length, refuse);
  out.set(bytes);
  const width = size / parts.length;
  parts.forEach((flipped, part) => {
    if (!flipped) return;
    for (let at = (part + 1) * width - 1; at < out.length; at += size) out[at]! ^= 0x80;
  });
  return out;
}

function malformed(refuse: Refuse): Error {
  return refuse("format", "its pickle describes a tensor with malformed arguments");
}

export function isNatural(value: PyValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function naturals(value: PyValue | undefined): readonly number[] | undefined {
  if (!(value instanceof PyTuple) || value.items.length > maxRank || !value.items.every(isNatural))
    return undefined;
  return value.items as readonly number[];
}
