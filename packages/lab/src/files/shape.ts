// Shapes of JSON as values: fast to load, for listings that cannot wait for zod.

/** A check of a value; the type is what it is known to be afterwards. */
export interface Shape<T> {
  /** Problem at `where`, in words; undefined if there is none. */
  (value: unknown, where: string): string | undefined;
  /** Never set; carries the type. */
  readonly type?: T;
}

/** Characters of a wrong value that are shown. */
const SHOWN = 60;

/** Values for which `test` holds. @param expected describes them in messages */
export function where<T>(expected: string, test: (value: unknown) => boolean): Shape<T> {
  return (value, at) => {
    if (test(value)) return undefined;
    const text = value === undefined ? "missing" : JSON.stringify(value);
    const given = text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
    return `${at === "" ? "it" : at} is ${given}, and ${expected} is expected`;
  };
}

export const text: Shape<string> = where("text", (value) => typeof value === "string");
export const finite: Shape<number> = where("a number", Number.isFinite);
export const flag: Shape<boolean> = where("true or false", (value) => typeof value === "boolean");
export const anything: Shape<unknown> = () => undefined;
/** A whole number from 0. */
export const whole: Shape<number> = where(
  "a whole number from 0",
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);
/** The number of a process. */
export const pid: Shape<number> = where(
  "the number of a process",
  (value) => Number.isSafeInteger(value) && (value as number) >= 1,
);
/** A time as JSON holds it. */
export const time: Shape<string> = where(
  "a time such as 2026-11-22T20:26:01.000Z",
  (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
);

export function oneOf<const T>(values: readonly T[]): Shape<T> {
  return where(values.length === 1 ? String(values[0]) : `one of ${values.join(", ")}`, (value) =>
    values.includes(value as T),
  );
}

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, at) => (value === undefined ? undefined : shape(value, at));
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, at) => (value === null ? undefined : shape(value, at));
}

const list = where("a list", Array.isArray);

export function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  return (value, at) => list(value, at) ?? firstOf(Object.entries(value as T[]), () => shape, at);
}

const object = where(
  "an object",
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);

/** Any names, with values of one shape. */
export function recordOf<T>(shape: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, at) => object(value, at) ?? firstOf(Object.entries(value as object), () => shape, at);
}

/** These names, each with its shape; others may be there besides. */
export function objectOf<T extends object>(
  parts: { readonly [K in keyof Required<T>]: Shape<T[K]> },
): Shape<T> {
  const shapes = Object.entries(parts) as [string, Shape<unknown>][];
  return (value, at) =>
    object(value, at) ??
    firstOf(
      shapes.map(([name]) => [name, own(value as Record<string, unknown>, name)]),
      (i) => shapes[i]![1],
      at,
    );
}

/** Never what every object has by itself, such as `toString`. */
function own(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function firstOf(
  entries: readonly (readonly [string, unknown])[],
  shapeOf: (i: number) => Shape<unknown>,
  at: string,
): string | undefined {
  for (const [i, [name, part]] of entries.entries()) {
    const problem = shapeOf(i)(part, at === "" ? name : `${at}.${name}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
