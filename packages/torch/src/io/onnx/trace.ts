// Tracing: a computation is run once, and becomes a graph.
import { observing } from "../../dispatch.js";
import { TorchError } from "../../errors.js";
import type { Refuse } from "../../files/refuse.js";
import { Tensor } from "../../tensor/index.js";
import { GraphBuilder } from "./builder.js";
import { Call, type Converter } from "./call.js";
import { elementwise } from "./elementwise.js";
import { layers } from "./layers.js";
import type { OnnxGraph, Port } from "./model.js";
import { shaping } from "./shaping.js";

const converters: Readonly<Record<string, Converter>> = { ...elementwise, ...layers, ...shaping };

/** New tensors that only have the sizes of one that depends on the inputs: constants of the graph. */
const constantMakers = /^aten::(new_zeros|new_ones|new_full|zeros_like|ones_like|full_like)$/;

/** Computation to trace. */
export interface Traced {
  readonly inputs: readonly Tensor[];
  readonly inputNames: readonly string[];
  /** Default `output`, or `output_0` and so on. */
  readonly outputNames: readonly string[] | undefined;
  readonly weights: ReadonlyMap<Tensor, string>;
  readonly run: () => unknown;
  readonly refuse: Refuse;
}

/** The graph of a computation. @throws TorchError io/onnx naming every operator that has no counterpart */
export function trace({ inputs, inputNames, outputNames, weights, run, refuse }: Traced): OnnxGraph {
  const graph = new GraphBuilder(weights, [...inputNames, ...(outputNames ?? [])]);
  for (const [i, input] of inputs.entries()) graph.bind(input, inputNames[i]!);
  const result = observing((name, args, made) => follow(graph, name, args, made), run);
  const outputs = [result].flat(Number.POSITIVE_INFINITY).filter((each) => each instanceof Tensor);
  if (outputs.length === 0) throw refuse("argument", "the net gives no tensor");
  const names = outputNames ?? (outputs.length === 1 ? ["output"] : outputs.map((_, i) => `output_${i}`));
  if (names.length !== outputs.length)
    throw refuse("argument", `there are ${outputs.length} outputs and ${names.length} names for them`);
  for (const [i, output] of outputs.entries()) {
    // Under the name that it is given; an input that is handed through, or a constant, is one too.
    graph.nodes.push({ op: "Identity", inputs: [graph.value(output)], outputs: [names[i]!], attributes: {} });
  }
  const { nodes, used } = needed(graph, names);
  const problems = new Set([...graph.refused].flatMap(([value, why]) => (used.has(value) ? [why] : [])));
  if (problems.size > 0)
    throw refuse("onnx", `the net cannot be written as ONNX: it uses ${[...problems].join(", ")}`);
  return {
    name: "main",
    nodes,
    constants: [...graph.constants.values()].filter(({ name }) => used.has(name)),
    inputs: inputs.map((tensor, i) => port(inputNames[i]!, tensor)),
    outputs: outputs.map((tensor, i) => port(names[i]!, tensor)),
  };
}

function port(name: string, { dtype, shape }: Tensor): Port {
  return { name, dtype, shape };
}

function follow(graph: GraphBuilder, name: string, args: readonly unknown[], result: unknown): void {
  const given = args.flat().filter((arg) => arg instanceof Tensor);
  if (!given.some((tensor) => graph.isLive(tensor)) || constantMakers.test(name)) return;
  const made = (Array.isArray(result) ? result : [result]).filter((each) => each instanceof Tensor);
  if (made.length === 0) return;
  const values = convert(graph, name, args, result);
  const refusal = typeof values === "string" ? graph.refuse(values, given) : undefined;
  for (const [i, tensor] of made.entries())
    graph.bind(tensor, refusal ?? values[i] ?? graph.refuse(name, given));
}

/** Names of the values that an operator gives; or, as a text, what has no counterpart. */
function convert(
  graph: GraphBuilder,
  name: string,
  args: readonly unknown[],
  result: unknown,
): readonly string[] | string {
  const converter = Object.hasOwn(converters, name) ? converters[name] : undefined;
  if (converter === undefined) return name;
  try {
    return [converter(new Call(graph, args, result))].flat();
  } catch (error) {
    // A converter says what of its operator it has no counterpart for.
    if (error instanceof TorchError && error.code === "io/onnx") return error.message;
    throw error;
  }
}

/** The nodes that outputs depend on, and the values that these use. */
function needed({ nodes }: GraphBuilder, outputs: readonly string[]) {
  const used = new Set(outputs);
  const kept = nodes.toReversed().filter((node) => {
    if (!node.outputs.some((name) => used.has(name))) return false;
    for (const name of node.inputs) used.add(name);
    return true;
  });
  return { nodes: kept.reverse(), used };
}
