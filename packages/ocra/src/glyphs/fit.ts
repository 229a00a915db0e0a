// Pictures of ink as 32 × 32 objects.
import { onWhite, type Raster, resizeArea } from "./raster.js";

/** Pixels of an object's side. */
export const objectSize = 32;
/** White around the ink. */
const margin = 1;
const inside = objectSize - 2 * margin;

/**
 * The ink stretched to the whole object but for a margin of one pixel, as the paper's objects are: their boxes, one pixel
 * larger than the ink, were stretched to 32 × 32 without keeping the proportions.
 */
export function stretched(ink: Raster): Uint8Array {
  return onWhite(resizeArea(ink, inside, inside), objectSize, margin, margin).pixels;
}

/** The ink with its proportions, its longer side 30, in the middle of the object. */
export function proportioned(ink: Raster): Uint8Array {
  const scale = inside / Math.max(ink.width, ink.height);
  const width = Math.max(1, Math.round(ink.width * scale));
  const height = Math.max(1, Math.round(ink.height * scale));
  const left = Math.floor((objectSize - width) / 2);
  const top = Math.floor((objectSize - height) / 2);
  return onWhite(resizeArea(ink, width, height), objectSize, left, top).pixels;
}
