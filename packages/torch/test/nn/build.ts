// From PyTorch's constructor arguments, as the fixtures have them, to ours.
import { nn, type Tensor } from "@throughline/torch";

type Arguments = Readonly<Record<string, unknown>>;
type Layer = new (...args: never[]) => nn.AnyModule;

/** What comes before the options, by class; all else is an option under its camelCase name. */
const positional: Readonly<Record<string, readonly string[]>> = {
  Linear: ["in_features", "out_features"],
  Bilinear: ["in1_features", "in2_features", "out_features"],
  Embedding: ["num_embeddings", "embedding_dim"],
  LayerNorm: ["normalized_shape"],
  RMSNorm: ["normalized_shape"],
  GroupNorm: ["num_groups", "num_channels"],
  MultiheadAttention: ["embed_dim", "num_heads"],
  TransformerEncoderLayer: ["d_model", "nhead"],
  TransformerDecoderLayer: ["d_model", "nhead"],
  Threshold: ["threshold", "value"],
  Softmax: ["dim"],
  Softmin: ["dim"],
  LogSoftmax: ["dim"],
  GLU: ["dim"],
  Dropout: ["p"],
};

function namesOf(type: string): readonly string[] {
  if (/^Conv/.test(type)) return ["in_channels", "out_channels", "kernel_size"];
  if (/^(Max|Avg)Pool/.test(type)) return ["kernel_size"];
  if (/^Adaptive/.test(type)) return ["output_size"];
  if (/^BatchNorm/.test(type)) return ["num_features"];
  if (/^(RNN|GRU|LSTM)/.test(type)) return ["input_size", "hidden_size"];
  return positional[type] ?? [];
}

/** `in_features` → `inFeatures` */
export function camel(name: string): string {
  return name.replace(/(?<=.)_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function camelKeys(args: Arguments): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [camel(name), value]));
}

/** The module that `nn.<type>(**args)` makes in PyTorch. */
export function build(op: string, args: Arguments): nn.Module<unknown[], unknown> {
  const type = op.replace(/^nn\./, "");
  const names = namesOf(type);
  const options = Object.fromEntries(Object.entries(args).filter(([name]) => !names.includes(name)));
  const first = names.map((name) => args[name]);
  const make = nn[type as keyof typeof nn] as unknown as Layer | undefined;
  if (make === undefined) throw new Error(`there is no nn.${type}`);
  const module = Reflect.construct(make, [...first, camelKeys(options)]);
  return module as nn.Module<unknown[], unknown>;
}

/** Every tensor in a result, in order; null stays. */
export function flatten(result: unknown): (Tensor | null)[] {
  return Array.isArray(result) ? result.flatMap(flatten) : [result as Tensor | null];
}
