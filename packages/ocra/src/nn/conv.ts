// Convolutions of the slot autoencoder, with the ReLU after them, in channels-last memory.
import type { nn, Tensor } from "@throughline/torch";

/** The images [B, C, H, W] in channels-last memory, without a copy where they lie so already. */
export function channelsLast(images: Tensor): Tensor {
  const [batch, channels, height, width] = images.shape as [number, number, number, number];
  if (channels !== 1) return images.contiguous({ memoryFormat: "channels_last" });
  // With one channel both formats are the same memory; strides that say so choose the kernels.
  return images.reshape([batch, height, width, 1]).permute([0, 3, 1, 2]);
}

/** ReLU(layer(x)) */
export function convRelu(layer: nn.Conv2d | nn.ConvTranspose2d, x: Tensor): Tensor {
  return layer.forward(x).relu_();
}
