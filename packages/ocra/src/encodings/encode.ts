// Problems as frozen slots see them.
import { noGrad, scope, type Tensor } from "@throughline/torch";
import { type Pretrained, seenBy } from "../pretrained/pretrained.js";
import { encodeFrozen } from "../slots/encoder.js";
import { encodePatches } from "../slots/patches.js";
import type { SlotDraw, SlotEncoding } from "../slots/slot-attention.js";

/** Output of a frozen encoder for a model: its slots, or patches of its feature map in the same form. */
export type EncodedInput = "slots" | "patches";

/**
 * { slots, z, m } of every candidate picture, each [B, P, K, D], on the encoder's device, without gradients.
 * @param images [B, P, C, H, W], 0 to 1
 */
export function encodeProblems(
  encoder: Pick<Pretrained, "autoencoder" | "pixels">,
  input: EncodedInput,
  images: Tensor,
  draw: SlotDraw = {},
): SlotEncoding {
  const problems = images.shape.slice(0, 2);
  return scope(() =>
    noGrad(() => {
      const { autoencoder } = encoder;
      const seen = seenBy(encoder, images.flatten(0, 1));
      const { slots, z, m } =
        input === "slots" ? encodeFrozen(autoencoder, seen, draw) : encodePatches(autoencoder, seen);
      return {
        slots: slots.unflatten(0, problems),
        z: z.unflatten(0, problems),
        m: m.unflatten(0, problems),
      };
    }),
  );
}
