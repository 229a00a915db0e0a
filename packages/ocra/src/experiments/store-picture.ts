// From a tensor to a picture in a run's files.
import type { Tensor } from "@throughline/torch";
import type { StoredPicture } from "./pictures.js";

/** @param image [H, W] or [C, H, W] with 1 or 3 channels; what is outside 0 to 1 is clipped. */
export function storePicture(image: Tensor): StoredPicture {
  const plain = image.ndim === 2 ? image.unsqueeze(0) : image;
  const [channels, height, width] = plain.shape as [1 | 3, number, number];
  const bytes = plain
    .detach()
    .permute([1, 2, 0])
    .clamp({ min: 0, max: 1 })
    .mul(255)
    .round()
    .to({ device: "cpu", dtype: "uint8" });
  const pixels = Buffer.from(bytes.contiguous().toTypedArray() as Uint8Array).toString("base64");
  return { width, height, channels, pixels };
}
