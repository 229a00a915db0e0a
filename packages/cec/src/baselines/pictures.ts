// The pictures among observations, and their features.
import type { Tensor } from "@throughline/torch";
import { notAccepted } from "@throughline/torch/checks";
import type { ImpalaConvNet, ImpalaSizes } from "../nn/impala.js";

/** Rows and columns of pictures, and the channels of the ConvNet's stacks. */
export type PictureSizes = Pick<ImpalaSizes, "height" | "width" | "channels">;

/** Features of the only observation, which must be pictures. @returns [B, T, features] @throws as `picturesOf` */
export function pictureFeatures(
  encoder: ImpalaConvNet,
  observations: Readonly<Record<string, Tensor>>,
): Tensor {
  const pictures = picturesOf(observations);
  return encoder.forward(pictures.flatten(0, 1)).unflatten(0, pictures.shape.slice(0, 2));
}

/** The only observation, which must be pictures: the baselines see nothing else. @returns uint8 [B, T, height, width, 3] @throws TorchError `torch/argument` */
export function picturesOf(observations: Readonly<Record<string, Tensor>>): Tensor {
  const found = Object.values(observations).filter(({ ndim, dtype }) => ndim === 5 && dtype === "uint8");
  if (found.length === 1) return found[0]!;
  throw notAccepted("observations", observations, "pictures uint8 [B, T, height, width, 3] under one key");
}
