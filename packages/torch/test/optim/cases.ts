// Reads the reference data of the optimisers: PyTorch's options under our names, tensors by key.
import { optim } from "@throughline/torch";
import { type Fixture, loadFixture } from "../support/fixtures.js";

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
}

const file: Fixture<Case> = loadFixture<Case>("optim");

export const cases: Case[] = file.cases;
export const fixture: Fixture["tensor"] = file.tensor;

/** PyTorch's keyword arguments under our names, with "inf" and the like as numbers. */
export function camel<O>(args: Readonly<Record<string, unknown>>): O {
  const irregular: Record<string, string> = { T_max: "tMax", T_0: "t0", T_mult: "tMult" };
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      irregular[name] ?? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      file.argument(value),
    ]),
  ) as O;
}

type Make = new (params: unknown, options: object) => optim.Optimizer;

/** An optimiser by PyTorch's name, such as `optim.SGD`. */
export function makeOptimizer(op: string, params: unknown, options: object): optim.Optimizer {
  const known = optim as unknown as Record<string, Make>;
  return new known[op.replace("optim.", "")]!(params, options);
}
