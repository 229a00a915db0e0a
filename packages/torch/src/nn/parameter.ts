// Tensors that a module owns: learned ones (parameters) and others (buffers).
import { call } from "../dispatch.js";
import { moveOut } from "../handle.js";
import { scope } from "../memory.js";
import { native } from "../native.js";
import { Tensor } from "../tensor/index.js";
import type { FactoryOptions } from "./options.js";

/** A new handle of `data`'s memory, outside the graph. The surrounding scope owns it until an object does. */
function alias(data: Tensor): number {
  return scope(() => {
    const { handle } = call("aten::detach", data);
    native.escape(handle, 1);
    return handle;
  });
}

/**
 * A tensor that a module learns: a leaf that requires gradients and that no scope releases. A field of a module that
 * holds one is found by `parameters()`, `stateDict()` and so on, under the field's name.
 */
export class Parameter extends Tensor {
  declare private readonly kind: "parameter"; // so that a plain Tensor is not taken for a parameter when compiling

  /** Shares `data`'s memory. @param options `requiresGrad`: default true; false freezes it. */
  constructor(data: Tensor, options: { readonly requiresGrad?: boolean } = {}) {
    super(alias(data));
    this.requiresGrad = options.requiresGrad ?? true;
    moveOut(this);
  }
}

/**
 * A tensor that belongs to a module's state but is not learned, such as running statistics; no scope releases it.
 */
export class Buffer extends Tensor {
  /** True if it is part of the state dict. */
  readonly persistent: boolean;

  /** Shares `data`'s memory. @param options `persistent`: default true. */
  constructor(data: Tensor, options: { readonly persistent?: boolean } = {}) {
    super(alias(data));
    moveOut(this);
    this.persistent = options.persistent ?? true;
  }
}

/** A parameter of this shape with uninitialised elements. */
export function emptyParameter(shape: readonly number[], options: FactoryOptions): Parameter {
  const { dtype, device } = options;
  return scope(() => new Parameter(call("aten::empty.memory_format", shape, dtype, undefined, device)));
}

/** A parameter of this shape with every element `value`. */
export function fullParameter(shape: readonly number[], value: number, options: FactoryOptions): Parameter {
  const { dtype = "float32", device } = options;
  return scope(() => new Parameter(call("aten::full", shape, value, dtype, undefined, device)));
}

/** A buffer of this shape with every element `value`. */
export function fullBuffer(shape: readonly number[], value: number, options: FactoryOptions): Buffer {
  const { dtype = "float32", device } = options;
  return scope(() => new Buffer(call("aten::full", shape, value, dtype, undefined, device)));
}
