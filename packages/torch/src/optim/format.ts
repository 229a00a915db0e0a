// In which order a tensor's elements lie in memory. The fused kernels walk parameter, gradient and state side by side,
// so these must agree, and none may have gaps.
import type { MemoryFormat } from "../dispatch.js";
import { native } from "../native.js";
import { raw } from "./raw.js";

/** undefined: none of the orders that have a name. */
export type Format = Exclude<MemoryFormat, "preserve_format"> | undefined;

const codes = { contiguous_format: 0, channels_last: 2, channels_last_3d: 3 } as const;

/** The memory format of a native tensor. */
export function formatOf(handle: number): Format {
  if (native.isContiguous(handle, 0)) return "contiguous_format";
  if (native.isContiguous(handle, codes.channels_last)) return "channels_last";
  if (native.isContiguous(handle, codes.channels_last_3d)) return "channels_last_3d";
  return undefined;
}

/** True if a native tensor lies in `format`. */
export function hasFormat(handle: number, format: NonNullable<Format>): boolean {
  return native.isContiguous(handle, codes[format]);
}

/** The handle of the same tensor if it lies in `format`, else of a copy that does. */
export function inFormat(handle: number, format: NonNullable<Format>): number {
  const code = codes[format];
  return native.isContiguous(handle, code) ? handle : raw<number>("aten::contiguous", handle, code);
}
