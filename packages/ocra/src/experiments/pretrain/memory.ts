// Least memory that a step of pre-training takes.
import { FLOAT32, type MemoryNeed, NUMBERS_OF_A_WEIGHT } from "@throughline/lab";
import {
  autoencoderConfig,
  type SlotAutoencoderConfig,
  type SlotAutoencoderOptions,
} from "../../slots/options.js";
import type { PretrainConfig } from "./options.js";

const WEIGHT = NUMBERS_OF_A_WEIGHT * FLOAT32;
const KERNEL = 5 * 5;

/** Pictures, what each convolution makes of them, which the backward pass needs, and the weights. */
export function pretrainingMemory(
  model: SlotAutoencoderOptions,
  { batch, precision }: Pick<PretrainConfig, "batch" | "precision">,
): MemoryNeed[] {
  const config = autoencoderConfig(model);
  const { channels, resolution, slots } = config;
  const [pixels, activation] = [
    resolution[0] * resolution[1],
    precision === "float32" ? FLOAT32 : FLOAT32 / 2,
  ];
  const display = channels * pixels * FLOAT32 + (encoded(config) + slots * decoded(config)) * activation;
  return [
    {
      what: `a step of ${batch} displays of ${resolution.join(" × ")} pixels (--batch, --resolution)`,
      bytes: batch * display,
    },
    { what: "the weights (--encoder-channels, --decoder-channels, --dim)", bytes: weights(config) * WEIGHT },
  ];
}

/** Values that the encoder's convolutions but the last give for a display. */
function encoded({
  encoderStrides,
  encoderChannels,
  resolution: [height, width],
}: SlotAutoencoderConfig): number {
  let [area, sum] = [height * width, 0];
  for (const stride of encoderStrides.slice(0, -1)) {
    area /= stride ** 2;
    sum += encoderChannels * area;
  }
  return sum;
}

/** Values that the decoder's convolutions give for a slot. */
function decoded(config: SlotAutoencoderConfig): number {
  const { decoderStrides, decoderChannels, channels, start, resolution } = config;
  let [area, sum] = [start[0] * start[1], (channels + 1) * resolution[0] * resolution[1]];
  for (const stride of decoderStrides) {
    area *= stride ** 2;
    sum += decoderChannels * area;
  }
  return sum;
}

/** Weights of the convolutions. */
function weights({
  channels,
  dim,
  encoderStrides,
  encoderChannels,
  decoderStrides,
  decoderChannels,
}: SlotAutoencoderConfig): number {
  const between = [channels, ...encoderStrides.slice(1).map(() => encoderChannels), dim];
  const after = [dim, ...decoderStrides.map(() => decoderChannels)];
  const products = (sizes: readonly number[]): number =>
    sizes.slice(1).reduce((sum, size, i) => sum + size * sizes[i]! * KERNEL, 0);
  return products(between) + products(after);
}
