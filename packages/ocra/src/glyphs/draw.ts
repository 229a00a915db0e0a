// A character as a picture.
import { OcraDataError } from "../datasets/errors.js";
import { canvas, type FontName, fontFamily } from "./fonts.js";
import { crop, inkBox, type Raster } from "./raster.js";

/** A character of one of our fonts. */
export interface Glyph {
  readonly font: FontName;
  readonly character: string;
}

// Drawn large and then averaged, so that pixels hardly depend on how a platform's Skia smooths edges.
const inkSide = 128;
const side = 160;

/** The glyph in black on white, cut to its ink; its longer side is about 128. @throws OcraDataError ocra/fonts */
export function drawGlyph({ font, character }: Glyph): Raster {
  const context = surface();
  const family = `"${fontFamily(font)}"`;
  context.font = `100px ${family}`;
  const measured = context.measureText(character);
  const { actualBoundingBoxLeft: left, actualBoundingBoxRight: right } = measured;
  const { actualBoundingBoxAscent: ascent, actualBoundingBoxDescent: descent } = measured;
  const scale = inkSide / Math.max(left + right, ascent + descent, 1);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, side, side);
  context.fillStyle = "#000000";
  context.font = `${100 * scale}px ${family}`;
  context.fillText(
    character,
    side / 2 + (scale * (left - right)) / 2,
    side / 2 + (scale * (ascent - descent)) / 2,
  );
  const { data } = context.getImageData(0, 0, side, side);
  const pixels = new Uint8Array(side * side);
  for (let at = 0; at < pixels.length; at++) pixels[at] = data[4 * at]!;
  const drawn = { width: side, height: side, pixels };
  const box = inkBox(drawn);
  if (box === null)
    throw new OcraDataError("fonts", `the font ${font} draws nothing for ${nameOf(character)}`);
  return crop(drawn, box);
}

/** `☯ U+262F`. */
export function nameOf(character: string): string {
  return `${character} U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

type Context = ReturnType<ReturnType<ReturnType<typeof canvas>["createCanvas"]>["getContext"]>;
let shared: Context | undefined;

function surface(): Context {
  shared ??= canvas().createCanvas(side, side).getContext("2d");
  return shared;
}
