// Convolutions of the slot autoencoder, with the ReLU after them, in channels-last memory.
import { nn, type Tensor } from "@throughline/torch";
import type { Arithmetic } from "./arithmetic.js";
import { nativeConv5Relu } from "./native.js";

/** The images [B, C, H, W] in channels-last memory, without a copy where they lie so already. */
export function channelsLast(images: Tensor): Tensor {
  const [batch, channels, height, width] = images.shape as [number, number, number, number];
  if (channels !== 1) return images.contiguous({ memoryFormat: "channels_last" });
  // With one channel both formats are the same memory; strides that say so choose the kernels.
  return images.reshape([batch, height, width, 1]).permute([0, 3, 1, 2]);
}

/** ReLU(layer(x)). If `how` is `"fast"`, 5×5 layers of stride 1 go to the native operator where there is one. */
export function convRelu(layer: nn.Conv2d | nn.ConvTranspose2d, x: Tensor, how: Arithmetic): Tensor {
  const native = how === "fast" && keepsSize(layer) ? nativeConv5Relu() : null;
  if (native === null) return layer.forward(x).relu_();
  return native(x, layer.weight, layer.bias, layer instanceof nn.ConvTranspose2d);
}

function keepsSize({
  kernelSize,
  stride,
  padding,
  dilation,
  groups,
}: nn.Conv2d | nn.ConvTranspose2d): boolean {
  const all = (sizes: readonly number[] | string, size: number): boolean =>
    typeof sizes !== "string" && sizes.every((each) => each === size);
  return all(kernelSize, 5) && all(stride, 1) && all(padding, 2) && all(dilation, 1) && groups === 1;
}
