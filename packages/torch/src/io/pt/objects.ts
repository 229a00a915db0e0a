import type { DType } from "../../dtype.js";
import type { Refuse } from "../../files/refuse.js";
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
  | PyBuilt
  | PyGlobal;

/** Containers of values. */
export abstract class PyContainer {
  /** Levels of nesting, itself included, as of the last value put in. */
  depth = 1;

  protected hold(value: PyValue): void {
    if (value instanceof PyContainer && value.depth >= this.depth) this.depth = value.depth + 1;
  }
}

// Shared by all empty lists and sets: a pickle of a few megabytes can make millions.
const nothing: readonly PyValue[] = Object.freeze([]);

/** Values in order: the shared part of lists and sets. */
class PySequence extends PyContainer {
  items: readonly PyValue[] = nothing;

  add(value: PyValue): void {
    this.hold(value);
    if (this.items === nothing) this.items = [value];
    else (this.items as PyValue[]).push(value);
  }
}

export class PyList extends PySequence {
  declare protected readonly brand: "list";
}

export class PySet extends PySequence {
  declare protected readonly brand: "set";
}

export class PyTuple extends PyContainer {
  readonly items: readonly PyValue[];

  constructor(items: readonly PyValue[]) {
    super();
    this.items = items;
    for (const item of items) this.hold(item);
  }
}

/** Pairs as written; of a repeated key the last value counts. */
export class PyDict extends PyContainer {
  readonly keys: PyValue[] = [];
  readonly values: PyValue[] = [];

  set(key: PyValue, value: PyValue): void {
    this.hold(key);
    this.hold(value);
    this.keys.push(key);
    this.values.push(value);
  }

  /** The value of a string key, if there is one. */
  get(key: string): PyValue | undefined {
    return this.values[this.keys.lastIndexOf(key)];
  }
}

/** Objects that the BUILD instruction may give a state to. */
export abstract class PyBuilt {
  abstract build(state: PyValue): void;
}

/** A record of the archive, named by a persistent id and not read yet; or bytes that stood in the pickle itself. */
export class PyStorage {
  readonly key: string;
  /** Undefined for an untyped storage: then each tensor names its own type. */
  readonly dtype: DType | undefined;
  /** Bytes. */
  readonly size: number;
  readonly bytes: Uint8Array | undefined;

  constructor(key: string, dtype: DType | undefined, size: number, bytes?: Uint8Array) {
    this.key = key;
    this.dtype = dtype;
    this.size = size;
    this.bytes = bytes;
  }
}

/** Conversion of elements in a file to elements of a tensor. */
export interface ElementType {
  /** Dtype of the result. */
  readonly dtype: DType;
  /** Bytes of an element in the file. */
  readonly itemSize: number;
  /** Converts contiguous bytes of the file to contiguous little-endian bytes of `dtype`. */
  decode(bytes: Uint8Array, refuse: Refuse): Uint8Array;
}

/** A checked view of a storage; sizes, strides and offset count elements. */
export class PyTensor {
  readonly storage: PyStorage;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;

  constructor(
    storage: PyStorage,
    type: ElementType,
    shape: readonly number[],
    strides: readonly number[],
    offset: number,
  ) {
    this.storage = storage;
    this.type = type;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
  }
}

/** A name from the allow-list, with the function of this package that replaces it. */
export class PyGlobal {
  readonly name: string;
  readonly call: ((args: readonly PyValue[]) => PyValue) | undefined;
  /** Element type of a storage class; null for `UntypedStorage`. */
  readonly storage: DType | null | undefined;

  constructor(name: string, call?: (args: readonly PyValue[]) => PyValue, storage?: DType | null) {
    this.name = name;
    this.call = call;
    this.storage = storage;
  }
}
