import { checkIndex } from "../checks/index.js";
import type { Dataset } from "./dataset.js";

/** The elements of an array as samples. The array is not copied. */
export class ArrayDataset<T> implements Dataset<T> {
  readonly items: readonly T[];

  constructor(items: readonly T[]) {
    this.items = items;
  }

  get length(): number {
    return this.items.length;
  }

  get(index: number): T {
    checkIndex("ArrayDataset.get", index, this.length);
    return this.items[index]!;
  }
}
