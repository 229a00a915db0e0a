// A pre-trained autoencoder as a file: safetensors whose notes say what it was made of.
import { shellQuote } from "@throughline/lab/text";
import { io, scope, type Tensor, TorchError } from "@throughline/torch";
import { hashOf, hashOfContent, readStart } from "@throughline/torch/files";
import { SlotAutoencoder } from "../slots/autoencoder.js";
import type { SlotAutoencoderOptions } from "../slots/options.js";
import { seePixels } from "./pixels.js";
import { type PixelView, pixelViews, published, type Suite, suites } from "./suites.js";

/** Notes of a file beside the weights. */
export interface PretrainedNotes {
  readonly suite: Suite;
  readonly model: SlotAutoencoderOptions;
  readonly pixels: PixelView;
}

/** An autoencoder to encode with; its weights stay as they are. */
export interface Pretrained extends PretrainedNotes {
  readonly autoencoder: SlotAutoencoder;
  /** SHA-256, hexadecimal: of the file, or of random weights. */
  readonly hash: string;
  /** The file; null for random weights. */
  readonly path: string | null;
}

/** The file's name in a run's artifacts. */
export const pretrainedFile = "autoencoder.safetensors";

/** Writes an autoencoder with its notes. */
export function savePretrained(path: string, autoencoder: SlotAutoencoder, notes: PretrainedNotes): void {
  const { suite, model, pixels } = notes;
  io.saveSafetensors(path, autoencoder.stateDict() as Record<string, Tensor>, {
    suite,
    model: JSON.stringify(model),
    pixels,
  });
}

/**
 * Reads what `savePretrained` wrote; or weights without notes, such as converted ones of the authors, as the paper's model
 * for `suite`.
 * @throws TorchError for a file that cannot be read or does not fit the model its notes describe
 */
export function loadPretrained(path: string, suite: Suite = "art", device = "cpu"): Pretrained {
  const notes = notesOf(path, suite);
  const autoencoder = new SlotAutoencoder(notes.model);
  autoencoder.loadStateDict(io.loadSafetensors(path) as never);
  return { ...notes, autoencoder: frozen(autoencoder, device), hash: hashOf(path), path };
}

/** An autoencoder of random weights in place of a trained one: for plumbing. */
export function untrained(notes: PretrainedNotes, device = "cpu"): Pretrained {
  const autoencoder = frozen(new SlotAutoencoder(notes.model), device);
  const weights = Object.entries(autoencoder.stateDict() as Record<string, Tensor>);
  const content = weights.flatMap(([name, tensor]) => [Buffer.from(name), tensor.toBytes()]);
  return { ...notes, autoencoder, hash: hashOfContent(Buffer.concat(content)), path: null };
}

/** Pictures as its encoder takes them, on its device. @param images 0 to 1, of any shape */
export function seenBy(
  { autoencoder, pixels }: Pick<Pretrained, "autoencoder" | "pixels">,
  images: Tensor,
): Tensor {
  return scope(() => seePixels(images.to({ device: autoencoder.fc1.weight.device }), pixels));
}

function frozen(autoencoder: SlotAutoencoder, device: string): SlotAutoencoder {
  autoencoder.eval();
  for (const parameter of autoencoder.parameters()) parameter.requiresGrad_(false);
  return autoencoder.to({ device }) as SlotAutoencoder;
}

function notesOf(path: string, suite: Suite): PretrainedNotes {
  // The first bytes of a zip archive, and so of a .pt file.
  if (Buffer.from(readStart(path, 4)).toString("latin1") === "PK\x03\x04") {
    throw new TorchError(
      "io/format",
      `${path} is a PyTorch checkpoint; convert it first: throughline import ${shellQuote(path)}`,
    );
  }
  using file = io.openSafetensors(path);
  const { model, pixels, suite: own } = file.metadata;
  if (model !== undefined && own === undefined) {
    throw new TorchError(
      "io/format",
      `${path} holds a model on slots (${model}), not an autoencoder; accepted: what ocra/pretrain or throughline import left`,
    );
  }
  if (model === undefined) {
    return { suite, model: published[suite], pixels: "as-they-are" };
  }
  const known = suites.find((each) => each === own);
  if (known === undefined) {
    throw new TorchError(
      "io/format",
      `${path}: its metadata name the data "${own}"; accepted: ${suites.join(", ")}`,
    );
  }
  const view = pixelViews.find((each) => each === pixels);
  if (view === undefined) {
    throw new TorchError(
      "io/format",
      `${path}: its metadata name the pixels "${pixels}"; accepted: ${pixelViews.join(", ")}`,
    );
  }
  return { suite: known, model: JSON.parse(model) as SlotAutoencoderOptions, pixels: view };
}
