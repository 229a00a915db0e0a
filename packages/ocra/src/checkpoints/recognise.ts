// Recognises the model of a state dict from the names and shapes of its tensors.
import type { Tensor } from "@throughline/torch";
import { HEAD_DIM, type TransformerOptions } from "../nn/transformer.js";
import type { SlotAutoencoderOptions } from "../slots/options.js";
import { marks } from "./marks.js";

type State = Readonly<Record<string, Tensor>>;

/** A model that a checkpoint holds, as far as its tensors say. */
export type Recognised =
  | { readonly kind: "autoencoder"; readonly prefix: string; readonly model: SlotAutoencoderOptions }
  | {
      readonly kind: "ocra";
      readonly prefix: string;
      readonly model: Required<Omit<TransformerOptions, "dropout">>;
    };

/** The model in a state dict, under whatever prefix (`module.`, say, of data-parallel training); undefined if none is. */
export function recognise(state: State): Recognised | undefined {
  for (const kind of ["autoencoder", "ocra"] as const) {
    const mark = Object.keys(state).find((name) => name === marks[kind] || name.endsWith(`.${marks[kind]}`));
    if (mark === undefined) continue;
    const prefix = mark.slice(0, mark.length - marks[kind].length);
    const shape = (name: string): readonly number[] => state[prefix + name]?.shape ?? [];
    if (kind === "autoencoder") return { kind, prefix, model: autoencoderOf(shape) };
    return { kind, prefix, model: transformerOf(shape) };
  }
  return undefined;
}

type Shapes = (name: string) => readonly number[];

/** Counts the names `name(1)`, `name(2)` … that are present. */
function countOf(shape: Shapes, name: (i: number) => string, first: number): number {
  let count = 0;
  while (shape(name(first + count)).length > 0) count++;
  return count;
}

function autoencoderOf(shape: Shapes): SlotAutoencoderOptions {
  const encoder = countOf(shape, (i) => `encoder_cnn.conv${i}.weight`, 1);
  const decoder = countOf(shape, (i) => `decoder_cnn.conv${i}.weight`, 1);
  const [encoderChannels = 0, channels = 0] = shape("encoder_cnn.conv1.weight");
  const [dim = 0] = shape(marks.autoencoder);
  const [, decoderChannels = 0] = shape("decoder_cnn.conv1.weight");
  return {
    channels,
    slots: channels === 3 ? 7 : 6,
    dim,
    encoderChannels,
    encoderStrides: Array.from({ length: encoder }, () => 1),
    decoderChannels,
    decoderStrides: Array.from({ length: Math.max(1, decoder - 1) }, () => 1),
  };
}

function transformerOf(shape: Shapes): Required<Omit<TransformerOptions, "dropout">> {
  const layer = (i: number) => `transformer.transformer.layers.${i}`;
  const [dim = 0] = shape(marks.ocra);
  const [rows = 0] = shape(`${layer(0)}.0.fn.to_qkv.weight`);
  const [mlpDim = 0] = shape(`${layer(0)}.1.fn.net.0.weight`);
  const depth = countOf(shape, (i) => `${layer(i)}.0.fn.to_qkv.weight`, 0);
  return { dim, depth, heads: rows / (3 * HEAD_DIM), mlpDim };
}
