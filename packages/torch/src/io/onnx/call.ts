// One call of an operator that is converted: its arguments as values of the graph.
import { call } from "../../dispatch.js";
import type { DType } from "../../dtype.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import type { GraphBuilder } from "./builder.js";
import type { Attribute } from "./model.js";

/** Arguments and results of an operator's call, with the graph that it goes into. */
export class Call {
  readonly graph: GraphBuilder;
  readonly args: readonly unknown[];
  /** The result, or the first of its tensors. */
  readonly out: Tensor;

  constructor(graph: GraphBuilder, args: readonly unknown[], result: unknown) {
    this.graph = graph;
    this.args = args;
    this.out = (Array.isArray(result) ? result[0] : result) as Tensor;
  }

  tensor(i: number): Tensor {
    return this.args[i] as Tensor;
  }

  /** The value of argument `i`, a tensor. */
  value(i: number): string {
    return this.graph.value(this.tensor(i));
  }

  /** True unless argument `i` was left out. */
  isGiven(i: number): boolean {
    return this.args[i] !== undefined && this.args[i] !== null;
  }

  /** Same as `value`, "" for an argument that was left out. */
  optional(i: number): string {
    return this.isGiven(i) ? this.value(i) : "";
  }

  /** Argument `i`, a tensor or a number, in `dtype`. */
  operand(i: number, dtype: DType): string {
    const given = this.args[i];
    if (typeof given === "number" || typeof given === "bigint" || typeof given === "boolean")
      return this.number(given, dtype);
    return this.graph.cast(this.value(i), this.tensor(i).dtype, dtype);
  }

  /** A constant of no dimensions. */
  number(value: number | bigint | boolean, dtype: DType): string {
    return scope(() => this.graph.scalar(call("aten::scalar_tensor", value, dtype)));
  }

  /** Argument `i`, a whole number. */
  int(i: number, usual: number): number {
    return (this.args[i] ?? usual) as number;
  }

  /** Argument `i`, a list of whole numbers, or one that stands for `count` of them. */
  ints(i: number, count: number, usual: number): number[] {
    const list = this.isGiven(i) ? [this.args[i] as number | readonly number[]].flat() : [usual];
    return list.length === 1 ? Array.from({ length: count }, () => list[0]!) : list;
  }

  /** Argument `i`, dimensions of the first tensor; all of them if it was left out. */
  axes(i: number): number[] {
    if (!this.isGiven(i)) return this.tensor(0).shape.map((_, dim) => dim);
    return [this.args[i] as number | readonly number[]].flat();
  }

  /** A dimension of tensor `of`, counted from the first. */
  dim(i: number, usual: number, rank: number = this.tensor(0).ndim): number {
    const given = this.int(i, usual);
    return given < 0 ? given + rank : given;
  }

  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.graph.node(op, inputs, attributes);
  }

  whole(...values: number[]): string {
    return this.graph.whole(values);
  }
}

/** Whole numbers as an attribute. */
export const list = (values: readonly number[]): readonly bigint[] => values.map(BigInt);

/** Converts a call; gives the value of the result, or of each of its tensors. */
export type Converter = (call: Call) => string | string[];
