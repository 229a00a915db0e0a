// ONNX files computed from the definitions of the operators (https://onnx.ai/onnx/operators, opset 17), number by number:
// slow, in double precision, and sharing nothing with what writes the files.
import { readFileSync } from "node:fs";
import { type Fields, fields } from "@throughline/testing/protobuf";

/** A tensor of the graph: its element type by number, its sizes, its elements row by row. */
export interface Value {
  readonly type: number;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type Attributes = ReadonlyMap<string, Fields>;
type Operator = (inputs: readonly (Value | undefined)[], attributes: Attributes, count: number) => Value[];

const [FLOAT, INT64, BOOL, DOUBLE] = [1, 7, 9, 11];
const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
const messages = (found: Fields, number: number): Fields[] =>
  (found.get(number) ?? []).map((bytes) => fields(bytes as Buffer));
const text = (found: Fields, number: number): string => String(found.get(number)?.[0] ?? "");
const signed = (value: bigint | Buffer): number => Number(BigInt.asIntN(64, value as bigint));
const int = (attributes: Attributes, name: string, usual: number): number =>
  attributes.has(name) ? signed(attributes.get(name)!.get(3)![0]!) : usual;
const ints = (attributes: Attributes, name: string): number[] =>
  (attributes.get(name)?.get(8) ?? []).map(signed);
const float = (attributes: Attributes, name: string, usual: number): number =>
  attributes.has(name) ? (attributes.get(name)!.get(2)![0] as Buffer).readFloatLE() : usual;

function constant(tensor: Fields): Value {
  const [type, bytes] = [Number(tensor.get(2)![0]), tensor.get(9)![0] as Buffer];
  const [width, read] = {
    [FLOAT]: [4, (at: number) => bytes.readFloatLE(at)],
    [INT64]: [8, (at: number) => Number(bytes.readBigInt64LE(at))],
    [BOOL]: [1, (at: number) => bytes[at]!],
    [DOUBLE]: [8, (at: number) => bytes.readDoubleLE(at)],
  }[type] as [number, (at: number) => number];
  const shape = (tensor.get(1) ?? []).map(Number);
  return { type, shape, data: Array.from({ length: product(shape) }, (_, i) => read(i * width)) };
}

/** A tensor whose element at each place is what `at` gives. */
function filled(type: number, shape: readonly number[], at: (place: readonly number[]) => number): Value {
  const place = shape.map(() => 0);
  const data = Array.from({ length: product(shape) }, () => {
    const value = at(place);
    for (let dim = shape.length - 1; dim >= 0 && ++place[dim]! === shape[dim]; dim--) place[dim] = 0;
    return value;
  });
  return { type, shape, data };
}

/** The element at a place, of the last dimensions; sizes of 1 are repeated. */
function pick({ shape, data }: Value, place: readonly number[]): number {
  const own = place.slice(place.length - shape.length);
  return data[shape.reduce((at, size, dim) => at * size + (size === 1 ? 0 : own[dim]!), 0)]!;
}

function broadcast(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, dim) => {
    const sizes = shapes.map((shape) => shape[dim - rank + shape.length] ?? 1).filter((size) => size !== 1);
    if (new Set(sizes).size > 1) throw new Error(`sizes ${shapes.join(" and ")} do not fit`);
    return sizes[0] ?? 1;
  });
}

/** Of each element; the operands have one type, as ONNX demands. */
const each =
  (compute: (...numbers: number[]) => number, type?: number): Operator =>
  (inputs) => {
    const given = inputs as readonly Value[];
    if (new Set(given.map((one) => one.type)).size > 1) throw new Error("operands of different types");
    const shape = broadcast(...given.map((one) => one.shape));
    const at = (place: readonly number[]) => compute(...given.map((one) => pick(one, place)));
    return [filled(type ?? given[0]!.type, shape, at)];
  };

const reshaped = ({ type, data }: Value, shape: readonly number[]): Value => ({ type, shape, data });
const dimOf = (dim: number, { shape }: Value): number => (dim < 0 ? dim + shape.length : dim);

/** Folds the elements along `axes`, which stay as sizes of 1 if `keep`. */
function fold(x: Value, axes: readonly number[], keep: boolean, of: (numbers: number[]) => number): Value {
  const over = new Set((axes.length > 0 ? axes : x.shape.map((_, i) => i)).map((dim) => dimOf(dim, x)));
  const groups = new Map<string, number[]>();
  filled(x.type, x.shape, (place) => {
    const key = String(place.map((at, dim) => (over.has(dim) ? 0 : at)));
    groups.set(key, [...(groups.get(key) ?? []), pick(x, place)]);
    return 0;
  });
  const data = [...groups.values()].map(of);
  const shape = x.shape.map((size, dim) => (over.has(dim) ? 1 : size));
  return { type: x.type, shape: keep ? shape : x.shape.filter((_, dim) => !over.has(dim)), data };
}

const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const mean = (numbers: readonly number[]): number => total(numbers) / numbers.length;

/** exp(x) / Σ exp along an axis. */
function softmax(x: Value, axis: number): Value {
  const sums = fold(x, [axis], true, (numbers) => total(numbers.map(Math.exp)));
  return filled(x.type, x.shape, (place) => Math.exp(pick(x, place)) / pick(sums, place));
}

/** The integral of the bell curve, by its power series. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function matmul(a: Value, b: Value): Value {
  const [rows, inner, columns] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  if (a.type !== b.type || b.shape.at(-2) !== inner)
    throw new Error(`MatMul of ${a.shape} and ${b.shape}, types ${a.type} and ${b.type}`);
  const outer = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return filled(a.type, [...outer, rows, columns], (place) => {
    const [at, i, j] = [place.slice(0, -2), place.at(-2)!, place.at(-1)!];
    return total(Array.from({ length: inner }, (_, k) => pick(a, [...at, i, k]) * pick(b, [...at, k, j])));
  });
}

function transposed(x: Value, order: readonly number[]): Value {
  return filled(
    x.type,
    order.map((dim) => x.shape[dim]!),
    (place) =>
      pick(
        x,
        x.shape.map((_, dim) => place[order.indexOf(dim)]!),
      ),
  );
}

/** Every offset in a window of the sizes given. */
function offsets(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (found, size) => found.flatMap((one) => Array.from({ length: size }, (_, i) => [...one, i])),
    [[]],
  );
}

/** Attributes of a window that slides over the last dimensions; both paddings are the same here. */
function windowOf(attributes: Attributes, kernel: readonly number[] = ints(attributes, "kernel_shape")) {
  const or = (name: string, usual: number) => {
    const given = ints(attributes, name);
    return kernel.map((_, dim) => given[dim] ?? usual);
  };
  const [strides, pads, dilations] = [or("strides", 1), or("pads", 0), or("dilations", 1)];
  const reach = kernel.map((size, dim) => (size - 1) * dilations[dim]! + 1);
  const rounded = int(attributes, "ceil_mode", 0) === 1 ? Math.ceil : Math.floor;
  const sizes = (of: readonly number[]) =>
    of.map((size, dim) => rounded((size + 2 * pads[dim]! - reach[dim]!) / strides[dim]!) + 1);
  /** The place of the window's element, undefined in the padding. */
  const place = (at: readonly number[], offset: readonly number[], of: readonly number[]) => {
    const found = at.map((to, dim) => to * strides[dim]! - pads[dim]! + offset[dim]! * dilations[dim]!);
    return found.every((one, dim) => one >= 0 && one < of[dim]!) ? found : undefined;
  };
  return { kernel, strides, pads, dilations, sizes, place };
}

const pool =
  (of: (numbers: number[], whole: number) => number): Operator =>
  ([given], attributes) => {
    const x = given!;
    const { kernel, sizes, place } = windowOf(attributes);
    const space = x.shape.slice(2);
    return [
      filled(x.type, [...x.shape.slice(0, 2), ...sizes(space)], ([n, c, ...at]) => {
        const inside = offsets(kernel).flatMap((offset) => place(at, offset, space) ?? []);
        const found = Array.from({ length: inside.length / at.length }, (_, i) =>
          pick(x, [n!, c!, ...inside.slice(i * at.length, (i + 1) * at.length)]),
        );
        return of(found, product(kernel));
      }),
    ];
  };

/** y = Σ W · x + bias over a window, channels in groups. */
const conv: Operator = ([given, weight, bias], attributes) => {
  const [x, w] = [given!, weight!];
  const { kernel, sizes, place } = windowOf(attributes);
  const [space, own] = [x.shape.slice(2), w.shape[1]!];
  const perGroup = w.shape[0]! / int(attributes, "group", 1);
  const shape = [x.shape[0]!, w.shape[0]!, ...sizes(space)];
  return [
    filled(x.type, shape, ([n, c, ...at]) => {
      const first = Math.floor(c! / perGroup) * own;
      let sum = bias === undefined ? 0 : bias.data[c!]!;
      for (const offset of offsets(kernel)) {
        const from = place(at, offset, space);
        if (from === undefined) continue;
        for (let k = 0; k < own; k++) sum += pick(x, [n!, first + k, ...from]) * pick(w, [c!, k, ...offset]);
      }
      return sum;
    }),
  ];
};

/** The adjoint of `conv`: every element of x adds W · x to the window that it would be computed from. */
const convTranspose: Operator = ([given, weight, bias], attributes) => {
  const [x, w] = [given!, weight!];
  const { kernel, strides, pads, dilations, place } = windowOf(attributes);
  const [space, group] = [x.shape.slice(2), int(attributes, "group", 1)];
  const more = ints(attributes, "output_padding");
  const to = space.map(
    (size, dim) =>
      (size - 1) * strides[dim]! +
      (more[dim] ?? 0) +
      (kernel[dim]! - 1) * dilations[dim]! +
      1 -
      2 * pads[dim]!,
  );
  const out = filled(x.type, [x.shape[0]!, w.shape[1]! * group, ...to], ([, c]) => bias?.data[c!] ?? 0);
  const data = [...out.data];
  filled(x.type, x.shape, ([n, c, ...at]) => {
    const first = Math.floor(c! / (x.shape[1]! / group)) * w.shape[1]!;
    for (const offset of offsets(kernel)) {
      const where = place(at, offset, to);
      if (where === undefined) continue;
      for (let k = 0; k < w.shape[1]!; k++) {
        const index = [n!, first + k, ...where].reduce((sum, one, dim) => sum * out.shape[dim]! + one, 0);
        data[index]! += pick(x, [n!, c!, ...at]) * pick(w, [c!, k, ...offset]);
      }
    }
    return 0;
  });
  return [{ ...out, data }];
};

/** Parts of x along an axis, from `start` on, of the size given. */
const part = (x: Value, axis: number, start: number, size: number, step = 1): Value =>
  filled(
    x.type,
    x.shape.map((whole, dim) => (dim === axis ? size : whole)),
    (place) =>
      pick(
        x,
        place.map((at, dim) => (dim === axis ? start + at * step : at)),
      ),
  );

const slice: Operator = ([given, starts, ends, axes, steps]) => {
  let x = given!;
  axes!.data.forEach((axis, i) => {
    const [dim, step] = [dimOf(axis, x), steps!.data[i]!];
    const whole = x.shape[dim]!;
    const clipped = (at: number) => Math.min(Math.max(at < 0 ? at + whole : at, 0), whole);
    const [start, end] = [clipped(starts!.data[i]!), clipped(ends!.data[i]!)];
    x = part(x, dim, start, Math.max(0, Math.ceil((end - start) / step)), step);
  });
  return [x];
};

/** What each operator gives. */
export const operators: Readonly<Record<string, Operator>> = {
  ...{ Identity: ([x]) => [x!], Add: each((a, b) => a + b), Sub: each((a, b) => a - b) },
  ...{ Mul: each((a, b) => a * b), Div: each((a, b) => a / b), Pow: each((a, b) => a ** b) },
  ...{ Max: each(Math.max), Min: each(Math.min), Equal: each((a, b) => Number(a === b), BOOL) },
  ...{ Greater: each((a, b) => Number(a > b), BOOL), Less: each((a, b) => Number(a < b), BOOL) },
  ...{
    Relu: each((x) => Math.max(x, 0)),
    Tanh: each(Math.tanh),
    Sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  },
  ...{ Exp: each(Math.exp), Log: each(Math.log), Sqrt: each(Math.sqrt), Neg: each((x) => -x) },
  ...{ Abs: each(Math.abs), Erf: each(erf), Sin: each(Math.sin), Cos: each(Math.cos) },
  ...{ Floor: each(Math.floor), Reciprocal: each((x) => 1 / x) },
  Elu: (x, has) => each((v) => (v > 0 ? v : float(has, "alpha", 1) * Math.expm1(v)))(x, has, 1),
  LeakyRelu: (x, has) => each((v) => (v > 0 ? v : float(has, "alpha", 0.01) * v))(x, has, 1),
  Clip: ([x, least, most], has) => {
    const bounds = [least?.data[0] ?? Number.NEGATIVE_INFINITY, most?.data[0] ?? Number.POSITIVE_INFINITY];
    if ([least, most].some((bound) => bound !== undefined && bound.type !== x!.type))
      throw new Error("Clip: bounds of another type");
    return each((v) => Math.min(Math.max(v, bounds[0]!), bounds[1]!))([x], has, 1);
  },
  Where: ([choice, a, b]) => {
    if (choice!.type !== BOOL || a!.type !== b!.type) throw new Error("Where: types do not fit");
    const shape = broadcast(choice!.shape, a!.shape, b!.shape);
    return [filled(a!.type, shape, (place) => pick(pick(choice!, place) ? a! : b!, place))];
  },
  Cast: ([x], has) => {
    const to = int(has, "to", 0);
    const turns = { [FLOAT]: Math.fround, [INT64]: Math.trunc, [BOOL]: (v: number) => Number(v !== 0) };
    const data = to === DOUBLE ? x!.data : x!.data.map((v) => turns[to]!(v));
    return [{ type: to, shape: x!.shape, data }];
  },
  Softmax: ([x], has) => [softmax(x!, int(has, "axis", -1))],
  LogSoftmax: ([x], has) => each(Math.log)([softmax(x!, int(has, "axis", -1))], has, 1),
  ReduceSum: ([x, axes], has) => [fold(x!, axes?.data ?? [], int(has, "keepdims", 1) === 1, total)],
  ReduceMean: ([x], has) => [fold(x!, ints(has, "axes"), int(has, "keepdims", 1) === 1, mean)],
  Shape: ([x]) => [{ type: INT64, shape: [x!.shape.length], data: x!.shape }],
  Reshape: ([x, sizes]) => {
    const given = sizes!.data.map((size, dim) => (size === 0 ? x!.shape[dim]! : size));
    const rest = x!.data.length / -product(given);
    return [
      reshaped(
        x!,
        given.map((size) => (size === -1 ? rest : size)),
      ),
    ];
  },
  Transpose: ([x], has) => [transposed(x!, ints(has, "perm"))],
  Expand: ([x, sizes]) => [filled(x!.type, broadcast(x!.shape, sizes!.data), (place) => pick(x!, place))],
  Unsqueeze: ([x, axes]) => {
    const shape = [...x!.shape];
    for (const axis of [...axes!.data].sort((a, b) => a - b)) shape.splice(axis, 0, 1);
    return [reshaped(x!, shape)];
  },
  Squeeze: ([x, axes]) => {
    const over = axes!.data.map((axis) => dimOf(axis, x!));
    if (over.some((dim) => x!.shape[dim] !== 1)) throw new Error(`Squeeze of ${x!.shape} at ${over}`);
    return [
      reshaped(
        x!,
        x!.shape.filter((_, dim) => !over.includes(dim)),
      ),
    ];
  },
  Slice: slice,
  Gather: ([x, indices], has) => {
    const axis = dimOf(int(has, "axis", 0), x!);
    const [before, after] = [x!.shape.slice(0, axis), x!.shape.slice(axis + 1)];
    const rank = indices!.shape.length;
    return [
      filled(x!.type, [...before, ...indices!.shape, ...after], (place) => {
        const index = pick(indices!, place.slice(axis, axis + rank));
        const at = index < 0 ? index + x!.shape[axis]! : index;
        return pick(x!, [...place.slice(0, axis), at, ...place.slice(axis + rank)]);
      }),
    ];
  },
  Concat: (given, has) => {
    const parts = given as readonly Value[];
    const axis = dimOf(int(has, "axis", 0), parts[0]!);
    const all = parts.flatMap((one) => Array.from({ length: one.shape[axis]! }, (_, i) => ({ one, i })));
    const shape = parts[0]!.shape.map((size, dim) => (dim === axis ? all.length : size));
    return [
      filled(parts[0]!.type, shape, (place) => {
        const { one, i } = all[place[axis]!]!;
        return pick(
          one,
          place.map((at, dim) => (dim === axis ? i : at)),
        );
      }),
    ];
  },
  Split: ([x, sizes], has, count) => {
    const axis = dimOf(int(has, "axis", 0), x!);
    if (sizes!.data.length !== count || total(sizes!.data) !== x!.shape[axis])
      throw new Error(`Split of ${x!.shape} into ${sizes!.data}`);
    return sizes!.data.map((size, i) => part(x!, axis, total(sizes!.data.slice(0, i)), size));
  },
  MatMul: ([a, b]) => [matmul(a!, b!)],
  Gemm: ([a, b, c], has) => {
    const [ab, alpha, beta] = [matmul(a!, b!), float(has, "alpha", 1), float(has, "beta", 1)];
    return each((x, y) => alpha * x + beta * y)([ab, c!], has, 1);
  },
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool((numbers) => Math.max(...numbers)),
  AveragePool: (x, has, count) => {
    const isWhole = int(has, "count_include_pad", 0) === 1;
    return pool((numbers, whole) => total(numbers) / (isWhole ? whole : numbers.length))(x, has, count);
  },
  GlobalAveragePool: ([x]) => [fold(x!, [2, 3], true, mean)],
  BatchNormalization: ([x, scale, bias, average, variance], has) => [
    filled(x!.type, x!.shape, (place) => {
      const [c, eps] = [place[1]!, float(has, "epsilon", 1e-5)];
      const normed = (pick(x!, place) - average!.data[c]!) / Math.sqrt(variance!.data[c]! + eps);
      return normed * scale!.data[c]! + bias!.data[c]!;
    }),
  ],
  LayerNormalization: ([x, scale, bias], has) => {
    const first = dimOf(int(has, "axis", -1), x!);
    const axes = x!.shape.flatMap((_, dim) => (dim >= first ? [dim] : []));
    const center = fold(x!, axes, true, mean);
    const spread = fold(x!, axes, true, (all) => mean(all.map((v) => (v - mean(all)) ** 2)));
    return [
      filled(x!.type, x!.shape, (place) => {
        const eps = float(has, "epsilon", 1e-5);
        const normed = (pick(x!, place) - pick(center, place)) / Math.sqrt(pick(spread, place) + eps);
        return normed * pick(scale!, place) + (bias === undefined ? 0 : pick(bias, place));
      }),
    ];
  },
};

/** The outputs of a file, by name. @param inputs by name. @throws Error for an operator that no definition is here for, or operands that ONNX does not allow */
export function evaluateOnnx(path: string, inputs: ReadonlyMap<string, Value>): Map<string, Value> {
  const graph = messages(fields(readFileSync(path)), 7)[0]!;
  const known = new Map(inputs);
  for (const tensor of messages(graph, 5)) known.set(text(tensor, 8), constant(tensor));
  for (const node of messages(graph, 1)) {
    const op = text(node, 4);
    const attributes = new Map(messages(node, 5).map((one) => [text(one, 1), one]));
    const names = (node.get(2) ?? []).map(String);
    const given = (node.get(1) ?? []).map((name) => known.get(String(name)));
    const found = operators[op]!(given, attributes, names.length);
    for (const [i, name] of names.entries()) known.set(name, found[i]!);
  }
  return new Map(messages(graph, 12).map((port) => [text(port, 1), known.get(text(port, 1))!]));
}
