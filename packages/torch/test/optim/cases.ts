// Reads the reference data of the optimisers: PyTorch's options under our names, tensors by key.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DType, fromBytes, optim, type Tensor } from "@throughline/torch";

/** A scheduler as `data.json` describes it. */
export interface ScheduleSpec {
  readonly op: string;
  readonly args: Record<string, unknown>;
}

/** One line of `data.json`. */
export interface Case {
  readonly name: string;
  readonly op: string;
  readonly inputs: string[];
  readonly args: Record<string, unknown> & {
    readonly groups?: (Record<string, unknown> & { params: number[] })[];
    readonly defaults?: Record<string, unknown>;
  };
  readonly outputs: (string | null)[];
  readonly grads: string[];
  readonly state: Record<string, string>;
  readonly layout: { state: Record<string, Record<string, unknown>>; param_groups: unknown[] };
  readonly epochs: number;
  readonly optimizer: { readonly args: Record<string, number>; readonly group_lr: number[] };
}

const folder = join(import.meta.dirname, "../fixtures/optim");

export const cases: Case[] = JSON.parse(readFileSync(join(folder, "data.json"), "utf8"));

/** Reads the tensors of a safetensors file by key. */
export function tensorsOf(path: string): (key: string) => Tensor {
  const file = readFileSync(path);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> =
    JSON.parse(file.toString("utf8", 8, start));
  const names: Record<string, DType> = { F64: "float64", F32: "float32", I64: "int64" };
  return (key) => {
    const { dtype, shape, data_offsets: at } = header[key]!;
    return fromBytes(file.subarray(start + at[0], start + at[1]), shape, names[dtype]!);
  };
}

export const fixture: (key: string) => Tensor = tensorsOf(join(folder, "data.safetensors"));

/** PyTorch's keyword arguments under our names, with "inf" and the like as numbers. */
export function camel<O>(args: Readonly<Record<string, unknown>>): O {
  const irregular: Record<string, string> = { T_max: "tMax", T_0: "t0", T_mult: "tMult" };
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      irregular[name] ?? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value === "inf" ? Number.POSITIVE_INFINITY : value,
    ]),
  ) as O;
}

type Make = new (params: optim.Parameters, options: object) => optim.Optimizer;

/** An optimiser by PyTorch's name, such as `optim.SGD`. */
export function makeOptimizer(op: string, params: unknown, options: object): optim.Optimizer {
  const known = optim as unknown as Record<string, Make>;
  return new known[op.replace("optim.", "")]!(params as optim.Parameters, options);
}
