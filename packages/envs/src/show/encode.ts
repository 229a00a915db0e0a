// Animated GIF and WebP, by libvips.
import { dirname } from "node:path";
import { makeFolder, writeAtomic } from "@throughline/lab";
import type { Frame } from "../env.js";

/** Format of a film. */
export type FilmFormat = "gif" | "webp";

/** Writes pictures of one size as a film that repeats for ever. @throws LabError `lab/disk` */
export async function writeFilm(
  path: string,
  format: FilmFormat,
  { frames, delays }: { readonly frames: readonly Frame[]; readonly delays: readonly number[] },
): Promise<void> {
  const bytes = await encodeFilm(format, frames, delays);
  makeFolder(dirname(path));
  writeAtomic(path, bytes);
}

/** @param delays how long each picture is shown, in milliseconds; GIF keeps hundredths of a second */
export async function encodeFilm(
  format: FilmFormat,
  frames: readonly Frame[],
  delays: readonly number[],
): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const { width, height } = frames[0]!;
  const all = new Uint8Array(width * height * 3 * frames.length);
  for (const [at, { pixels }] of frames.entries()) all.set(pixels, at * width * height * 3);
  const raw = { width, height: height * frames.length, channels: 3, pageHeight: height } as const;
  const image = sharp(all, { raw, limitInputPixels: false });
  const timing = { delay: [...delays], loop: 0 };
  // Enlarged pixels and maps are flat: without loss they take half of what they take at quality 85.
  return format === "gif"
    ? image.gif({ ...timing, effort: 2, dither: 0 }).toBuffer()
    : image.webp({ ...timing, effort: 1, lossless: true }).toBuffer();
}
