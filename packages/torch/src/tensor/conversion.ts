// Conversion to other dtypes and devices, and filling with given values.
import { show } from "../checks/show.js";
import { call, type MemoryFormat } from "../dispatch.js";
import { type DType, isDType } from "../dtype.js";
import { TorchError } from "../errors.js";
import type { Scalar } from "./base.js";
import type { Tensor } from "./index.js";
import { isTensor } from "./operand.js";
import { RandomFillMethods } from "./random-fill.js";

/** Changes that `to` makes; properties without an option are unchanged. */
export interface ToOptions {
  readonly dtype?: DType;
  readonly device?: string;
  readonly memoryFormat?: MemoryFormat;
  /** Do not wait for a copy to or from an accelerator. Default false. */
  readonly nonBlocking?: boolean;
  /** Copy even if nothing changes. Default false. */
  readonly copy?: boolean;
}

/** Options of the conversions that are named after a dtype. */
export interface FormatOptions {
  /** Memory order of the result's elements. Default: as here. */
  readonly memoryFormat?: MemoryFormat;
}

export abstract class ConversionMethods extends RandomFillMethods {
  /**
   * This tensor in another dtype, on another device, or in another memory format: the same memory under a new
   * Tensor if nothing changes, else a copy through which gradients flow. `to("float64")` and `to("cuda")` are short
   * for the options.
   */
  to(target: ToOptions | DType | (string & {})): Tensor {
    if (typeof target === "string") return this.to(isDType(target) ? { dtype: target } : { device: target });
    if (typeof target !== "object" || target === null) {
      throw new TorchError(
        "torch/argument",
        `to: expected a dtype, a device or options, got ${show(target)}`,
      );
    }
    const { dtype = this.dtype, device, memoryFormat, nonBlocking, copy } = target;
    if (device === undefined) return call("aten::to.dtype", this, dtype, nonBlocking, copy, memoryFormat);
    return call("aten::to.device", this, device, dtype, nonBlocking, copy, memoryFormat);
  }

  /** This tensor in the dtype and on the device of `other`. */
  typeAs(other: Tensor): Tensor {
    return call("aten::type_as", this, other);
  }

  /** This tensor on the CPU; the same memory if it is there already. */
  cpu(): Tensor {
    return this.to({ device: "cpu" });
  }

  /** This tensor as float64. */
  double(options: FormatOptions = {}): Tensor {
    return this.to({ dtype: "float64", memoryFormat: options.memoryFormat });
  }

  /** This tensor as float32. */
  float(options: FormatOptions = {}): Tensor {
    return this.to({ dtype: "float32", memoryFormat: options.memoryFormat });
  }

  /** This tensor as float16. */
  half(options: FormatOptions = {}): Tensor {
    return this.to({ dtype: "float16", memoryFormat: options.memoryFormat });
  }

  /** This tensor as bfloat16. */
  bfloat16(options: FormatOptions = {}): Tensor {
    return this.to({ dtype: "bfloat16", memoryFormat: options.memoryFormat });
  }

  /** This tensor as int64; fractions are cut off. */
  long(options: FormatOptions = {}): Tensor {
    return this.to({ dtype: "int64", memoryFormat: options.memoryFormat });
  }

  /** This tensor as int32; fractions are cut off. */
  int(options: FormatOptions = {}): Tensor {
    return this.to({ dtype: "int32", memoryFormat: options.memoryFormat });
  }

  /** This tensor as int16; fractions are cut off. */
  short(options: FormatOptions = {}): Tensor {
    return this.to({ dtype: "int16", memoryFormat: options.memoryFormat });
  }

  /** This tensor as uint8; fractions are cut off. */
  byte(options: FormatOptions = {}): Tensor {
    return this.to({ dtype: "uint8", memoryFormat: options.memoryFormat });
  }

  /** This tensor as bool: false where 0. */
  bool(options: FormatOptions = {}): Tensor {
    return this.to({ dtype: "bool", memoryFormat: options.memoryFormat });
  }

  /** A copy in page-locked memory, from which copies to an accelerator can overlap with computation. */
  pinMemory(): Tensor {
    return call("aten::pin_memory", this);
  }

  /** In place: replaced by the elements of `source`, broadcast and cast. `nonBlocking`: as in `to`. */
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
