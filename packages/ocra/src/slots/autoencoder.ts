// The slot-attention autoencoder: what is pre-trained to take images apart into objects.
import { nn, scope, type Tensor } from "@throughline/torch";
import { BroadcastDecoder, type DecodedSlots } from "./decoder.js";
import { type EncodedImages, SlotEncoder } from "./encoder.js";
import { autoencoderConfig, encoderPart, type SlotAutoencoderOptions } from "./options.js";
import type { SlotDraw } from "./slot-attention.js";

/** Slots, attention and what the decoder draws of them. */
export interface ReconstructedImages extends EncodedImages, DecodedSlots {}

/**
 * `SlotEncoder` with a decoder. 877,762 parameters with the defaults.
 * @example
 * const model = new SlotAutoencoder({ resolution: 64 });
 * const loss = reconstructionLoss(model.forward(images, { generator }), images);
 */
export class SlotAutoencoder extends SlotEncoder {
  decoder_cnn: BroadcastDecoder;

  constructor(options: SlotAutoencoderOptions = {}) {
    const config = autoencoderConfig(options);
    super(encoderPart(options));
    this.decoder_cnn = new BroadcastDecoder(config);
  }

  override forward(images: Tensor, draw: SlotDraw = {}): ReconstructedImages {
    return scope(() => {
      const encoded = this.encode(images, draw);
      return { ...encoded, ...this.decoder_cnn.forward(encoded.slots) };
    });
  }
}

/** Mean squared error over every pixel and channel. @param images [B, C, H, W]. */
export function reconstructionLoss(reconstructed: DecodedSlots, images: Tensor): Tensor {
  return nn.functional.mseLoss(reconstructed.image, images);
}
