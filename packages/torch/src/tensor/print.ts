// Tensors as text, exactly as PyTorch's repr writes them: 4 decimals, lines of 80, ends of 3 beyond 1000 elements.
import { noGrad } from "../autograd.js";
import { call } from "../dispatch.js";
import { type DType, isComplex, isFloatingPoint } from "../dtype.js";
import { scope } from "../memory.js";
import type { Complex, NestedArray } from "./base.js";
import type { Tensor } from "./index.js";

const precision = 4;
const threshold = 1000;
const edge = 3;
const lineWidth = 80;
const indent = "tensor(".length;

type Value = number | bigint | boolean | Complex;

/** The text of a tensor. */
export function format(tensor: Tensor): string {
  if (tensor.isDisposed) return "tensor(<disposed>)";
  const { dtype, layout, requiresGrad, gradFn } = tensor;
  const body = scope(() => noGrad(() => bodyOf(tensor.detach())));
  const suffixes: string[] = [];
  if (!tensor.device.startsWith("cpu")) suffixes.push(`device='${tensor.device}'`);
  if (layout !== "strided" || (tensor.numel === 0 && tensor.ndim !== 1)) {
    suffixes.push(`size=${tuple(tensor.shape)}`);
  }
  if (!isDefault(dtype, tensor.numel)) suffixes.push(`dtype=torch.${dtype}`);
  if (layout !== "strided") suffixes.push(`layout=torch.${layout}`);
  if (gradFn !== null) suffixes.push(`grad_fn=<${gradFn}>`);
  else if (requiresGrad) suffixes.push("requires_grad=True");
  return withSuffixes(`tensor(${body}`, suffixes);
}

/** True if the elements as they are written tell the dtype. */
function isDefault(dtype: DType, numel: number): boolean {
  return dtype === "float32" || (numel > 0 && ["complex64", "int64", "bool"].includes(dtype));
}

function tuple(shape: readonly number[]): string {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

function withSuffixes(text: string, suffixes: readonly string[]): string {
  let result = text;
  let lineLength = text.length - text.lastIndexOf("\n") + 1;
  for (const suffix of suffixes) {
    if (lineLength + suffix.length + 2 > lineWidth) {
      result += `,\n${" ".repeat(indent)}${suffix}`;
      lineLength = indent + suffix.length;
    } else {
      result += `, ${suffix}`;
      lineLength += suffix.length + 2;
    }
  }
  return `${result})`;
}

function bodyOf(tensor: Tensor): string {
  if (tensor.layout !== "strided") return "...";
  if (tensor.numel === 0) return "[]";
  const { shape, dtype } = tensor;
  const summarise = tensor.numel > threshold;
  const cuts = shape.map((size) => summarise && size > 2 * edge);
  const shown = cuts.reduce((part, cut, dim) => (cut ? ends(part, dim) : part), tensor);
  const values = shown.toArray() as NestedArray<Value>;
  const flat = [values as unknown[]].flat(Number.POSITIVE_INFINITY) as Value[];
  const write = isComplex(dtype)
    ? complexWriter(flat as Complex[])
    : writer(flat as (number | bigint | boolean)[], isFloatingPoint(dtype));
  return nested(values, cuts, 0, indent, write);
}

/** The first and the last entries along `dim`. */
function ends(tensor: Tensor, dim: number): Tensor {
  const size = tensor.size(dim);
  return call("aten::cat", [tensor.narrow(dim, 0, edge), tensor.narrow(dim, size - edge, edge)], dim);
}

interface Writer {
  (value: Value): string;
  /** Columns of one element, its separator included. */
  columns: number;
}

function nested(
  values: NestedArray<Value>,
  cuts: readonly boolean[],
  dim: number,
  column: number,
  write: Writer,
): string {
  if (!Array.isArray(values)) return write(values);
  const cut = cuts[dim]!;
  if (dim === cuts.length - 1) {
    const items = (values as Value[]).map(write);
    return vector(
      cut ? [...items.slice(0, edge), " ...", ...items.slice(edge)] : items,
      column,
      write.columns,
    );
  }
  const parts = values.map((value) => nested(value, cuts, dim + 1, column + 1, write));
  if (cut) parts.splice(edge, 0, "...");
  return `[${parts.join(`,${"\n".repeat(cuts.length - dim - 1)}${" ".repeat(column + 1)}`)}]`;
}

function vector(items: readonly string[], column: number, columns: number): string {
  const perLine = Math.max(1, Math.floor((lineWidth - column) / columns));
  const lines: string[] = [];
  for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join(", "));
  return `[${lines.join(`,\n${" ".repeat(column + 1)}`)}]`;
}

function complexWriter(values: readonly Complex[]): Writer {
  const real = writer(
    values.map((value) => value.re),
    true,
  );
  const imag = writer(
    values.map((value) => value.im),
    true,
  );
  const write = (value: Value): string => {
    const { re, im } = value as Complex;
    const second = `${imag(im)}j`.trimStart();
    return `${real(re)}${second.startsWith("-") ? "" : "+"}${second}`;
  };
  return Object.assign(write, { columns: real.columns + imag.columns - 1 });
}

/** One form for all elements: whole numbers, fixed point or scientific, right-aligned to the widest. */
function writer(values: readonly (number | bigint | boolean)[], floating: boolean): Writer {
  const plain = floating ? floatForm(values as readonly number[]) : otherForm;
  const relevant = floating ? (values as readonly number[]).filter(isOrdinary) : values;
  const width = relevant.reduce<number>((most, value) => Math.max(most, plain(value).length), 1);
  return Object.assign((value: Value) => plain(value as number).padStart(width), { columns: width + 2 });
}

type Form = (value: number | bigint | boolean) => string;

const otherForm: Form = (value) => (typeof value === "boolean" ? (value ? "True" : "False") : String(value));

/** Finite and not 0: what decides the form. */
function isOrdinary(value: number): boolean {
  return Number.isFinite(value) && value !== 0;
}

function floatForm(values: readonly number[]): Form {
  const sizes = values.filter(isOrdinary).map(Math.abs);
  const most = Math.max(...sizes);
  const least = Math.min(...sizes);
  const whole = sizes.every((size) => Number.isInteger(size));
  const wide = sizes.length > 0 && (most / least > 1000 || most > 1e8);
  const scientific = wide || (sizes.length > 0 && !whole && least < 1e-4);
  return (value) => {
    const number = value as number;
    if (Number.isNaN(number)) return "nan";
    if (!Number.isFinite(number)) return number > 0 ? "inf" : "-inf";
    const sign = number < 0 || Object.is(number, -0) ? "-" : "";
    const size = Math.abs(number);
    if (scientific) return sign + exponential(size);
    return sign + (whole ? `${size.toFixed(0)}.` : fixed(size));
  };
}

/** Four decimals; ties go to the even digit, as in C and unlike JavaScript's toFixed. */
function fixed(size: number): string {
  const longer = size.toFixed(precision + 1);
  // Only multiples of 1/32 have exactly five decimals and can lie halfway.
  const tie = longer.endsWith("5") && Number.isInteger(size * 32);
  return tie && evenBeforeLast(longer) ? longer.slice(0, -1) : size.toFixed(precision);
}

/** Same as `fixed`, with an exponent of at least two digits. */
function exponential(size: number): string {
  const [exact] = size.toExponential(60).split("e") as [string, string];
  const longer = exact.slice(0, precision + 3);
  const tie = longer.endsWith("5") && /^0*$/.test(exact.slice(precision + 3));
  const [digits, exponent] = size.toExponential(precision).split("e") as [string, string];
  const mantissa = tie && evenBeforeLast(longer) ? longer.slice(0, -1) : digits;
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}

function evenBeforeLast(digits: string): boolean {
  return "02468".includes(digits.at(-2)!);
}
