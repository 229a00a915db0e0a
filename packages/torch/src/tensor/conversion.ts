// Other dtypes, other devices, and filling with given values.
import { call, type MemoryFormat } from "../dispatch.js";
import { type DType, isDType } from "../dtype.js";
import type { Scalar } from "./base.js";
import type { Tensor } from "./index.js";
import { isTensor } from "./operand.js";
import { RandomFillMethods } from "./random-fill.js";

/** What `to` is to change; what is left out stays. */
export interface ToOptions {
  readonly dtype?: DType;
  readonly device?: string;
  readonly memoryFormat?: MemoryFormat;
  /** Do not wait for a copy to or from an accelerator. Default false. */
  readonly nonBlocking?: boolean;
  /** Copy even if nothing changes. Default false. */
  readonly copy?: boolean;
}

export abstract class ConversionMethods extends RandomFillMethods {
  /**
   * This tensor in another dtype, on another device, or in another memory format: the same memory under a new Tensor if
   * nothing changes, else a copy through which gradients flow. `to("float64")` and `to("cuda")` are short for the options.
   */
  to(target: ToOptions | DType | (string & {})): Tensor {
    if (typeof target === "string") return this.to(isDType(target) ? { dtype: target } : { device: target });
    const { dtype = this.dtype, device, memoryFormat, nonBlocking, copy } = target;
    if (device === undefined) return call("aten::to.dtype", this, dtype, nonBlocking, copy, memoryFormat);
    return call("aten::to.device", this, device, dtype, nonBlocking, copy, memoryFormat);
  }

  /** In the dtype and on the device of `other`. */
  typeAs(other: Tensor): Tensor {
    return call("aten::type_as", this, other);
  }

  /** On the CPU. */
  cpu(): Tensor {
    return this.to({ device: "cpu" });
  }

  /** As float64. */
  double(): Tensor {
    return call("aten::to.dtype", this, "float64");
  }

  /** As float32. */
  float(): Tensor {
    return call("aten::to.dtype", this, "float32");
  }

  /** As float16. */
  half(): Tensor {
    return call("aten::to.dtype", this, "float16");
  }

  /** As bfloat16. */
  bfloat16(): Tensor {
    return call("aten::to.dtype", this, "bfloat16");
  }

  /** As int64; fractions are cut off. */
  long(): Tensor {
    return call("aten::to.dtype", this, "int64");
  }

  /** As int32; fractions are cut off. */
  int(): Tensor {
    return call("aten::to.dtype", this, "int32");
  }

  /** As int16; fractions are cut off. */
  short(): Tensor {
    return call("aten::to.dtype", this, "int16");
  }

  /** As uint8; fractions are cut off. */
  byte(): Tensor {
    return call("aten::to.dtype", this, "uint8");
  }

  /** As bool: false where 0. */
  bool(): Tensor {
    return call("aten::to.dtype", this, "bool");
  }

  /** Copied to page-locked memory, from which copies to an accelerator can overlap with work. */
  pinMemory(): Tensor {
    return call("aten::pin_memory", this);
  }

  /** In place: the elements of `source`, broadcast and cast. */
  copy_(source: Tensor, options: { readonly nonBlocking?: boolean } = {}): Tensor {
    return call("aten::copy_", this, source, options.nonBlocking);
  }

  /** In place: every element `value` (a number, or a tensor of one element). */
  fill_(value: Tensor | Scalar): Tensor {
    return call(isTensor(value) ? "aten::fill_.Tensor" : "aten::fill_.Scalar", this, value);
  }

  /** In place: every element 0. */
  zero_(): Tensor {
    return call("aten::zero_", this);
  }
}
