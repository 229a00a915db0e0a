// The arguments of one call as a check sees them: by name, before libtorch does.
import { TorchError } from "../../errors.js";
import { Handle } from "../../handle.js";
import { type NativeOperator, native } from "../../native.js";

/** Calls an operator; `dispatch.call`, handed over so that checks do not depend on the dispatcher. */
export type CallOperator = (name: string, ...args: unknown[]) => unknown;

// No list that is checked is longer; a proxy may say that it is, and would be read for hours.
const LONGEST = 100_000;

/** A tensor argument. */
export interface GivenTensor {
  readonly handle: Handle;
  readonly shape: readonly number[];
  readonly numel: number;
}

/** A check throws a TorchError if the arguments would make libtorch read or write what it must not. */
export type Check = (given: Given) => void;

export class Given {
  readonly call: CallOperator;
  private readonly schema: NativeOperator["args"];
  private readonly args: readonly unknown[];

  constructor(schema: NativeOperator["args"], args: readonly unknown[], call: CallOperator) {
    this.schema = schema;
    this.args = args;
    this.call = call;
  }

  /** The value of an argument as it was given; undefined if the operator has no such argument. */
  value(name: string): unknown {
    return this.args[this.schema.findIndex((arg) => arg.name === name)];
  }

  /** The tensor given for an argument; undefined if there is none, or something else, which libtorch refuses. */
  tensor(name: string): GivenTensor | undefined {
    return describe(this.value(name));
  }

  /** The tensors given for a list argument. */
  tensors(name: string): readonly GivenTensor[] {
    return this.list(name)
      .map(describe)
      .filter((item) => item !== undefined);
  }

  /** The elements of a list argument; none if it is no list. */
  list(name: string): readonly unknown[] {
    const value = this.value(name);
    return Array.isArray(value) && value.length <= LONGEST ? value : [];
  }

  /** The lengths of the arguments that are lists. */
  lists(): readonly (readonly [name: string, length: number])[] {
    return this.args.flatMap((arg, i) =>
      Array.isArray(arg) ? [[this.schema[i]?.name ?? "", arg.length] as const] : [],
    );
  }

  /** A whole number; undefined if none was given. */
  integer(name: string): number | undefined {
    const value = this.value(name);
    return typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined;
  }

  /** A list of numbers; one number stands for itself. */
  integers(name: string): readonly number[] | undefined {
    const value = this.value(name);
    if (typeof value === "number" || typeof value === "bigint") return [Number(value)];
    if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return undefined;
    const list = value as ArrayLike<number | bigint>;
    return list.length > LONGEST
      ? refuse(name, `is a list of ${list.length} elements`)
      : Array.from(list, Number);
  }

  /** The smallest and the largest element of a tensor of integers. */
  range(tensor: GivenTensor): [least: number, most: number] {
    const [least, most] = this.call("aten::aminmax", tensor.handle) as [Handle, Handle];
    return [Number(native.item(least.handle)), Number(native.item(most.handle))];
  }

  /** The elements of a short vector of integers. */
  elements(tensor: GivenTensor): readonly number[] {
    if (tensor.shape.length !== 1) return [];
    const near = this.call("aten::to.device", tensor.handle, "cpu", "int64") as Handle;
    const plain = this.call("aten::contiguous", near) as Handle;
    return Array.from(new BigInt64Array(native.toBytes(plain.handle)), Number);
  }
}

function describe(value: unknown): GivenTensor | undefined {
  if (!(value instanceof Handle)) return undefined;
  const shape = native.shape(value.handle);
  return { handle: value, shape, numel: native.numel(value.handle) };
}

/** Refuses an argument. */
export function refuse(name: string, reason: string): never {
  throw new TorchError("torch/argument", `argument '${name}': ${reason}`);
}

export const text = (shape: readonly number[]): string => `[${shape.join(",")}]`;
