// Input of an encoder, from pictures.
import { fromTypedArray, scope, type Tensor } from "@throughline/torch";
import { renderScene } from "../clevr/render.js";
import { lampCentres } from "../clevr/scene.js";
import { refuse } from "../nn/refuse.js";
import type { PixelView } from "./suites.js";

/**
 * `as-they-are`: pixels. `inverted`: 1 − pixels, so that ink is 1 on paper of 0. `without-scenery`: pixels minus those of
 * CLEVR's scene with no objects in it and its lamps in their places.
 * @param images [..., C, H, W], 0 to 1; with C = 3 for `without-scenery`
 */
export function seePixels(images: Tensor, view: PixelView): Tensor {
  if (view === "as-they-are") return images;
  if (view === "inverted") return images.rsub(1);
  const [channels, height, width] = images.shape.slice(-3) as [number, number, number];
  if (channels !== 3) throw refuse("seePixels", `images are [${images.shape}]; accepted: [..., 3, H, W]`);
  return scope(() => images.sub(emptyScene(height, width).to({ device: images.device })));
}

/** Inverts `seePixels`: gives the pictures back. */
export function showPixels(seen: Tensor, view: PixelView): Tensor {
  if (view === "as-they-are") return seen;
  if (view === "inverted") return seen.rsub(1);
  const [height, width] = seen.shape.slice(-2) as [number, number];
  return scope(() => seen.add(emptyScene(height, width).to({ device: seen.device })));
}

const scenes = new Map<string, Float32Array>();

/** [3, height, width] */
function emptyScene(height: number, width: number): Tensor {
  const key = `${height}x${width}`;
  let pixels = scenes.get(key);
  if (pixels === undefined) {
    const scene = renderScene({ solids: [], lamps: lampCentres }, width, height);
    pixels = Float32Array.from(scene.pixels, (value) => value / 255);
    scenes.set(key, pixels);
  }
  return fromTypedArray(pixels, [3, height, width]);
}
