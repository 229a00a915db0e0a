// The fonts that glyphs are drawn from. They come with npm, so no picture depends on what is installed on a machine.
import { createRequire } from "node:module";
import { OcraDataError } from "../datasets/errors.js";

/** A font file, and under which terms it may be used. */
export interface Font {
  readonly package: string;
  readonly file: string;
  readonly copyright: string;
  readonly licence: "OFL-1.1";
}

const noto = (name: string, subset: string, copyright: string): Font => ({
  package: `@fontsource/${name}`,
  file: `files/${name}-${subset}-400-normal.woff2`,
  copyright,
  licence: "OFL-1.1",
});

export type FontName = "sans" | "math" | "symbols" | "symbols2" | "music";

/** All by the Noto Project Authors, under the SIL Open Font License 1.1. */
export const fonts: Readonly<Record<FontName, Font>> = {
  sans: noto(
    "noto-sans",
    "latin",
    "2022 The Noto Project Authors (github.com/notofonts/latin-greek-cyrillic)",
  ),
  math: noto("noto-sans-math", "latin", "2022 The Noto Project Authors (github.com/notofonts/math)"),
  symbols: noto(
    "noto-sans-symbols",
    "symbols",
    "2022 The Noto Project Authors (github.com/notofonts/symbols)",
  ),
  symbols2: noto(
    "noto-sans-symbols-2",
    "symbols",
    "2022 The Noto Project Authors (github.com/notofonts/symbols)",
  ),
  music: noto("noto-music", "music", "2022 The Noto Project Authors (github.com/notofonts/music)"),
};

type Canvas = typeof import("@napi-rs/canvas");

const require = createRequire(import.meta.url);
const registered = new Set<FontName>();

/** Skia. Loaded when the first glyph is drawn. */
export function canvas(): Canvas {
  return require("@napi-rs/canvas") as Canvas;
}

/** The name under which the canvas knows a font: one that no system font has. */
export function fontFamily(name: FontName): string {
  const family = `throughline ${name}`;
  if (registered.has(name)) return family;
  const font = fonts[name];
  const path = require.resolve(`${font.package}/${font.file}`);
  if (canvas().GlobalFonts.registerFromPath(path, family) === null) {
    throw new OcraDataError("fonts", `the font ${path} cannot be read; install the packages again (npm ci)`);
  }
  registered.add(name);
  return family;
}
