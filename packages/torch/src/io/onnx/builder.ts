// A graph while it is built: names of tensors, nodes, constants.
import type { DType } from "../../dtype.js";
import type { Tensor } from "../../tensor/index.js";
import { type Attribute, type Constant, elementTypes, type OnnxNode } from "./model.js";

/** The part of the graph that has been followed so far. */
export class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants: Map<string, Constant> = new Map();
  /** Calls that could not be converted: operators by the values that they give. */
  readonly refused: Map<string, string> = new Map();
  readonly #names = new Map<Tensor, string>();
  readonly #weights: ReadonlyMap<Tensor, string>;
  readonly #taken: ReadonlySet<string>;
  /** Values that depend on the inputs. */
  readonly #live = new Set<string>();
  #count = 0;

  /** @param weights names of the tensors that the net holds. @param taken names of inputs and outputs */
  constructor(weights: ReadonlyMap<Tensor, string>, taken: readonly string[]) {
    this.#weights = weights;
    this.#taken = new Set(taken);
  }

  /** True if a tensor depends on the inputs. */
  isLive(tensor: Tensor): boolean {
    return this.#live.has(this.#names.get(tensor) ?? "");
  }

  /** Gives a tensor that depends on the inputs its name. */
  bind(tensor: Tensor, name: string): void {
    this.#names.set(tensor, name);
    this.#live.add(name);
  }

  /** The value of a tensor; one that does not depend on the inputs becomes a constant. */
  value(tensor: Tensor): string {
    const known = this.#names.get(tensor);
    if (known !== undefined) return known;
    const own = this.#weights.get(tensor) ?? this.#fresh("constant");
    // An input or output keeps its name, and a weight of the same name gives way.
    const name = this.#taken.has(own) ? `weights/${own}` : own;
    this.#names.set(tensor, name);
    this.#keep(name, tensor.dtype, tensor.shape, tensor.toBytes());
    return name;
  }

  /** A constant of whole numbers. @param isScalar of no dimension rather than one */
  whole(values: readonly number[], isScalar = false): string {
    const name = this.#fresh("sizes");
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.#keep(name, "int64", isScalar ? [] : [values.length], bytes);
  }

  /** A number as a constant of no dimensions. */
  scalar(number: Tensor): string {
    return this.#keep(this.#fresh("number"), number.dtype, [], number.toBytes());
  }

  /** Adds a node. @returns the name of its only output */
  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.nodeOf(op, inputs, 1, attributes)[0]!;
  }

  /** Adds a node. @returns the names of its outputs */
  nodeOf(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string[] {
    const outputs = Array.from({ length: count }, () => this.#fresh("value"));
    this.nodes.push({ op, inputs, outputs, attributes });
    return outputs;
  }

  /** A value in another dtype. */
  cast(name: string, from: DType, to: DType): string {
    return from === to ? name : this.node("Cast", [name], { to: BigInt(elementTypes[to] ?? 0) });
  }

  /** Notes that an operator has no counterpart. @returns the name that its result would have */
  refuse(operator: string, inputs: readonly Tensor[]): string {
    const name = this.#fresh("refused");
    this.refused.set(name, operator);
    // Holds its place, so that what the operator depends on is not lost from sight.
    const values = inputs.filter((each) => this.isLive(each)).map((each) => this.value(each));
    this.nodes.push({ op: "", inputs: values, outputs: [name], attributes: {} });
    return name;
  }

  #keep(name: string, dtype: DType, shape: readonly number[], bytes: Uint8Array): string {
    this.constants.set(name, { name, dtype, shape, bytes });
    return name;
  }

  /** A name that nothing else has: those of inputs, outputs and weights do not begin with a slash. */
  #fresh(kind: string): string {
    this.#count += 1;
    return `/${kind}_${this.#count}`;
  }
}
