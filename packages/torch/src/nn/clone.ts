// Deep copies of modules.
import { noGrad } from "../autograd.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import { Tensor } from "../tensor/index.js";
import type { AnyModule } from "./module.js";
import { refuse } from "./options.js";
import { Buffer, Parameter } from "./parameter.js";

/** See `Module.clone`. */
export function clone<M extends AnyModule>(module: M, isModule: (value: object) => boolean): M {
  const copies = new Map<object, unknown>();
  return scope(() => noGrad(() => copy(module, copies, isModule, 0))) as M;
}

const DEEPEST = 1000;

/** Modules, their tensors, arrays and plain objects are copied; anything else is shared. */
function copy(
  value: unknown,
  copies: Map<object, unknown>,
  isModule: (value: object) => boolean,
  depth: number,
): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  if (depth > DEEPEST) throw refuse("clone", `its objects are nested more than ${DEEPEST} deep`);
  if (value instanceof Tensor) {
    const twin = copyTensor(value);
    copies.set(value, twin);
    return twin;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && !isModule(value)) return value;
  const twin: object = Array.isArray(value) ? [] : Object.create(prototype as object);
  copies.set(value, twin);
  for (const key of Reflect.ownKeys(value)) {
    const field = Object.getOwnPropertyDescriptor(value, key)!;
    if (Array.isArray(value) && key === "length") continue;
    if ("value" in field) field.value = copy(field.value, copies, isModule, depth + 1);
    Object.defineProperty(twin, key, field);
  }
  return twin;
}

function copyTensor(tensor: Tensor): Tensor {
  const data = call("aten::clone", tensor);
  if (tensor instanceof Parameter) return new Parameter(data, { requiresGrad: tensor.requiresGrad });
  return tensor instanceof Buffer ? new Buffer(data, { persistent: tensor.persistent }) : data.keep();
}
