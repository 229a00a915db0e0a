// Which slot attends to which pixel: what the reasoner's z and m are taken from, as decoder masks are what is drawn from.
import { nn, noGrad, scope, type Tensor } from "@throughline/torch";
import type { SlotEncoder } from "../slots/encoder.js";
import type { SlotDraw } from "../slots/slot-attention.js";

/**
 * Attention of the last iteration before it is normalised over pixels: softmax over slots of q · kᵀ / √D, enlarged to the
 * images by repeating. At each pixel the slots' weights sum to 1.
 * @param images [B, C, H, W] as the encoder takes them; @returns [B, K, H, W], without gradients.
 */
export function attentionWeights(encoder: SlotEncoder, images: Tensor, draw: SlotDraw = {}): Tensor {
  const { slot_attention: attention, config } = encoder;
  const [height, width] = config.resolution;
  return scope(() =>
    noGrad(() => {
      const inputs = encoder.slotInputs(encoder.encoder_cnn.forward(images));
      const { query } = attention.iterate(inputs, draw, encoder.weights(images).slots).at(-1)!;
      const keys = attention.to_k.forward(attention.norm_input.forward(inputs));
      const weights = query
        .matmul(keys.transpose(1, 2))
        .mul(config.dim ** -0.5)
        .softmax(1);
      const maps = weights.unflatten(2, config.grid);
      return nn.functional.interpolate(maps, { size: [height, width], mode: "nearest" });
    }),
  );
}
