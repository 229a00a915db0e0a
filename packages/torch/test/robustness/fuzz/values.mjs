// @ts-check
// What the fuzz passes to operators: descriptions of arguments (JSON, so that a failing call is one line of text) made by
// fast-check, and the values they stand for.
import fc from "fast-check";
import { call, fromBytes, Generator, inferenceMode, itemSize } from "./library.mjs";

/** @typedef {import("./spec.d.mts").Spec} Spec */

const dtypes = /** @type {const} */ ([
  "float32",
  "float64",
  "int64",
  "bool",
  "float16",
  "bfloat16",
  "int32",
  "int16",
  "int8",
  "uint8",
  "complex64",
  "complex128",
]);
const special = ["NaN", "Infinity", "-Infinity", "-0"];
const fills = ["range", "zero", "one", "negative", "huge", "nan", "inf", "mixed"];
// FUZZ_FORMS narrows a hunt down, to "plain,coo,csr" for example.
const forms = process.env.FUZZ_FORMS?.split(",") ?? [
  "plain",
  "plain",
  "plain",
  "plain",
  "transposed",
  "expanded",
  "sliced",
  "grad",
  "nonleaf",
  "conj",
  "neg",
  "meta",
  "inference",
  "coo",
  "csr",
  "csc",
  "bsr",
  "quantized",
  "mkldnn",
  "nested",
  "disposed",
  "channels_last",
  "overlapping",
];
export const devices = [
  "cpu",
  "meta",
  "cuda:7",
  "cuda",
  "mps",
  "nonsense",
  "",
  "cpu:3",
  "xla:0",
  "cpu:-1",
  "lazy",
  "vulkan",
  "hpu",
  "privateuseone",
  "mkldnn",
];
const texts = [
  "",
  "sum",
  "mean",
  "none",
  "mul",
  "prod",
  "amax",
  "reflect",
  "constant",
  "left",
  "bilinear",
  "fro",
  "nuc",
  "linear",
  "lower",
  "ij",
  "floor",
  "trunc",
  "reduced",
  "complete",
  "L",
  "R",
  "gels",
  "gelsd",
  "tanh",
  "float32",
  "a".repeat(5000),
  "\0",
  "ü💥",
  "\ud800",
  "same",
  "valid",
  "i,j->ij",
  "...",
  "fan_in",
  "cpu",
  "gesvd",
];

/** Whole numbers that break things: sizes, indices and counts that nobody means. */
const integers = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 6 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      0,
      -1,
      7,
      16,
      64,
      100,
      1000,
      -1000,
      65535,
      2 ** 31 - 1,
      2 ** 31,
      -(2 ** 31),
      2 ** 32,
      2 ** 40,
      2 ** 53 - 1,
      -(2 ** 53 - 1),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        "9223372036854775807",
        "-9223372036854775808",
        "4611686018427387904",
        "9223372036854775808",
        "36893488147419103232",
        "3",
        "-1",
      )
      .map((big) => ({ big })),
  },
);
const numbers = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, -1, 0.5, 2, 1e-5, 0.1, 3.7, -2.5) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1e308, -1e308, 5e-324, 2 ** 53, 1e30, -1e30, 1e18, 1e10, -1e10, 123456),
  },
  { weight: 1, arbitrary: fc.constantFrom(...special).map((n) => ({ n })) },
);
const sizes = fc.array(fc.constantFrom(0, 1, 2, 3, 4, 5, 8), { maxLength: 5 });
const fill = fc.constantFrom("range", "range", "range", ...fills);

/** @param {fc.Arbitrary<string>} dtype @param {fc.Arbitrary<number[]>} shape */
export const tensorOf = (dtype, shape) =>
  fc
    .record({ dtype, shape, fill, form: fc.constantFrom(...forms), seed: fc.nat(255) })
    .map(({ dtype, shape, fill, form, seed }) => ({ t: [dtype, shape], fill, form, seed }));

export const hostile = fc.oneof(
  fc
    .constantFrom(
      "symbol",
      "function",
      "cyclic",
      "throwingProxy",
      "throwingGetter",
      "throwingValueOf",
      "detached",
      "detachedView",
      "disposed",
      "disposedGenerator",
      "date",
      "hugeList",
      "sparseList",
      "nested",
      "null-prototype",
      "revoked",
      "class",
      "promise",
      "map",
      "bigArray",
      "float64",
      "bigint64",
      "throwingList",
      "shrinkingList",
      "proxyList",
      "throwingLength",
      "fakeTensor",
      "generator",
      "nan-handle",
    )
    .map((x) => ({ x })),
  fc.constantFrom(null, true, false, "", "cuda:7", 0, -1, 1.5, [], [null], ["a"], [[]], [1, null], {}),
  fc.constant({ u: 1 }),
  numbers,
  integers,
  tensorOf(fc.constantFrom(...dtypes), sizes),
  fc.array(tensorOf(fc.constantFrom(...dtypes), sizes), { maxLength: 4 }),
  fc.array(numbers, { maxLength: 4 }),
);

/**
 * A description that has the argument's type.
 * @param {string} code @param {{ dtype: string, shape: number[] }} theme
 * @returns {fc.Arbitrary<Spec>}
 */
function fitting(code, theme) {
  const tensor = fc.oneof(
    { weight: 5, arbitrary: tensorOf(fc.constant(theme.dtype), fc.constant(theme.shape)) },
    {
      weight: 2,
      arbitrary: tensorOf(
        fc.constantFrom("int64", "bool", "float32", theme.dtype),
        fc.oneof(fc.constant(theme.shape), sizes),
      ),
    },
    { weight: 1, arbitrary: tensorOf(fc.constantFrom(...dtypes), sizes) },
  );
  const optional = code.endsWith("~");
  const plain = code.replace("~", "");
  const arbitrary = plain.startsWith("[") ? list(plain.slice(1), tensor) : single(plain[0] ?? "", tensor);
  return optional
    ? fc.oneof({ weight: 1, arbitrary: fc.constantFrom(null, { u: 1 }) }, { weight: 2, arbitrary })
    : arbitrary;
}

/** @param {string} element @param {fc.Arbitrary<Spec>} tensor @returns {fc.Arbitrary<Spec>} */
function list(element, tensor) {
  if (element === "T") return fc.array(tensor, { maxLength: 4 });
  if (element === "T?")
    return fc.array(fc.oneof({ weight: 3, arbitrary: tensor }, { weight: 1, arbitrary: fc.constant(null) }), {
      maxLength: 4,
    });
  return fc.oneof(
    { weight: 6, arbitrary: fc.array(single(element[0] ?? "", tensor), { maxLength: 4 }) },
    { weight: 1, arbitrary: single(element[0] ?? "", tensor) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(1, 2, 0), { minLength: 5, maxLength: 70 }) },
  );
}

/** @param {string} code @param {fc.Arbitrary<Spec>} tensor @returns {fc.Arbitrary<Spec>} */
function single(code, tensor) {
  switch (code) {
    case "T":
      return tensor;
    case "G":
      return fc.constantFrom({ x: "generator" }, { x: "disposedGenerator" }, null);
    case "i":
      return integers;
    case "f":
      return numbers;
    case "s":
      return fc.oneof(numbers, integers, fc.boolean(), fc.constant({ re: 1, im: -2 }));
    case "b":
      return fc.boolean();
    case "S":
      return fc.constantFrom(...texts);
    case "d":
      return fc.constantFrom(...dtypes, "float32", "int64", "quint8", "");
    case "D":
      return fc.oneof(
        { weight: 3, arbitrary: fc.constant("cpu") },
        { weight: 2, arbitrary: fc.constantFrom(...devices) },
      );
    case "l":
      return fc.constantFrom(
        "strided",
        "strided",
        "sparse_coo",
        "sparse_csr",
        "sparse_csc",
        "sparse_bsr",
        "sparse_bsc",
        "jagged",
      );
    case "m":
      return fc.constantFrom(
        "contiguous_format",
        "preserve_format",
        "channels_last",
        "channels_last_3d",
        "other",
      );
    default:
      return hostile;
  }
}

/** One argument of an example, hardly or hostilely changed. @param {Spec} example @param {string} code @param {any} theme */
function changed(example, code, theme) {
  /** @type {fc.Arbitrary<Spec>[]} */
  const ways = [fitting(code, theme), fitting(code, theme), hostile];
  const e = /** @type {any} */ (example);
  if (e && typeof e === "object" && e.t) {
    ways.push(
      fc
        .record({ fill, form: fc.constantFrom(...forms), seed: fc.nat(255) })
        .map((rest) => ({ ...e, ...rest })),
      fc
        .record({
          fill,
          form: fc.constantFrom("plain", "transposed", "expanded", "sliced"),
          seed: fc.nat(255),
        })
        .map((rest) => ({ t: [e.t[0], e.t[1]], ...rest })),
      fc.constantFrom(...dtypes).map((dtype) => ({ t: [dtype, e.t[1]] })),
      fc.record({ at: fc.nat(4), size: fc.constantFrom(0, 1, 2, 3, 7, 50) }).map(({ at, size }) => ({
        t: [
          e.t[0],
          e.t[1].map((/** @type {number} */ s, /** @type {number} */ i) =>
            i === at % e.t[1].length ? size : s,
          ),
          e.t[2],
          e.t[3],
        ],
      })),
      fc
        .constantFrom([-1, 0], [0, 1000], [-1000, 3], [2 ** 31, 2 ** 31 + 5], [-(2 ** 52), 2 ** 52], [5, 9])
        .map(([low, high]) => ({ t: [e.t[0], e.t[1], low, high] })),
      sizes.map((shape) => ({ t: [e.t[0], shape, e.t[2], e.t[3]] })),
    );
  } else if (Array.isArray(e) && e.length > 0) {
    ways.push(
      fc.constant(e.slice(1)),
      fc.constant([...e, e[0]]),
      fc
        .tuple(fc.nat(e.length - 1), fitting(code.replace("[", "").replace("?", ""), theme))
        .map(([at, item]) => e.map((old, i) => (i === at ? item : old))),
      fc.tuple(fc.nat(e.length - 1), hostile).map(([at, item]) => e.map((old, i) => (i === at ? item : old))),
    );
  }
  return fc.oneof(...ways);
}

/**
 * Hostile argument lists for an operator: some nearly valid, some of the right types only, some of nothing right.
 * @param {{ args: readonly { code: string }[] }} op @param {Spec[][]} examples
 * @returns {fc.Arbitrary<Spec[]>}
 */
export function argumentLists(op, examples) {
  const theme = fc.record({
    dtype: fc.constantFrom("float32", "float32", "float64", "int64", "complex64", ...dtypes),
    shape: sizes,
  });
  const typed = theme.chain((chosen) =>
    fc.tuple(
      ...op.args.map(({ code }) =>
        fc.oneof({ weight: 12, arbitrary: fitting(code, chosen) }, { weight: 1, arbitrary: hostile }),
      ),
    ),
  );
  /** @type {fc.WeightedArbitrary<Spec[]>[]} */
  const ways = [
    { weight: 3, arbitrary: /** @type {fc.Arbitrary<Spec[]>} */ (typed) },
    {
      weight: 1,
      arbitrary: /** @type {fc.Arbitrary<Spec[]>} */ (fc.array(hostile, { maxLength: op.args.length + 1 })),
    },
  ];
  if (examples.length > 0) {
    const mutated = fc.tuple(theme, fc.constantFrom(...examples)).chain(([chosen, example]) => {
      const full = op.args.map((_, i) => example[i] ?? (i < example.length ? null : { u: 1 }));
      return fc
        .array(fc.nat(Math.max(0, op.args.length - 1)), { minLength: 1, maxLength: 3 })
        .chain((places) =>
          fc.tuple(
            ...full.map((spec, i) =>
              places.includes(i) ? changed(spec, op.args[i]?.code ?? "T", chosen) : fc.constant(spec),
            ),
          ),
        );
    });
    ways.push({ weight: 8, arbitrary: /** @type {fc.Arbitrary<Spec[]>} */ (mutated) });
  }
  return fc.oneof(...ways);
}

// ── from descriptions to values ─────────────────────────────────────────────────────────────────────────────────────

/** @param {Spec} spec @returns {unknown} */
export function make(spec) {
  if (spec === null || typeof spec !== "object") return spec;
  if (Array.isArray(spec)) return spec.map(make);
  const it = /** @type {Record<string, any>} */ (spec);
  if ("u" in it) return undefined;
  if ("n" in it) return Number(it.n);
  if ("big" in it) return BigInt(it.big);
  if ("t" in it) return tensor(it);
  if ("x" in it) return odd(it.x);
  if ("options" in it)
    return Object.fromEntries(Object.entries(it.options).map(([key, value]) => [key, make(value)]));
  return spec;
}

/** @param {number} seed */
function random(seed) {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** @param {Record<string, any>} it */
function tensor(it) {
  const [dtype, shape, low, high] = it.t;
  const count = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
  if (it.form === "meta") return call("aten::empty.memory_format", shape, dtype, undefined, "meta");
  if (it.form === "overlapping")
    return call(
      "aten::zero_",
      call(
        "aten::empty_strided",
        shape,
        shape.map(() => 1),
        dtype,
      ),
    );
  const draw = random((it.seed ?? 0) + count);
  const whole = !/float|complex/.test(dtype);
  const values = new Float64Array(dtype.startsWith("complex") ? 2 * count : count);
  const kind = it.fill ?? "range";
  for (let i = 0; i < values.length; i++) {
    values[i] =
      low !== undefined && kind === "range"
        ? low + Math.floor(draw() * (high - low + 1))
        : kind === "zero"
          ? 0
          : kind === "one"
            ? 1
            : kind === "negative"
              ? whole
                ? -1 - Math.floor(draw() * 4)
                : -draw()
              : kind === "huge"
                ? whole
                  ? (draw() < 0.5 ? -1 : 1) * 2 ** 62 * draw()
                  : (draw() < 0.5 ? -1 : 1) * 1e308 * draw()
                : kind === "nan"
                  ? Number.NaN
                  : kind === "inf"
                    ? (draw() < 0.5 ? -1 : 1) * Number.POSITIVE_INFINITY
                    : kind === "mixed"
                      ? ([0, -1, 1, 1e9, -1e9, 0.5, 3, 127][Math.floor(draw() * 8)] ?? 0)
                      : whole
                        ? Math.floor(draw() * 4)
                        : 2 * draw() - 0.5;
  }
  return formed(encode(values, shape, dtype), it.form ?? "plain", shape);
}

/** @param {Float64Array} values @param {number[]} shape @param {any} dtype */
function encode(values, shape, dtype) {
  switch (dtype) {
    case "float64":
    case "complex128":
      return fromBytes(values, shape, dtype);
    case "float32":
    case "complex64":
      return fromBytes(Float32Array.from(values), shape, dtype);
    case "int64":
      return fromBytes(
        BigInt64Array.from(values, (v) =>
          Number.isFinite(v) ? BigInt(Math.trunc(v)) : v > 0 ? 2n ** 63n - 1n : -(2n ** 63n),
        ),
        shape,
        dtype,
      );
    case "int32":
      return fromBytes(Int32Array.from(values), shape, dtype);
    case "int16":
      return fromBytes(Int16Array.from(values), shape, dtype);
    case "int8":
      return fromBytes(Int8Array.from(values), shape, dtype);
    case "uint8":
      return fromBytes(Uint8Array.from(values), shape, dtype);
    case "bool":
      return fromBytes(
        Uint8Array.from(values, (v) => (v === 0 ? 0 : 1)),
        shape,
        dtype,
      );
    default: {
      if (!itemSize(dtype)) throw new Error(`no such dtype: ${dtype}`);
      return call("aten::to.dtype", fromBytes(Float32Array.from(values), shape, "float32"), dtype);
    }
  }
}

/**
 * The tensor in another form, where it has one; else as it is.
 * @param {any} plain @param {string} form @param {number[]} shape
 */
function formed(plain, form, shape) {
  try {
    switch (form) {
      case "transposed":
        return shape.length > 1
          ? call("aten::contiguous", call("aten::transpose.int", plain, 0, -1)) &&
              call(
                "aten::transpose.int",
                call("aten::contiguous", call("aten::transpose.int", plain, 0, -1)),
                0,
                -1,
              )
          : plain;
      case "expanded":
        return shape.length > 0 && (shape[0] ?? 0) > 0
          ? call("aten::expand", call("aten::narrow", plain, 0, 0, 1), shape)
          : plain;
      case "sliced":
        return shape.length > 0
          ? call("aten::slice.Tensor", call("aten::cat", [plain, plain], 0), 0, 0, undefined, 2)
          : plain;
      case "grad":
        plain.requiresGrad_();
        return plain;
      case "nonleaf":
        plain.requiresGrad_();
        return call("aten::mul.Scalar", plain, 1);
      case "conj":
        return call("aten::_conj", plain);
      case "neg":
        return call("aten::_neg_view", plain);
      case "inference":
        return inferenceMode(() => call("aten::clone", plain));
      case "coo":
        return call("aten::to_sparse", plain);
      case "csr":
        return call("aten::to_sparse_csr", plain);
      case "csc":
        return call("aten::to_sparse_csc", plain);
      case "bsr":
        return call("aten::to_sparse_bsr", plain, [1, 1]);
      case "quantized":
        return call(
          "aten::_make_per_tensor_quantized_tensor",
          call("aten::to.dtype", plain, "uint8"),
          0.1,
          2,
        );
      case "mkldnn":
        return call("aten::to_mkldnn", plain);
      case "nested":
        return call("aten::_nested_tensor_from_tensor_list", [plain, plain]);
      case "channels_last":
        return call("aten::contiguous", plain, "channels_last");
      case "disposed":
        plain.dispose();
        return plain;
      default:
        return plain;
    }
  } catch {
    return plain;
  }
}

/** What arguments that throw throw. */
export class Thrown extends Error {}
const thrower = () => {
  throw new Thrown("thrown by an argument");
};

/** @param {string} kind @returns {unknown} */
function odd(kind) {
  switch (kind) {
    case "symbol":
      return Symbol("s");
    case "function":
      return () => 1;
    case "cyclic": {
      /** @type {any} */ const o = { a: 1 };
      o.self = o;
      return o;
    }
    case "nested": {
      /** @type {any[]} */ const a = [];
      a.push(a);
      return a;
    }
    case "throwingProxy":
      return new Proxy(
        {},
        {
          get: thrower,
          has: thrower,
          getPrototypeOf: thrower,
          ownKeys: thrower,
          getOwnPropertyDescriptor: thrower,
        },
      );
    case "throwingGetter":
      return {
        get re() {
          return thrower();
        },
        get im() {
          return thrower();
        },
        get length() {
          return thrower();
        },
        get handle() {
          return thrower();
        },
      };
    case "throwingValueOf":
      return { valueOf: thrower, toString: thrower, [Symbol.toPrimitive]: thrower, toJSON: thrower };
    case "throwingList": {
      const a = [1, 2, 3];
      Object.defineProperty(a, 1, { get: thrower });
      return a;
    }
    case "shrinkingList": {
      /** @type {any[]} */ const a = [1, 2, 3];
      Object.defineProperty(a, 0, {
        get() {
          a.length = 1;
          return 1;
        },
      });
      return a;
    }
    case "proxyList":
      return new Proxy([1, 2], { get: thrower });
    case "throwingLength":
      return new Proxy([1, 2], {
        get: (target, key) => (key === "length" ? 2 ** 33 : Reflect.get(target, key)),
      });
    case "revoked": {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    }
    case "detached": {
      const b = new ArrayBuffer(16);
      structuredClone(b, { transfer: [b] });
      return b;
    }
    case "detachedView": {
      const v = new Float32Array(4);
      structuredClone(v, { transfer: [v.buffer] });
      return v;
    }
    case "disposed": {
      const t = fromBytes(new Float32Array([1, 2]), [2], "float32");
      t.dispose();
      return t;
    }
    case "generator":
      return Generator.create({ seed: 1 });
    case "disposedGenerator": {
      const g = Generator.create({ seed: 1 });
      g.dispose();
      return g;
    }
    case "date":
      return new Date(0);
    case "hugeList":
      return new Array(100_000).fill(1);
    case "sparseList":
      return new Array(3);
    case "null-prototype":
      return Object.create(null);
    case "class":
      return class {};
    case "promise":
      return Promise.resolve(1);
    case "map":
      return new Map([[1, 2]]);
    case "bigArray":
      return [10n ** 30n];
    case "float64":
      return new Float64Array([1, 2.5, Number.NaN]);
    case "bigint64":
      return new BigInt64Array([1n, -(2n ** 63n)]);
    case "fakeTensor": {
      const t = fromBytes(new Float32Array([1]), [1], "float32");
      return Object.create(Object.getPrototypeOf(t));
    }
    case "nan-handle": {
      const t = fromBytes(new Float32Array([1]), [1], "float32");
      const f = Object.create(Object.getPrototypeOf(t));
      Object.defineProperty(f, "handle", { value: Number.NaN });
      return f;
    }
    default:
      throw new Error(`no such oddity: ${kind}`);
  }
}
