// Pictures in a run's files, for figures that need no engine.
import type { Tensor } from "@throughline/torch";
import { z } from "zod";
import { FigureError } from "./errors.js";
import type { ImageGridFigure } from "./figure.js";

/** Pixels by rows, channels last, 0 to 255, as base64. */
export interface StoredPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: string;
}

/** The schema of a stored picture inside an artifact. */
export const pictureSchema: z.ZodType<StoredPicture> = z.object({
  width: z.int(),
  height: z.int(),
  channels: z.literal([1, 3]),
  pixels: z.string(),
});

type Picture = ImageGridFigure["images"][number];

/**
 * A tensor as a picture in a run's files.
 * @param image [H, W] or [C, H, W] with 1 or 3 channels; values outside 0 to 1 are clipped
 * @throws FigureError figure/channels for another shape
 */
export function storePicture(image: Tensor): StoredPicture {
  const plain = image.ndim === 2 ? image.unsqueeze(0) : image;
  const [channels, height, width] = plain.shape;
  if (plain.ndim !== 3 || (channels !== 1 && channels !== 3)) {
    throw new FigureError(
      "channels",
      `a picture has the shape [${image.shape.join(", ")}], accepted: [H, W] or [C, H, W] with 1 or 3 channels`,
    );
  }
  const bytes = plain
    .detach()
    .permute([1, 2, 0])
    .clamp({ min: 0, max: 1 })
    .mul(255)
    .round()
    .to({ device: "cpu", dtype: "uint8" });
  const pixels = Buffer.from(bytes.contiguous().toTypedArray() as Uint8Array).toString("base64");
  return { width: width!, height: height!, channels, pixels };
}

/** A stored picture as an image of a figure. */
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
