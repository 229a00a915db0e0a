// Nets as ONNX files, which onnxruntime and other programs run.
import { noGrad } from "../autograd.js";
import { call } from "../dispatch.js";
import { fileRefuser } from "../files/open.js";
import type { Refuse } from "../files/refuse.js";
import { scope } from "../memory.js";
import { Tensor } from "../tensor/index.js";
import { writeAtomic } from "./atomic.js";
import { elementTypes, encodeModel, type OnnxGraph, OPSET } from "./onnx/model.js";
import { trace } from "./onnx/trace.js";

/** What is needed of a module; every `nn.Module` has it. */
export interface TraceableModule {
  forward(...inputs: never): unknown;
  namedParameters(): readonly (readonly [string, Tensor])[];
  namedBuffers(): readonly (readonly [string, Tensor])[];
  evaluating<T>(body: () => T): T;
}

/** A computation that can be exported: a module, or a function of tensors. A list among its results gives one output for each element. */
export type Traceable = TraceableModule | ((...inputs: Tensor[]) => unknown);

/** Options of `saveOnnx`. */
export interface OnnxOptions {
  /** Names of the inputs. Default `input`, or `input_0` and so on where there are several. */
  readonly inputNames?: readonly string[];
  /** Names of the outputs. Default `output`, or `output_0` and so on where there are several. */
  readonly outputNames?: readonly string[];
  /**
   * Dynamic axes: for each input the names of its dimensions that may have any size, such as `{ input: { 0: "batch" } }`. For each name
   * the net is run once more, with a size larger by one, to check that nothing in the graph depends on it. Default: all sizes are
   * those of the example.
   */
  readonly dynamicAxes?: Readonly<Record<string, Readonly<Record<number, string>>>>;
  /** Weights of a function, by the names that they get in the file. A module's have the names of its state dict. */
  readonly weights?: Readonly<Record<string, Tensor>>;
}

/** Contents of the file that was written. */
export interface OnnxResult {
  /** Version of the operators of ONNX. */
  readonly opset: number;
  /** Operators of the graph, each once, sorted. */
  readonly operators: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * Writes a net as an ONNX file (opset 17), by tracing: the net is run once on the example inputs, in evaluation mode, and every operator
 * that it calls becomes a node. So modules of one's own are exported too, if they are made of known operators. A branch of `forward` that
 * depends on values or sizes is recorded as the example takes it. The file is complete or does not exist.
 * @param net a module whose `forward` takes and returns tensors, or a function
 * @param inputs example inputs
 * @throws TorchError `io/onnx` naming the operators that have no counterpart, or what a size that must be free is fixed in;
 *   `io/argument`, `io/dtype` for complex numbers, `io/write`
 */
export function saveOnnx(
  path: string,
  net: Traceable,
  inputs: readonly Tensor[],
  options: OnnxOptions = {},
): OnnxResult {
  const refuse = fileRefuser(path, "saveOnnx");
  return scope(() => {
    const inputNames = namesOf(inputs, options, refuse);
    const follow = (examples: readonly Tensor[]): OnnxGraph =>
      graphOf(net, examples, inputNames, options, refuse);
    const graph = freed(follow(inputs), inputs, inputNames, options, follow, refuse);
    for (const { name, dtype } of [...graph.constants, ...graph.inputs, ...graph.outputs])
      if (elementTypes[dtype] === undefined)
        throw refuse("dtype", `${name} is ${dtype}, which ONNX export has not`);
    writeAtomic(path, encodeModel(graph), "saveOnnx");
    return {
      opset: OPSET,
      operators: [...new Set(graph.nodes.map(({ op }) => op))].sort(),
      inputs: graph.inputs.map(({ name }) => name),
      outputs: graph.outputs.map(({ name }) => name),
    };
  });
}

function namesOf(
  inputs: readonly Tensor[],
  { inputNames, outputNames = [], dynamicAxes }: OnnxOptions,
  refuse: Refuse,
): readonly string[] {
  if (!Array.isArray(inputs) || inputs.length === 0 || !inputs.every((each) => each instanceof Tensor))
    throw refuse("argument", "the example inputs are not a list of tensors with at least one in it");
  const names = inputNames ?? (inputs.length === 1 ? ["input"] : inputs.map((_, i) => `input_${i}`));
  if (names.length !== inputs.length)
    throw refuse("argument", `there are ${inputs.length} inputs; inputNames are ${names.join(", ")}`);
  const all = [...names, ...outputNames];
  const odd = all.find((name, i) => name === "" || name.startsWith("/") || all.indexOf(name) !== i);
  if (odd !== undefined)
    throw refuse(
      "argument",
      `"${odd}" cannot name an input or output: names are not empty, begin with no slash and come once`,
    );
  for (const [name, axes] of Object.entries(dynamicAxes ?? {})) {
    const rank = inputs[names.indexOf(name)]?.ndim;
    if (rank === undefined)
      throw refuse("argument", `dynamicAxes names ${name}; the inputs are ${names.join(", ")}`);
    const wrong = Object.keys(axes).find((dim) => !(Number(dim) >= 0 && Number(dim) < rank));
    if (wrong !== undefined)
      throw refuse("argument", `dynamicAxes names dimension ${wrong} of ${name}, which has ${rank}`);
  }
  return names;
}

function graphOf(
  net: Traceable,
  inputs: readonly Tensor[],
  inputNames: readonly string[],
  { outputNames, weights = {} }: OnnxOptions,
  refuse: Refuse,
): OnnxGraph {
  const isModule = typeof net !== "function";
  const named = isModule ? [...net.namedParameters(), ...net.namedBuffers()] : Object.entries(weights);
  const compute = (isModule ? net.forward.bind(net) : net) as (...inputs: Tensor[]) => unknown;
  const run = (): unknown => noGrad(() => scope(() => compute(...inputs)));
  return trace({
    ...{ inputs, inputNames, outputNames, refuse },
    weights: new Map(named.map(([name, tensor]) => [tensor, name])),
    run: isModule ? () => net.evaluating(run) : run,
  });
}

/** The graph with names for its dynamic axes. @throws TorchError io/onnx if the graph depends on such a size */
function freed(
  graph: OnnxGraph,
  inputs: readonly Tensor[],
  names: readonly string[],
  { dynamicAxes = {} }: OnnxOptions,
  follow: (inputs: readonly Tensor[]) => OnnxGraph,
  refuse: Refuse,
): OnnxGraph {
  let ports = { inputs: graph.inputs, outputs: graph.outputs };
  for (const axis of new Set(Object.values(dynamicAxes).flatMap((axes) => Object.values(axes)))) {
    const larger = inputs.map((input, i) => grown(input, dynamicAxes[names[i]!] ?? {}, axis));
    const other = follow(larger);
    const fixed = firstDifference(graph, other);
    if (fixed !== undefined) throw refuse("onnx", `the size ${axis} cannot be free: it is fixed in ${fixed}`);
    const rename = (from: OnnxGraph["inputs"], to: OnnxGraph["inputs"], known: OnnxGraph["inputs"]) =>
      from.map(({ name, dtype, shape }, i) => ({
        ...{ name, dtype },
        shape: shape.map((size, k) => (size === to[i]!.shape[k] ? known[i]!.shape[k]! : axis)),
      }));
    ports = {
      inputs: rename(graph.inputs, other.inputs, ports.inputs),
      outputs: rename(graph.outputs, other.outputs, ports.outputs),
    };
  }
  return { ...graph, ...ports };
}

/** An example that is longer by one along the dimensions of that name. */
function grown(input: Tensor, axes: Readonly<Record<number, string>>, axis: string): Tensor {
  return Object.entries(axes).reduce((tensor, [dim, name]) => {
    if (name !== axis) return tensor;
    return call("aten::cat", [tensor, call("aten::narrow", tensor, Number(dim), 0, 1)], Number(dim));
  }, input);
}

/** The first node or constant in which two graphs differ. */
function firstDifference(one: OnnxGraph, other: OnnxGraph): string | undefined {
  const text = (node: unknown): string =>
    JSON.stringify(node, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  const bytesOf = ({ constants }: OnnxGraph): Map<string, Uint8Array> =>
    new Map(constants.map(({ name, bytes }) => [name, bytes]));
  const [own, others] = [bytesOf(one), bytesOf(other)];
  for (const [i, node] of one.nodes.entries()) {
    const twin = other.nodes[i];
    if (twin === undefined || text(node) !== text(twin)) return node.op;
    for (const name of node.inputs) {
      const bytes = own.get(name);
      if (bytes !== undefined && Buffer.compare(bytes, others.get(name) ?? new Uint8Array()) !== 0)
        return node.op;
    }
  }
  return one.nodes.length === other.nodes.length ? undefined : other.nodes[one.nodes.length]!.op;
}
