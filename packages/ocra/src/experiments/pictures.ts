// Pictures in a run's files: tensors as bytes, bytes as text, and back, for figures that need no engine.
import type { ImageGridFigure } from "@throughline/lab";
import type { Tensor } from "@throughline/torch";

/** Pixels by rows, channels last, 0 to 255, as base64. */
export interface StoredPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: string;
}

type Picture = ImageGridFigure["images"][number];

/** @param image [H, W] or [C, H, W] with 1 or 3 channels; what is outside 0 to 1 is clipped. */
export function storePicture(image: Tensor): StoredPicture {
  const plain = image.ndim === 2 ? image.unsqueeze(0) : image;
  const [channels, height, width] = plain.shape as [1 | 3, number, number];
  const bytes = plain.detach().permute([1, 2, 0]).clamp({ min: 0, max: 1 }).mul(255).round().to({ device: "cpu", dtype: "uint8" });
  const pixels = Buffer.from(bytes.contiguous().toTypedArray() as Uint8Array).toString("base64");
  return { width, height, channels, pixels };
}

/** For a figure. */
export function showPicture({ pixels, ...rest }: StoredPicture, caption: string): Picture {
  return { ...rest, caption, pixels: bytesOf(pixels) };
}

/**
 * A picture under a map: full where the map is 1, faded to a fifth of its contrast with grey where it is 0.
 * @param map of the picture's size, one channel
 */
export function showThrough(picture: StoredPicture, map: StoredPicture, caption: string): Picture {
  const below = bytesOf(picture.pixels);
  const above = bytesOf(map.pixels);
  const pixels = below.map((value, at) => {
    const part = 0.2 + (0.8 * above[Math.floor(at / picture.channels)]!) / 255;
    return Math.round(128 + (value - 128) * part);
  });
  const { width, height, channels } = picture;
  return { width, height, channels, caption, pixels };
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}
