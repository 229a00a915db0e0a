import type { DType } from "../../dtype.js";
import type { PtComplex, PtDevice, PtDType } from "./value.js";

/** A value while the pickle is being read. Containers are filled after they are made, so they are mutable. */
export type PyValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PtDType
  | PtDevice
  | PtComplex
  | PyList
  | PyTuple
  | PyDict
  | PySet
  | PyStorage
  | PyTensor
  | PyGlobal;

export class PyList {
  readonly items: PyValue[] = [];
}

export class PyTuple {
  readonly items: readonly PyValue[];

  constructor(items: readonly PyValue[]) {
    this.items = items;
  }
}

/** Pairs as written; of a repeated key the last value counts. */
export class PyDict {
  readonly keys: PyValue[] = [];
  readonly values: PyValue[] = [];

  set(key: PyValue, value: PyValue): void {
    this.keys.push(key);
    this.values.push(value);
  }

  /** The value of a string key, if there is one. */
  get(key: string): PyValue | undefined {
    return this.values[this.keys.lastIndexOf(key)];
  }
}

export class PySet {
  readonly items: PyValue[] = [];
}

/** A record of the archive, named by a persistent id; not read yet. */
export class PyStorage {
  readonly key: string;
  /** Undefined for an untyped storage: then each tensor names its own type. */
  readonly dtype: DType | undefined;
  /** Bytes. */
  readonly size: number;

  constructor(key: string, dtype: DType | undefined, size: number) {
    this.key = key;
    this.dtype = dtype;
    this.size = size;
  }
}

/** A checked view of a storage; sizes, strides and offset count elements. */
export class PyTensor {
  readonly storage: PyStorage;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;

  constructor(
    storage: PyStorage,
    dtype: DType,
    shape: readonly number[],
    strides: readonly number[],
    offset: number,
  ) {
    this.storage = storage;
    this.dtype = dtype;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
  }
}

/** A name from the allow-list. It stands for what we do instead of calling it. */
export class PyGlobal {
  readonly name: string;
  readonly call: ((args: readonly PyValue[]) => PyValue) | undefined;
  /** For storage classes: what their elements are; null for `UntypedStorage`. */
  readonly storage: DType | null | undefined;

  constructor(name: string, call?: (args: readonly PyValue[]) => PyValue, storage?: DType | null) {
    this.name = name;
    this.call = call;
    this.storage = storage;
  }
}
