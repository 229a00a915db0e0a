// Figures as PNG, drawn by Skia from the SVG with the fonts that are shipped.
import { knownOptions } from "@throughline/torch/checks";
import { FigureError } from "./errors.js";
import type { Figure } from "./figure.js";
import { shippedCanvas } from "./skia.js";
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
  const canvas = shippedCanvas();
  const larger = svg.replace(/width="[\d.]+" height="[\d.]+"/, `width="${width}" height="${height}"`);
  const image = await canvas.loadImage(Buffer.from(larger));
  const surface = canvas.createCanvas(width, height);
  const context = surface.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0);
  return surface.encode("png");
}
