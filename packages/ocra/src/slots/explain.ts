// Explanation of an image by the autoencoder: for figures, and for people who want to know.
import { nn, noGrad, scope, type Tensor } from "@throughline/torch";
import type { SlotAutoencoder } from "./autoencoder.js";
import type { SlotDraw, SlotEncoding } from "./slot-attention.js";

/** Images taken apart into slots. All at the images' resolution. */
export interface SlotExplanation extends SlotEncoding {
  /** Attention of each slot at each pixel, as a share of its largest: [B, K, H, W], in [0, 1]. */
  readonly attention: Tensor;
  /** Masks of the decoder, which sum to 1 over the slots: [B, K, H, W]. */
  readonly masks: Tensor;
  /** Picture that each slot draws: [B, K, C, H, W]. */
  readonly reconstructions: Tensor;
  /** The slots put together: [B, C, H, W]. */
  readonly image: Tensor;
  /** The slot with the largest mask at each pixel, int64 [B, H, W]: a segmentation. */
  readonly owner: Tensor;
}

/** Encodes and decodes images in evaluation mode, without recording. @param images [B, C, H, W]. */
export function explainSlots(model: SlotAutoencoder, images: Tensor, draw: SlotDraw = {}): SlotExplanation {
  return scope(() =>
    noGrad(() => {
      const found = model.evaluating(() => model.forward(images, draw));
      const { slots, z, m, attention, masks, reconstructions, image } = found;
      const flat = masks.squeeze(2);
      return {
        slots,
        z,
        m,
        attention: enlarge(
          attention.div(attention.amax({ dim: [2, 3], keepdim: true })),
          model.config.resolution,
        ),
        masks: flat,
        reconstructions,
        image,
        owner: flat.argmax({ dim: 1 }),
      };
    }),
  );
}

/** Each cell of coarse maps [B, K, h, w] repeated over its pixels. */
export function enlarge(maps: Tensor, [height, width]: readonly [number, number]): Tensor {
  if (maps.size(2) === height && maps.size(3) === width) return maps;
  return nn.functional.interpolate(maps, { size: [height, width], mode: "nearest" });
}
