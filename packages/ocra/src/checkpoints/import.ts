// Checkpoints of others, such as the authors', as files of ours.

import { io, scope, type Tensor } from "@throughline/torch";
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { OcraDataError } from "../datasets/errors.js";
import type { TransformerOptions } from "../nn/transformer.js";
import { type PretrainedNotes, savePretrained } from "../pretrained/pretrained.js";
import { mostSlots, type PixelView, type Suite } from "../pretrained/suites.js";
import { Ocra } from "../reasoning/ocra.js";
import { SlotAutoencoder } from "../slots/autoencoder.js";
import type { SlotAutoencoderOptions } from "../slots/options.js";
import { type Recognised, recognise } from "./recognise.js";

/** Options that a checkpoint does not hold. */
export interface ImportOptions {
  /** Place of the state dict within a `.pt` file. Default: see `io.loadPtStateDict`. */
  readonly key?: string;
  /** The data of an autoencoder. Default: `clevr` for three colour channels, else `art`. */
  readonly suite?: Suite;
  /** Height and width of its pictures. Default 128, the paper's. */
  readonly resolution?: number;
  /** Its number of slots. Default: the paper's, 7 for three colour channels, else 6. */
  readonly slots?: number;
  /** Input of the encoder. Default `as-they-are`. */
  readonly pixels?: PixelView;
}

/** Description of an imported checkpoint, with every option that was inferred. */
export type Imported =
  | ({ readonly kind: "autoencoder"; readonly parameters: number } & PretrainedNotes)
  | { readonly kind: "ocra"; readonly parameters: number; readonly model: TransformerOptions };

/**
 * Reads an autoencoder or a reasoning module of OCRA from a `.pt`, `.pth` or `.safetensors` file and writes it to `to`, as
 * safetensors whose notes say what it is made of. An autoencoder's file is what `ocra/pretrain` leaves, and can be named
 * wherever one is asked for. Nothing in the file is executed.
 * @throws OcraDataError `ocra/checkpoint` in one sentence if it holds neither; TorchError `torch/state-dict` naming tensors that do not fit;
 *   the `io/…` errors of its format
 */
export function importCheckpoint(path: string, to: string, options: ImportOptions = {}): Imported {
  const names: OptionNames<ImportOptions> = {
    ...{ key: true, suite: true, resolution: true, slots: true, pixels: true },
  };
  knownOptions("importCheckpoint", names, options);
  return scope(() => {
    const state = io.loadStateDictFile(path, { key: options.key });
    const found = recognise(state);
    if (found === undefined) {
      throw refuse(
        `${path} holds neither a slot-attention autoencoder (slot_attention.to_q) nor OCRA's reasoning module (embed_feat)`,
      );
    }
    const own = usable(withoutPrefix(state, found.prefix), path);
    return found.kind === "autoencoder"
      ? importAutoencoder(own, to, found.model, options)
      : importReasoner(own, to, found);
  });
}

function refuse(sentence: string): OcraDataError {
  return new OcraDataError("checkpoint", sentence);
}

function withoutPrefix(state: Record<string, Tensor>, prefix: string): Record<string, Tensor> {
  const own = Object.entries(state).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/** Converts weights to float32. @throws OcraDataError for numbers that are not finite */
function usable(state: Record<string, Tensor>, path: string): Record<string, Tensor> {
  const entries = Object.entries(state).map(([name, tensor]) => {
    if (!tensor.isfinite().all().item()) throw refuse(`${path}: ${name} has numbers that are not finite`);
    return [name, tensor.dtype.includes("float") ? tensor.to("float32") : tensor] as const;
  });
  return Object.fromEntries(entries);
}

function importAutoencoder(
  state: Record<string, Tensor>,
  to: string,
  recognised: SlotAutoencoderOptions,
  options: ImportOptions,
): Imported {
  const { suite = recognised.channels === 3 ? "clevr" : "art", pixels = "as-they-are" } = options;
  const { resolution = 128, slots = recognised.slots } = options;
  const { channels } = recognised;
  const needed = suite === "clevr" || pixels === "without-scenery" ? 3 : 1;
  if (channels === 0) throw refuse("it has slot attention, but no convolutions (encoder_cnn.conv1.weight)");
  if (channels !== needed) {
    const of = suite === "clevr" || needed === 1 ? suite : pixels;
    throw refuse(`it takes pictures of ${channels} channels; accepted: those of ${of} have ${needed}`);
  }
  if (resolution < 16 || resolution > 512) throw refuse(`resolution is ${resolution}; accepted: 16 to 512`);
  if (slots! < 2 || slots! > mostSlots) throw refuse(`slots is ${slots}; accepted: 2 to ${mostSlots}`);
  const model = { ...recognised, resolution, slots };
  const autoencoder = new SlotAutoencoder(model);
  autoencoder.loadStateDict(state as never);
  savePretrained(to, autoencoder, { suite, model, pixels });
  const parameters = autoencoder.parameters().reduce((sum, { numel }) => sum + numel, 0);
  return { kind: "autoencoder", parameters, suite, model, pixels };
}

function importReasoner(
  state: Record<string, Tensor>,
  to: string,
  { model }: Extract<Recognised, { kind: "ocra" }>,
): Imported {
  const reasoner = new Ocra(model);
  reasoner.loadStateDict(state as never);
  io.saveSafetensors(to, reasoner.stateDict() as Record<string, Tensor>, {
    model: "ocra",
    options: JSON.stringify(model),
  });
  const parameters = reasoner.parameters().reduce((sum, { numel }) => sum + numel, 0);
  return { kind: "ocra", parameters, model };
}
