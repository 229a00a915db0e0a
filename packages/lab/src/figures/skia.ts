// Skia's canvas with the fonts that are shipped, loaded when something is drawn.
import { createRequire } from "node:module";
import { FigureError } from "./errors.js";

/** The module `@napi-rs/canvas`. */
export type Canvas = typeof import("@napi-rs/canvas");

/** A surface to draw on, and what draws on it. */
export type Surface = import("@napi-rs/canvas").Canvas;
export type Context2d = import("@napi-rs/canvas").SKRSContext2D;

const require = createRequire(import.meta.url);
let loaded: Canvas | undefined;

/**
 * The canvas that draws on any machine alike: its families `Noto Sans` (400 and 700) and `Noto Sans Math` are shipped.
 * @throws FigureError figure/font if a font cannot be read
 */
export function shippedCanvas(): Canvas {
  if (loaded !== undefined) return loaded;
  const canvas = require("@napi-rs/canvas") as Canvas;
  for (const script of ["latin", "latin-ext", "greek", "cyrillic"]) {
    for (const weight of [400, 700])
      register(canvas, `@fontsource/noto-sans/files/noto-sans-${script}-${weight}-normal.woff2`, "Noto Sans");
  }
  register(
    canvas,
    "@fontsource/noto-sans-math/files/noto-sans-math-latin-400-normal.woff2",
    "Noto Sans Math",
  );
  loaded = canvas;
  return canvas;
}

function register({ GlobalFonts }: Canvas, file: string, name: string): void {
  const path = require.resolve(file);
  if (GlobalFonts.registerFromPath(path, name) === null)
    throw new FigureError("font", `the font ${path} cannot be read; install the packages again (npm ci)`);
}
