// Sets of objects: 32 × 32 grey pictures that tasks and displays are made of.
import { drawGlyph, type Glyph, nameOf } from "./draw.js";
import { objectSize, proportioned, stretched } from "./fit.js";
import { type Font, type FontName, fonts } from "./fonts.js";
import { poolGlyphs } from "./pool-glyphs.js";
import type { Raster } from "./raster.js";
import { taskGlyphs } from "./task-glyphs.js";

/** Objects, numbered from 0. */
export interface ObjectSet {
  /** Names for captions: `☯ U+262F`, or a file's name. */
  readonly names: readonly string[];
  /** [objects, 32, 32]: 0 is ink, 255 paper, as in the paper's files. */
  readonly pixels: Uint8Array;
}

let tasks: ObjectSet | undefined;
let pool: ObjectSet | undefined;

/** The 100 objects of the tasks, stretched to the square as the paper's are. Drawn once, then remembered. */
export function taskObjects(): ObjectSet {
  tasks ??= objectsOf(glyphsOf(taskGlyphs), stretched);
  return tasks;
}

/** The glyphs for pre-training, disjoint from the task objects and unlike them, with their proportions. Remembered. */
export function poolObjects(): ObjectSet {
  pool ??= objectsOf(glyphsOf(poolGlyphs), proportioned);
  return pool;
}

/** The pictures of one object, [32, 32]; a view, not a copy. */
export function objectPixels({ pixels }: ObjectSet, index: number): Uint8Array {
  return pixels.subarray(index * objectSize ** 2, (index + 1) * objectSize ** 2);
}

/** A font that built-in objects are drawn from, and which characters of it. */
export interface GlyphSource extends Font {
  readonly characters: string;
}

/** Sources of the built-in objects, for lists of licences. */
export function glyphSources(): GlyphSource[] {
  return (Object.keys(fonts) as FontName[]).map((name) => ({
    ...fonts[name],
    characters: (taskGlyphs[name] ?? "") + (poolGlyphs[name] ?? ""),
  }));
}

function glyphsOf(list: Readonly<Partial<Record<FontName, string>>>): Glyph[] {
  return Object.entries(list).flatMap(([font, characters]) =>
    Array.from(characters, (character) => ({ font: font as FontName, character })),
  );
}

function objectsOf(glyphs: readonly Glyph[], fit: (ink: Raster) => Uint8Array): ObjectSet {
  const pixels = new Uint8Array(glyphs.length * objectSize ** 2);
  for (const [at, glyph] of glyphs.entries()) pixels.set(fit(drawGlyph(glyph)), at * objectSize ** 2);
  return { names: glyphs.map(({ character }) => nameOf(character)), pixels };
}
