import type { RawTensor } from "../raw.js";

/** A `torch.dtype` object; `name` as in PyTorch, also for types this package has no tensors of. */
export interface PtDType {
  readonly kind: "dtype";
  readonly name: string;
}

/** A `torch.device` object, such as `cuda:0`. */
export interface PtDevice {
  readonly kind: "device";
  readonly name: string;
}

/** A Python complex number. */
export interface PtComplex {
  readonly kind: "complex";
  readonly re: number;
  readonly im: number;
}

/** A dict whose keys are all strings. It has no prototype, so `in` and indexing see only what the file holds. */
export interface PtDict<T = RawTensor> {
  readonly [key: string]: PtValue<T>;
}

/**
 * Values of a checkpoint, with tensors as `T`:
 *
 * | Python | here |
 * | --- | --- |
 * | None, bool, str, float | null, boolean, string, number |
 * | int | number, or bigint beyond ±(2⁵³−1) |
 * | bytes, bytearray | Uint8Array |
 * | list, tuple, torch.Size | array |
 * | dict, OrderedDict, Counter | object without prototype if all keys are strings, else Map |
 * | set, frozenset | Set |
 * | Tensor, Parameter, Buffer, NumPy array | T; uint16 as int32, uint32 and uint64 as int64 |
 * | NumPy scalar | number, bigint beyond ±(2⁵³−1), boolean, PtComplex |
 *
 * An object that the file refers to several times is one object here too. In an object, keys that look like array
 * indices ("0", "12") come first, as in every JavaScript object.
 */
export type PtValue<T = RawTensor> =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | T
  | PtDType
  | PtDevice
  | PtComplex
  | readonly PtValue<T>[]
  | PtDict<T>
  | ReadonlyMap<PtValue<T>, PtValue<T>>
  | ReadonlySet<PtValue<T>>;
