// Pictures in a run's files, for figures that need no engine.
import type { ImageGridFigure } from "@throughline/lab";
import { z } from "zod";

/** Pixels by rows, channels last, 0 to 255, as base64. */
export interface StoredPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: string;
}

/** As files hold it. */
export const pictureSchema: z.ZodType<StoredPicture> = z.object({
  width: z.int(),
  height: z.int(),
  channels: z.literal([1, 3]),
  pixels: z.string(),
});

type Picture = ImageGridFigure["images"][number];

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
