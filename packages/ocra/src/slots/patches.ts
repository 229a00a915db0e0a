// A fixed grid of patches in place of slots.
import { noGrad, scope, type Tensor } from "@throughline/torch";
import { wholeNumber } from "@throughline/torch/checks";
import { refuse } from "../nn/refuse.js";
import type { SlotEncoder } from "./encoder.js";
import type { SlotEncoding } from "./slot-attention.js";

/**
 * Same as `encodeFrozen`, with attention fixed to a grid: patch k attends evenly to its part of the feature map, so that
 * z and m are the means of features and positions there, and z stands for the slots.
 * @param size patches along each side. Default 4, so K = 16.
 * @throws TorchError unless `size` divides the feature map.
 */
export function encodePatches(encoder: SlotEncoder, images: Tensor, size = 4): SlotEncoding {
  const [height, width] = encoder.config.grid;
  if (height % wholeNumber("encodePatches: size", size, 1) !== 0 || width % size !== 0) {
    throw refuse(
      "encodePatches",
      `${size} patches a side do not divide the feature map [${height}, ${width}]`,
    );
  }
  const mean = (map: Tensor): Tensor =>
    map
      .unflatten(2, [size, width / size])
      .unflatten(1, [size, height / size])
      .mean({ dim: [2, 4] })
      .flatten(1, 2);
  return scope(() =>
    noGrad(() => {
      const { features, positions } = encoder.encoder_cnn.forward(images);
      const z = mean(features);
      const m = mean(positions).expand(z.shape).contiguous();
      return { slots: z.clone(), z, m };
    }),
  );
}
