// Slots of some held-out displays, kept in a file of the run.
import { type RunContext, storePicture } from "@throughline/lab";
import { Generator, type Tensor } from "@throughline/torch";
import { segmentation } from "../../metrics/segmentation.js";
import { seePixels, showPixels } from "../../pretrained/pixels.js";
import type { PixelView } from "../../pretrained/suites.js";
import type { SlotAutoencoder } from "../../slots/autoencoder.js";
import { explainSlots } from "../../slots/explain.js";
import { type DisplayPictures, picturesArtifact } from "./picture-file.js";

/** @param images [B, C, H, W], 0 to 1; @param owners [≥ B, H, W]; @param view what the model sees of the images */
export function writePictures(
  context: Pick<RunContext, "keep">,
  model: SlotAutoencoder,
  images: Tensor,
  owners: Tensor,
  view: PixelView,
): void {
  const generator = Generator.create({ seed: 1 });
  const found = explainSlots(model, seePixels(images, view), { generator });
  const drawn = showPixels(found.image, view);
  const slots = Array.from({ length: found.masks.size(1) }, (_, slot) => slot);
  const displays = Array.from({ length: images.size(0) }, (_, i): DisplayPictures => {
    const of = (tensor: Tensor): Tensor => tensor.select(0, i);
    const flat = (tensor: Tensor): number[] =>
      Array.from(of(tensor).flatten().to("int32").toTypedArray(), Number);
    const { objects, owned } = segmentation(flat(owners), flat(found.owner));
    return {
      input: storePicture(of(images)),
      reconstruction: storePicture(of(drawn)),
      masks: slots.map((slot) => storePicture(of(found.masks).select(0, slot))),
      attention: slots.map((slot) => storePicture(of(found.attention).select(0, slot))),
      objects,
      owned,
    };
  });
  context.keep(picturesArtifact, displays);
}
