// Figures as PNG, drawn by Skia from the SVG with the fonts that are shipped.
import { createRequire } from "node:module";
import { knownOptions } from "@throughline/torch/checks";
import { FigureError } from "./errors.js";
import type { Figure } from "./figure.js";
import { renderSvg } from "./svg.js";

export interface PngOptions {
  /** Pixels of the picture per pixel of the figure. Default 2: sharp on a good screen, and in print at half width. */
  readonly scale?: number;
}

/**
 * Draws a figure, or the SVG of one, as a PNG. Text is in the shipped Noto Sans, so that the picture is the same on any
 * machine; only signs that Noto Sans does not have (Chinese, emoji) are taken from the system's fonts.
 * @throws FigureError for a figure that cannot be drawn, or a scale that is not above 0 and at most 10
 */
export async function renderPng(figure: string | Figure, options: PngOptions = {}): Promise<Uint8Array> {
  const { scale = 2 } = knownOptions("renderPng", { scale: true }, options);
  if (!(scale > 0 && scale <= 10)) {
    throw new FigureError("scale", `the scale of a PNG is ${scale}; give a number above 0 and at most 10`);
  }
  const svg = typeof figure === "string" ? figure : await renderSvg(figure);
  const size = /^<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/.exec(svg);
  if (size === null)
    throw new FigureError("svg", "the SVG to draw as PNG has no width and height in its first tag");
  const width = Math.round(Number(size[1]) * scale);
  const height = Math.round(Number(size[2]) * scale);
  const canvas = await loadCanvas();
  const larger = svg.replace(/width="[\d.]+" height="[\d.]+"/, `width="${width}" height="${height}"`);
  const image = await canvas.loadImage(Buffer.from(larger));
  const surface = canvas.createCanvas(width, height);
  const context = surface.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0);
  return surface.encode("png");
}

type Canvas = typeof import("@napi-rs/canvas");
let loading: Promise<Canvas> | undefined;

function loadCanvas(): Promise<Canvas> {
  loading ??= import("@napi-rs/canvas").then((canvas) => {
    registerFonts(canvas);
    return canvas;
  });
  return loading;
}

function registerFonts({ GlobalFonts }: Canvas): void {
  const { resolve } = createRequire(import.meta.url);
  for (const script of ["latin", "latin-ext", "greek", "cyrillic"]) {
    for (const weight of [400, 700]) {
      register(
        resolve(`@fontsource/noto-sans/files/noto-sans-${script}-${weight}-normal.woff2`),
        "Noto Sans",
      );
    }
  }
  register(
    resolve("@fontsource/noto-sans-math/files/noto-sans-math-latin-400-normal.woff2"),
    "Noto Sans Math",
  );

  function register(path: string, name: string): void {
    if (GlobalFonts.registerFromPath(path, name) === null) {
      throw new FigureError("font", `the font ${path} cannot be read; install the packages again (npm ci)`);
    }
  }
}
