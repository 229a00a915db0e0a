import { quote, type Refuse } from "../../files/refuse.js";
import { deepest } from "./budget.js";
import { NumpyArray, NumpyType } from "./numpy.js";
import {
  type PyBuilt,
  PyDict,
  type PyGlobal,
  PyList,
  PySet,
  PyStorage,
  PyTensor,
  PyTuple,
  type PyValue,
} from "./objects.js";
import type { PtValue } from "./value.js";

/**
 * Converts the values that the pickle described into plain ones; an object that is referred to several times
 * becomes one object.
 * @param leaf makes the value for a tensor, called once per tensor
 * @throws io/format for a container that contains itself or an unhashable key, io/limit beyond 200 levels of
 * nesting
 */
export function convert<T>(value: PyValue, leaf: (tensor: PyTensor) => T, refuse: Refuse): PtValue<T> {
  return new Converter(leaf, refuse).value(value, 0);
}

class Converter<T> {
  readonly #leaf: (tensor: PyTensor) => T;
  readonly #refuse: Refuse;
  readonly #done = new Map<PyValue, PtValue<T>>();
  readonly #open = new Set<PyValue>();

  constructor(leaf: (tensor: PyTensor) => T, refuse: Refuse) {
    this.#leaf = leaf;
    this.#refuse = refuse;
  }

  value(value: PyValue, depth: number): PtValue<T> {
    if (value === null || typeof value !== "object" || value instanceof Uint8Array || "kind" in value)
      return value;
    const known = this.#done.get(value);
    if (known !== undefined) return known;
    if (this.#open.has(value)) throw this.#refuse("format", "holds a container that contains itself");
    if (depth > deepest) throw this.#refuse("limit", `is nested more than ${deepest} levels deep`);
    this.#open.add(value);
    const made = this.#make(value, depth + 1);
    this.#open.delete(value);
    this.#done.set(value, made);
    return made;
  }

  #make(
    value: PyList | PyTuple | PyDict | PySet | PyStorage | PyTensor | PyBuilt | PyGlobal,
    depth: number,
  ): PtValue<T> {
    if (value instanceof PyTensor) return this.#leaf(value);
    if (value instanceof NumpyArray) return this.#leaf(value.tensor);
    if (value instanceof NumpyType) return { kind: "dtype", name: value.elements.dtype };
    if (value instanceof PyDict) return this.#dict(value, depth);
    if (value instanceof PySet) return new Set(value.items.map((item) => this.#key(item, depth)));
    if (value instanceof PyList || value instanceof PyTuple)
      return value.items.map((item) => this.value(item, depth));
    const what =
      value instanceof PyStorage
        ? "a storage outside a tensor"
        : `the global ${quote((value as PyGlobal).name)} as a value`;
    throw this.#refuse("format", `holds ${what}, which has no counterpart here`);
  }

  #dict({ keys, values }: PyDict, depth: number): PtValue<T> {
    if (!keys.every((key) => typeof key === "string")) {
      return new Map(keys.map((key, at) => [this.#key(key, depth), this.value(values[at]!, depth)]));
    }
    const dict: Record<string, PtValue<T>> = Object.create(null);
    keys.forEach((key, at) => {
      dict[key] = this.value(values[at]!, depth);
    });
    return dict;
  }

  #key(key: PyValue, depth: number): PtValue<T> {
    if (key instanceof PyList || key instanceof PyDict || key instanceof PySet) {
      throw this.#refuse("format", "has a list, dict or set as a key, which Python does not allow");
    }
    return this.value(key, depth);
  }
}
