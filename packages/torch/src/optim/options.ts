// Options by table: a default and a range for each, checked in one place, with every problem reported at once.
import { show } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { nearest } from "./names.js";

/** What one option may be. */
export interface Rule<T> {
  /** The value if none is given. */
  readonly initial: T;
  /** The accepted values in words, for the error. */
  readonly accepted: string;
  /** Whether `value` is accepted. */
  accepts(value: unknown): boolean;
}

/** A rule for every option. */
export type Rules<O> = { readonly [K in keyof O]-?: Rule<O[K]> };

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** A finite number of at least `low`. */
export function atLeast(low: number, initial: number): Rule<number> {
  return {
    initial,
    accepted: `a number of at least ${low}`,
    accepts: (value) => isNumber(value) && value >= low,
  };
}

/** A finite number from `low` to `high`; `open` leaves the lower end out. */
export function between(low: number, high: number, initial: number, open = false): Rule<number> {
  return {
    initial,
    accepted: open ? `a number above ${low} and at most ${high}` : `a number from ${low} to ${high}`,
    accepts: (value) => isNumber(value) && (open ? value > low : value >= low) && value <= high,
  };
}

/** Any finite number. */
export function anyNumber(initial: number): Rule<number> {
  return { initial, accepted: "a number", accepts: isNumber };
}

/** A whole number of at least `low`. */
export function whole(low: number, initial: number): Rule<number> {
  return {
    initial,
    accepted: `a whole number of at least ${low}`,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= low,
  };
}

/** true or false. */
export function flag(initial: boolean): Rule<boolean> {
  return { initial, accepted: "true or false", accepts: (value) => typeof value === "boolean" };
}

/** One of a few words. */
export function oneOf<T extends string>(words: readonly T[], initial: T): Rule<T> {
  return {
    initial,
    accepted: words.map((word) => `"${word}"`).join(" or "),
    accepts: (value) => (words as readonly unknown[]).includes(value),
  };
}

/** Two decay rates of moving averages, each from 0 up to but not 1. */
export function decayRates(first: number, second: number): Rule<readonly [number, number]> {
  return {
    initial: [first, second],
    accepted: "two numbers from 0 up to but not 1",
    accepts: (value) =>
      Array.isArray(value) &&
      value.length === 2 &&
      value.every((rate) => isNumber(rate) && rate >= 0 && rate < 1),
  };
}

/** `rule`'s values, or undefined, which is the default. */
export function optional<T>(rule: Rule<T>): Rule<T | undefined> {
  return { ...rule, initial: undefined, accepts: (value) => value === undefined || rule.accepts(value) };
}

/** `rule` without a default: the option must be given. */
export function required<T>(rule: Rule<T>): Rule<T> {
  return { ...rule, initial: undefined as T };
}

/** What is wrong with a value, or undefined. */
export function refusal(name: string, value: unknown, rule: Rule<unknown>): string | undefined {
  return rule.accepts(value) ? undefined : `${name} is ${show(value)}, accepted: ${rule.accepted}`;
}

/** What is wrong with a name that no rule has. */
export function unknownName(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return `there is no option ${name}${meant === undefined ? ` (options: ${known.join(", ")})` : `; did you mean ${meant}?`}`;
}

/**
 * `given` over `base`, checked.
 * @throws TorchError `torch/argument` naming every unknown option and every bad value.
 */
export function resolve<O extends object>(owner: string, rules: Rules<O>, given: object, base: O): O {
  if (typeof given !== "object" || given === null) {
    throw new TorchError("torch/argument", `${owner}: the options are ${show(given)}, accepted: an object`);
  }
  const table = rules as Readonly<Record<string, Rule<unknown>>>;
  const result = { ...base } as Record<string, unknown>;
  const problems: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const rule = Object.hasOwn(table, name) ? table[name] : undefined;
    if (rule === undefined) problems.push(unknownName(name, Object.keys(table)));
    else {
      if (value !== undefined) result[name] = value;
      const problem = refusal(name, result[name], rule);
      if (problem !== undefined) problems.push(problem);
    }
  }
  for (const [name, rule] of Object.entries(table)) {
    const problem = name in given ? undefined : refusal(name, result[name], rule);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw new TorchError("torch/argument", `${owner}: ${problems.join("; ")}`);
  return result as O;
}

/** Every rule's default. */
export function defaults<O extends object>(rules: Rules<O>): O {
  return Object.fromEntries(
    Object.entries(rules as Readonly<Record<string, Rule<unknown>>>).map(([name, rule]) => [
      name,
      rule.initial,
    ]),
  ) as O;
}
