// PyTorch's calls, by its names and keywords, as calls of our API: what lets one table of reference data test it all.
import * as torch from "@throughline/torch";
import { type Index, linalg, type Scalar, type Tensor } from "@throughline/torch";
import { call } from "../../dist/dispatch.js";

type Args = Readonly<Record<string, unknown>>;
type Run = (inputs: Tensor[], args: Args) => unknown;
type AnyFunction = (...args: unknown[]) => unknown;

/** Keywords that are positional in our API, in their order; all others go to the options object. */
const positional: Readonly<Record<string, readonly string[]>> = {
  sub: ["other"],
  rsub: ["other"],
  remainder: ["other"],
  pow: ["exponent"],
  logit: ["eps"],
  round: ["decimals"],
  lerp: ["weight"],
  log_softmax: ["dim"],
  softmax: ["dim"],
  logsumexp: ["dim"],
  cumsum: ["dim"],
  cumprod: ["dim"],
  logcumsumexp: ["dim"],
  cummax: ["dim"],
  cummin: ["dim"],
  kthvalue: ["k"],
  topk: ["k"],
  quantile: ["q"],
  nanquantile: ["q"],
  tensordot: ["dims"],
  matrix_power: ["n"],
  gather: ["dim", "index"],
  scatter_add: ["dim", "index", "src"],
  scatter_add_: ["dim", "index", "src"],
  scatter_reduce: ["dim", "index", "src", "reduce"],
  index_put: ["indices", "values"],
  index_put_: ["indices", "values"],
  index_add: ["dim", "index", "source"],
  index_copy: ["dim", "index", "source"],
  index_fill: ["dim", "index", "value"],
  index_select: ["dim", "index"],
  masked_fill: ["mask", "value"],
  masked_scatter: ["mask", "source"],
  masked_select: ["mask"],
  take: ["index"],
  take_along_dim: ["indices", "dim"],
  select: ["dim", "index"],
  select_scatter: ["dim", "index"],
  narrow: ["dim", "start", "length"],
  diag: ["diagonal"],
  tril: ["diagonal"],
  triu: ["diagonal"],
  one_hot: ["num_classes"],
  roll: ["shifts", "dims"],
  flip: ["dims"],
  rot90: ["k", "dims"],
  split: ["split_size_or_sections", "dim"],
  chunk: ["chunks", "dim"],
  tensor_split: ["sections", "indices", "dim"],
  unbind: ["dim"],
  reshape: ["shape"],
  flatten: ["start_dim", "end_dim"],
  squeeze: ["dim"],
  unsqueeze: ["dim"],
  transpose: ["dim0", "dim1"],
  permute: ["dims"],
  movedim: ["source", "destination"],
  unflatten: ["dim", "sizes"],
  expand: ["size"],
  repeat: ["repeats"],
  tile: ["dims"],
  broadcast_to: ["size"],
  repeat_interleave: ["repeats"],
  unfold: ["dimension", "size", "step"],
  cat: ["dim"],
  stack: ["dim"],
  fftfreq: ["n"],
  rfftfreq: ["n"],
  tril_indices: ["row", "col"],
  triu_indices: ["row", "col"],
  hann_window: ["window_length"],
  hamming_window: ["window_length"],
  blackman_window: ["window_length"],
  linspace: ["start", "end", "steps"],
  logspace: ["start", "end", "steps"],
  full: ["size", "fill_value"],
  eye: ["n", "m"],
  arange: ["start", "end", "step"],
  rand: ["size"],
  randn: ["size"],
  randint: ["low", "high", "size"],
  randperm: ["n"],
  multinomial: ["num_samples"],
  normal: ["mean", "std"],
  randint_like: ["low", "high"],
  normal_: ["mean", "std"],
  uniform_: ["from", "to"],
  exponential_: ["lambd"],
  geometric_: ["p"],
  cauchy_: ["median", "sigma"],
  log_normal_: ["mean", "std"],
  bernoulli_: ["p"],
};

/** Keywords under other names in our API. */
const renamed: Readonly<Record<string, string>> = { UPLO: "uplo", side: "right" };

/** camelCase of a PyTorch name; a trailing `_` stays. */
export function camel(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function split(name: string, args: Args): unknown[] {
  const order = positional[name] ?? [];
  const lead = order.filter((key) => key in args).map((key) => args[key]);
  const rest = Object.entries(args).filter(([key]) => !order.includes(key));
  if (rest.length === 0) return lead;
  const options = rest.map(([key, value]) => [
    renamed[key] ?? camel(key),
    key === "side" ? value === "right" : value,
  ]);
  return [...lead, Object.fromEntries(options)];
}

const method =
  (name: string): Run =>
  ([self, ...others], args) =>
    (self as unknown as Record<string, AnyFunction>)[camel(name)]!(...others, ...split(name, args));

const getter =
  (name: "real" | "imag"): Run =>
  ([self]) =>
    self![name];

const member =
  (space: object, name: string): Run =>
  (inputs, args) =>
    (space as Record<string, AnyFunction>)[camel(name)]!(...inputs, ...split(name, args));

const ofList =
  (name: string): Run =>
  (inputs, args) =>
    (torch as unknown as Record<string, AnyFunction>)[camel(name)]!(inputs, ...split(name, args));

/** Operators without a hand-written form: reachable by name. */
const aten =
  (name: string, ...order: string[]): Run =>
  (inputs, args) =>
    call(`aten::${name}`, ...inputs, ...trimmed(order.map((key) => args[key])));

const trimmed = (list: unknown[]): unknown[] =>
  list.slice(0, list.findLastIndex((item) => item !== undefined) + 1);

const spread = (args: Args, key: string): Args => {
  const { [key]: value, ...rest } = args;
  return value === undefined ? rest : { ...rest, correction: value ? 1 : 0 };
};

const irregular: Readonly<Record<string, Run>> = {
  "Tensor.__getitem__": ([x], { index }) => x!.at(...(index as Index[])),
  "Tensor.__setitem__": ([x], { index, value }) => x!.setAt_(index as Index[], value as Tensor | Scalar),
  "Tensor.to": method("to"),
  "torch.clamp": ([x], args) => x!.clamp(args),
  "torch.std": ([x], args) => x!.std(spread(args, "unbiased")),
  "torch.var": ([x], args) => x!.var(spread(args, "unbiased")),
  "torch.scatter": ([x], { dim, index, src, value, reduce }) =>
    x!.scatter(dim as number, index as Tensor, (src ?? value) as Tensor, { reduce } as object),
  "torch.einsum": (inputs, { equation }) => torch.einsum(equation as string, ...inputs),
  "torch.broadcast_tensors": (inputs) => torch.broadcastTensors(...inputs),
  "torch.where": ([condition, a, b]) =>
    a === undefined ? condition!.nonzeroTuple() : torch.where(condition!, a, b!),
  "torch.norm": ([x], { p, ...rest }) => x!.norm({ ...rest, p: p === "fro" ? 2 : (p as number) }),
  "torch.complex": ([re, im]) => torch.complex(re!, im!),
  "torch.polar": ([abs, angle]) => torch.polar(abs!, angle!),
  "torch.real": getter("real"),
  "torch.imag": getter("imag"),
  "torch.arange": (_, { start = 0, end, step = 1, ...rest }) =>
    torch.arange(start as number, end as number, step as number, rest),
  "torch.isin": ([x, elements], args) => x!.isin(elements!, args),
  "torch.tile": ([x], { dims }) => x!.tile(dims as number[]),
  "torch.logdet": ([x]) => linalg.logdet(x!),
  "torch.cholesky_solve": ([b, l]) => linalg.choleskySolve(b!, l!),
  "torch.cholesky_inverse": ([l]) => linalg.choleskyInverse(l!),
  "torch.linalg.cross": ([a, b]) => a!.cross(b!),
  "torch.linalg.multi_dot": (inputs) => linalg.multiDot(inputs),
  "torch.linalg.solve_triangular": ([a, b], args) =>
    linalg.solveTriangular(a!, b!, args as { upper: boolean }),
  "torch.bernoulli": ([x], { p, ...rest }) =>
    p === undefined ? x!.bernoulli(rest) : torch.emptyLike(x!).bernoulli_(p as number, rest),
  "torch.rand_like": ([x], args) => torch.randLike(x!, args),
  "torch.randn_like": ([x], args) => torch.randnLike(x!, args),
  "torch.randint_like": ([x], args) =>
    torch.randintLike(x!, ...(split("randint_like", { low: 0, ...args }) as [number, number])),
  "torch.binomial": ([count, prob], args) => torch.binomial(count!, prob!, args),
  "F.one_hot": method("one_hot"),
  "F.pad": aten("pad", "pad", "mode", "value"),
  "F.unfold": ([x], { kernel_size, padding, stride }) =>
    call("aten::im2col", x, kernel_size, 1, padding, stride),
  "F.fold": ([x], { output_size, kernel_size, stride }) =>
    call("aten::col2im", x, output_size, kernel_size, 1, 0, stride),
  "F.interpolate": ([x], { size, mode }) => {
    if (mode === "area") return call("aten::adaptive_avg_pool2d", x, size);
    if (mode === "nearest") return call("aten::upsample_nearest2d", x, size);
    return call(`aten::upsample_${mode as string}2d`, x, size, false);
  },
  "F.pixel_shuffle": aten("pixel_shuffle", "upscale_factor"),
  "F.normalize": ([x], { p, dim }) => x!.div(x!.norm({ p: p as number, dim: dim as number, keepdim: true })),
  "F.dropout": aten("dropout", "p", "training"),
  "F.dropout1d": aten("feature_dropout", "p", "training"),
  "F.dropout2d": aten("feature_dropout", "p", "training"),
  "F.alpha_dropout": aten("alpha_dropout", "p", "training"),
  "F.rrelu": ([x], { training }) => call("aten::rrelu", x, 1 / 8, 1 / 3, training),
  "F.gumbel_softmax": ([x], { tau, hard }) => gumbelSoftmax(x!, tau as number, hard === true),
  "torch.normal": (inputs, { mean, std, ...rest }) =>
    torch.normal((mean ?? inputs[0]) as Tensor, (std ?? inputs.at(-1)) as Tensor, rest),
  "torch.multinomial": ([x], { num_samples, ...rest }) => x!.multinomial(num_samples as number, rest),
};

/** F.gumbel_softmax: softmax((x + g) / τ), g = −ln of exponential draws; `hard`: the greatest one alone. */
function gumbelSoftmax(x: Tensor, tau: number, hard: boolean): Tensor {
  const soft = x.sub(torch.emptyLike(x).exponential_().log()).div(tau).softmax(-1);
  return hard ? torch.zerosLike(x).scatter_(-1, soft.argmax({ dim: -1, keepdim: true }), 1) : soft;
}

const lists = ["cat", "stack", "hstack", "vstack", "dstack", "block_diag", "cartesian_prod", "meshgrid"];
const creation = ["linspace", "logspace", "full", "eye", "rand", "randn", "randint", "randperm", "normal"];
const other = ["tril_indices", "triu_indices", "hann_window", "hamming_window", "blackman_window"];

/** The call of our API that stands for PyTorch's `op`. */
export function find(op: string): Run {
  const known = irregular[op];
  if (known !== undefined) return known;
  const [space, name] = [op.slice(0, op.lastIndexOf(".")), op.slice(op.lastIndexOf(".") + 1)];
  if (space === "torch.linalg") return member(torch.linalg, name);
  if (space === "torch.fft") return member(torch.fft, name);
  if (space === "torch.special") {
    if (name === "polygamma") return (_, { n, input }) => (input as Tensor).polygamma(n as number);
    return aten(`special_${name}`, "dim");
  }
  if (lists.includes(name)) return ofList(name);
  if (creation.includes(name) || other.includes(name)) return member(torch, name);
  return method(name);
}

/** Runs a call and gives every tensor of its result, in PyTorch's order, or the number or boolean that it is. */
export function run(op: string, inputs: Tensor[], args: Args): unknown[] {
  const result = find(op)(inputs, args);
  return flatten(result);
}

function flatten(result: unknown): unknown[] {
  if (Array.isArray(result)) return result.flatMap(flatten);
  if (result instanceof torch.Tensor || typeof result !== "object" || result === null) return [result];
  return Object.values(result).flatMap(flatten);
}
