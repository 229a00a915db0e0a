// What the slots make of some unseen displays, kept in a file of the run.
import type { RunContext } from "@throughline/lab";
import { Generator, type Tensor } from "@throughline/torch";
import { segmentation } from "../../metrics/segmentation.js";
import type { SlotAutoencoder } from "../../slots/autoencoder.js";
import { explainSlots } from "../../slots/explain.js";
import { storePicture } from "../store-picture.js";
import { type DisplayPictures, picturesFile } from "./picture-file.js";

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
    const flat = (tensor: Tensor): number[] =>
      Array.from(of(tensor).flatten().to("int32").toTypedArray(), Number);
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
  context.artifact(picturesFile, `${JSON.stringify(displays)}\n`);
}
