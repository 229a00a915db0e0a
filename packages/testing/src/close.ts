// The one matcher for numbers: expect(tensor).toBeClose(reference), with torch.testing's tolerances.
import { type DType, Tensor } from "@throughline/torch";
import { expect } from "vitest";

/** Tolerances of `toBeClose`: |actual − expected| ≤ atol + rtol · |expected|; NaN is close to NaN. */
export interface CloseOptions {
  readonly rtol?: number;
  readonly atol?: number;
  /** Reason why the tolerance is looser than the dtype's default; required if it is. */
  readonly because?: string;
}

/** Expected value: a tensor of the same dtype and shape, or plain numbers of the same shape. */
export type Reference =
  | Tensor
  | number
  | boolean
  | bigint
  | { re: number; im: number }
  | readonly Reference[];

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: the type parameter must be declared as vitest declares it
  interface Matchers<T = any> {
    toBeClose(expected: Reference, options?: CloseOptions): T;
  }
}

const exact = { rtol: 0, atol: 0 };
const single = { rtol: 1.3e-6, atol: 1e-5 };
const double = { rtol: 1e-7, atol: 1e-7 };
/** torch.testing.assert_close's defaults; whole numbers and bools must be equal. */
const defaults: Partial<Record<DType, { rtol: number; atol: number }>> = {
  float16: { rtol: 1e-3, atol: 1e-5 },
  bfloat16: { rtol: 1.6e-2, atol: 1e-5 },
  float32: single,
  complex64: single,
  float64: double,
  complex128: double,
};

type Outcome = { pass: boolean; message: () => string };

expect.extend({
  toBeClose(actual: unknown, expected: Reference, options: CloseOptions = {}): Outcome {
    const problem = compare(actual, expected, options);
    return { pass: problem === undefined, message: () => problem ?? "expected the tensors to differ" };
  },
});

/** Description of the difference; undefined if both are close. */
export function compare(actual: unknown, expected: Reference, options: CloseOptions): string | undefined {
  const own = actual instanceof Tensor ? actual.dtype : "float64";
  const usual = defaults[own] ?? exact;
  const { rtol = usual.rtol, atol = usual.atol, because } = options;
  if ((rtol > usual.rtol || atol > usual.atol) && because === undefined) {
    throw new Error(`toBeClose: rtol ${rtol}, atol ${atol} are looser than ${own}'s; say why in \`because\``);
  }
  if (expected instanceof Tensor && actual instanceof Tensor && own !== expected.dtype) {
    return `expected dtype ${expected.dtype}, got ${own}`;
  }
  const [shape, got] = flatten(actual);
  const [wantedShape, wanted] = flatten(expected);
  if (shape.join() !== wantedShape.join()) return `expected shape [${wantedShape}], got [${shape}]`;
  const allowed = (size: number): number => atol + (Number.isFinite(size) ? rtol * Math.abs(size) : 0);
  const misses = got.flatMap((value, i) => {
    const excess = distance(value, wanted[i]!) - allowed(Number(wanted[i]));
    return isSame(value, wanted[i]!) || excess <= 0 ? [] : [{ i, excess }];
  });
  if (misses.length === 0) return undefined;
  const worst = misses.reduce((a, b) => (b.excess > a.excess ? b : a));
  const place = indexOf(worst.i, shape);
  return (
    `${misses.length} of ${got.length} elements differ (rtol ${rtol}, atol ${atol}${because ? `: ${because}` : ""}); ` +
    `worst at [${place}]: expected ${wanted[worst.i]}, got ${got[worst.i]}`
  );
}

function isSame(a: number | bigint, b: number | bigint): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** Distance; infinite if either is not finite (then only the same number is close). */
function distance(a: number | bigint, b: number | bigint): number {
  if (typeof a === "bigint" && typeof b === "bigint") return Number(a > b ? a - b : b - a);
  const difference = Math.abs(Number(a) - Number(b));
  return Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY;
}

/** Shape and elements; complex elements as pairs along a last dimension of 2. */
function flatten(value: unknown): [number[], (number | bigint)[]] {
  const shape = value instanceof Tensor ? value.shape : [];
  const nested = value instanceof Tensor ? value.toArray() : value;
  if (!(value instanceof Tensor)) {
    for (let node: unknown = nested; Array.isArray(node); node = node[0]) shape.push(node.length);
  }
  const leaves = [nested].flat(Number.POSITIVE_INFINITY as 1) as unknown[];
  const complex =
    typeof leaves[0] === "object" || (value instanceof Tensor && value.dtype.startsWith("complex"));
  if (complex) {
    const pairs = leaves.flatMap((leaf) => {
      const { re, im } =
        typeof leaf === "object" ? (leaf as { re: number; im: number }) : { re: Number(leaf), im: 0 };
      return [re, im];
    });
    return [[...shape, 2], pairs];
  }
  return [shape, leaves.map((leaf) => (typeof leaf === "bigint" ? leaf : Number(leaf)))];
}

function indexOf(flat: number, shape: readonly number[]): number[] {
  let rest = flat;
  return shape
    .toReversed()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .toReversed();
}
