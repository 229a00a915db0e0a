import { call } from "../dispatch.js";
import { quote, type Refuse } from "../files/refuse.js";
import { scope } from "../memory.js";
import { fromBytes } from "../tensor/base.js";
import { Tensor } from "../tensor/index.js";
import type { RawTensor } from "./raw.js";

/** Tensors by name. A Map keeps its order in the file; an object puts names like "0" and "12" first. */
export type NamedTensors = Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>;

/** Device of loaded tensors. */
export interface DeviceOptions {
  /** `cpu` (default), `cuda:0`, … */
  readonly device?: string;
}

/** A tensor holding a copy of `raw`. @throws TorchError if there is no such device or no memory left */
export function fromRaw(raw: RawTensor, device = "cpu"): Tensor {
  const tensor = fromBytes(raw.bytes, raw.shape, raw.dtype);
  if (device === "cpu") return tensor;
  try {
    return call("aten::to.device", tensor, device, raw.dtype);
  } finally {
    tensor.dispose();
  }
}

/**
 * A tensor of any device as files hold it: its elements in row-major order, without gradient and graph. `bytes` copies them each time it is
 * read, so that a file is written without a second copy of all tensors.
 */
export function toRaw(tensor: Tensor): RawTensor {
  const { dtype, shape } = tensor;
  return {
    dtype,
    shape,
    get bytes() {
      return scope(() => tensor.toBytes());
    },
  };
}

/** `toRaw` of each. @throws io/argument naming the first that is not a tensor */
export function namedRaw(tensors: NamedTensors, refuse: Refuse): Map<string, RawTensor> {
  const entries = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  return new Map(
    entries.map(([name, tensor]) => [
      name,
      toRaw(checkTensor(tensor, `tensor ${quote(String(name))}`, refuse)),
    ]),
  );
}

/** @throws io/argument */
export function checkTensor(value: unknown, what: string, refuse: Refuse): Tensor {
  if (value instanceof Tensor) {
    if (value.isDisposed) throw refuse("argument", `${what} has been disposed of, or its scope has ended`);
    return value;
  }
  throw refuse(
    "argument",
    `${what} is of type ${value === null ? "null" : typeof value}; a Tensor is accepted`,
  );
}

/**
 * Makes a tensor for each name. If one fails, those made before are released.
 * @returns an object without prototype, so that any name is safe
 */
export function loadNamed(names: Iterable<string>, load: (name: string) => Tensor): Record<string, Tensor> {
  return scope(() => {
    const tensors: Record<string, Tensor> = Object.create(null);
    for (const name of names) tensors[name] = load(name);
    return tensors;
  });
}
