// What the slots make of some unseen displays, kept in a file of the run.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunContext } from "@throughline/lab";
import { Generator, type Tensor } from "@throughline/torch";
import { segmentation } from "../../metrics/segmentation.js";
import type { SlotAutoencoder } from "../../slots/autoencoder.js";
import { explainSlots } from "../../slots/explain.js";
import { type StoredPicture, storePicture } from "../pictures.js";

/** One display. */
export interface DisplayPictures {
  readonly input: StoredPicture;
  readonly reconstruction: StoredPicture;
  /** For each slot. */
  readonly masks: readonly StoredPicture[];
  readonly attention: readonly StoredPicture[];
  /** Objects, and how many of them exactly one slot owns. */
  readonly objects: number;
  readonly owned: number;
}

const FILE = "slots.json";

/** @param images [B, C, H, W] as the model takes them; @param owners [≥ B, H, W] */
export function writePictures(
  context: Pick<RunContext, "artifact">,
  model: SlotAutoencoder,
  images: Tensor,
  owners: Tensor,
): void {
  const generator = Generator.create({ seed: 1 });
  const found = explainSlots(model, images, { generator });
  const slots = Array.from({ length: found.masks.size(1) }, (_, slot) => slot);
  const displays = Array.from({ length: images.size(0) }, (_, i): DisplayPictures => {
    const of = (tensor: Tensor): Tensor => tensor.select(0, i);
    const flat = (tensor: Tensor): number[] => Array.from(of(tensor).flatten().to("int32").toTypedArray(), Number);
    const { objects, owned } = segmentation(flat(owners), flat(found.owner));
    return {
      input: storePicture(of(images)),
      reconstruction: storePicture(of(found.image)),
      masks: slots.map((slot) => storePicture(of(found.masks).select(0, slot))),
      attention: slots.map((slot) => storePicture(of(found.attention).select(0, slot))),
      objects,
      owned,
    };
  });
  context.artifact(FILE, `${JSON.stringify(displays)}\n`);
}

/** The pictures of a run; none if it has not come so far. */
export function readPictures(path: string): DisplayPictures[] {
  try {
    return JSON.parse(readFileSync(join(path, "artifacts", FILE), "utf8")) as DisplayPictures[];
  } catch {
    return [];
  }
}
