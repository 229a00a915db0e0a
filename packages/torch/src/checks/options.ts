// Options by table: a default and a range for each, checked in one place, with every problem reported at once.
import { TorchError } from "../errors.js";
import { show } from "./show.js";
import { suggestion } from "./suggest.js";
import { isNumber, isWhole, wholeRange } from "./values.js";

/** Rule for the value of one option. */
export interface Rule<T> {
  /** The value if none is given. */
  readonly initial: T;
  /** The accepted values in words, for the error. */
  readonly accepted: string;
  /** True if `value` is accepted. */
  accepts(value: unknown): boolean;
}

/** A rule for every option. */
export type Rules<O> = { readonly [K in keyof O]-?: Rule<O[K]> };

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

/** A whole number of at least `low`, and at most `high`. */
export function whole(low: number, initial: number, high: number = Number.MAX_SAFE_INTEGER): Rule<number> {
  return {
    initial,
    accepted: wholeRange(low, high),
    accepts: (value) => isWhole(value, low, high),
  };
}

/** A finite number above 0. */
export function positive(initial: number): Rule<number> {
  return { initial, accepted: "a number above 0", accepts: (value) => isNumber(value) && value > 0 };
}

/** A function. */
export function callback<T>(): Rule<T | undefined> {
  return {
    initial: undefined,
    accepted: "a function",
    accepts: (value) => value === undefined || typeof value === "function",
  };
}

/** Text. */
export function text(initial: string): Rule<string> {
  return { initial, accepted: "text", accepts: (value) => typeof value === "string" };
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

/** Two finite numbers that fit together. @param accepted in words */
export function numberPair(
  initial: readonly [number, number],
  accepted: string,
  fits: (first: number, second: number) => boolean,
): Rule<readonly [number, number]> {
  return {
    initial,
    accepted,
    accepts: (value) =>
      Array.isArray(value) && value.length === 2 && value.every(isNumber) && fits(value[0]!, value[1]!),
  };
}

/** Two decay rates of moving averages, each from 0 up to but not 1. */
export function decayRates(first: number, second: number): Rule<readonly [number, number]> {
  const isRate = (rate: number): boolean => rate >= 0 && rate < 1;
  return numberPair([first, second], "two numbers from 0 up to but not 1", (a, b) => isRate(a) && isRate(b));
}

/** `rule`'s values, or undefined, which is the default. */
export function optional<T>(rule: Rule<T>): Rule<T | undefined> {
  return { ...rule, initial: undefined, accepts: (value) => value === undefined || rule.accepts(value) };
}

/** `rule` without a default: the option must be given. */
export function required<T>(rule: Rule<T>): Rule<T> {
  return { ...rule, initial: undefined as T };
}

/** Problem of a value, or undefined. */
export function refusal(name: string, value: unknown, rule: Rule<unknown>): string | undefined {
  return rule.accepts(value) ? undefined : `${name} is ${show(value)}, accepted: ${rule.accepted}`;
}

/** Problem of a name that no rule has. */
function unknownName(name: string, known: readonly string[]): string {
  return `there is no option ${name}${suggestion(name, known)}`;
}

/**
 * Checked options: `given` where present, else `base`.
 * @param owner name of the layer or function that has the options, for the message
 * @param given the caller's object; undefined stands for an empty one, and an undefined value for that of `base`
 * @param base values of options that are not given. Default: every rule's default.
 * @throws TorchError `torch/argument` naming every unknown option and every bad value
 * @example
 * const rules: Rules<Required<PoolOptions>> = { size: required(whole(1, 2)), mode: oneOf(["max", "mean"], "max") };
 * const { size, mode } = checkOptions("Pool", rules, options);
 */
export function checkOptions<O extends object>(
  owner: string,
  rules: Rules<O>,
  given: object | undefined,
  base: O = defaults(rules),
): O {
  const table = rules as Readonly<Record<string, Rule<unknown>>>;
  const result = { ...base } as Record<string, unknown>;
  const problems: string[] = [];
  for (const [name, value] of Object.entries(checkObject(owner, given))) {
    if (!Object.hasOwn(table, name)) problems.push(unknownName(name, Object.keys(table)));
    else if (value !== undefined) result[name] = value;
  }
  for (const [name, rule] of Object.entries(table)) {
    const problem = refusal(name, result[name], rule);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw new TorchError("torch/argument", `${owner}: ${problems.join("; ")}`);
  return result as O;
}

/** The names of an options type, each once; the compiler reports a missing one. */
export type OptionNames<O extends object> = { readonly [K in keyof O]-?: true };

/**
 * The options as given, when their values are checked elsewhere (sizes that depend on each other, callbacks, tensors).
 * @throws TorchError `torch/argument` unless `given` is an object, or undefined, with no other names than `names`
 */
export function knownOptions<O extends object>(
  owner: string,
  names: OptionNames<O>,
  given: O | undefined,
): O {
  const known = Object.keys(names);
  const options = checkObject(owner, given);
  const problems = Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => unknownName(name, known));
  if (problems.length > 0) throw new TorchError("torch/argument", `${owner}: ${problems.join("; ")}`);
  return options as O;
}

function checkObject(owner: string, given: unknown): object {
  if (given === undefined) return {};
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return given;
  throw new TorchError("torch/argument", `${owner}: the options are ${show(given)}, accepted: an object`);
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
