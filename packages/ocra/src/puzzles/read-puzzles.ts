// The pictures and answers of a folder of puzzles, or everything that is wrong with them.

import { join } from "node:path";
import { knownOptions, type OptionNames, plural, wholeNumber } from "@throughline/torch/checks";
import { OcraDataError } from "../datasets/errors.js";
import { readPicture } from "../glyphs/picture-file.js";
import type { AnswerKey, KeyEntry } from "./answer-key.js";
import { choicesOf, type SheetLayout, sheetViews } from "./layout.js";
import { type ViewOptions, viewOf } from "./view.js";

/** One puzzle. */
export interface Puzzle {
  /** [views, channels, size, size], 0 to 1. */
  readonly images: Float32Array;
  readonly target: number;
  readonly rule: string;
}

/** Kind of the puzzles of a key: that of its first one. */
export interface Kind {
  readonly form: "binary" | "choice";
  readonly views: number;
  /** Files of each puzzle. */
  readonly files: number;
  readonly layout: SheetLayout | undefined;
}

/** @throws OcraDataError if the key is empty */
export function kindOf(key: AnswerKey, layout: SheetLayout | undefined): Kind {
  const first = key.entries[0];
  if (first === undefined) throw new OcraDataError("puzzles", `${key.path} lists no puzzles`);
  const files = layout === undefined ? first.files.length : 1;
  const views = layout === undefined ? files : choicesOf(layout);
  return { form: views === 1 ? "binary" : "choice", views, files, layout };
}

/** All puzzles. @throws OcraDataError with what is wrong with any of them */
export function readPuzzles(folder: string, key: AnswerKey, kind: Kind, view: ViewOptions): Puzzle[] {
  const problems: string[] = [];
  const puzzles = key.entries.map((entry, at): Puzzle => {
    const where = `puzzle ${at + 1} of ${key.path}`;
    if (entry.files.length !== kind.files) {
      problems.push(`${where} names ${plural(entry.files.length, "file")}; all name ${kind.files}`);
      return { images: new Float32Array(), target: 0, rule: "" };
    }
    const target = targetOf(entry, key, kind);
    if (typeof target === "string") problems.push(`${where} ${target}`);
    const images = puzzleImages(
      entry.files.map((file) => join(folder, file)),
      kind.layout,
      view,
      problems,
    );
    return { images, target: Number(target), rule: entry.rule };
  });
  if (problems.length === 0) return puzzles;
  const intro = `${key.path}: ${plural(problems.length, "problem")}`;
  throw new OcraDataError("puzzles", [intro, ...new Set(problems)].join("\n"));
}

/** The target, or what is wrong with the answer. */
function targetOf({ answer }: KeyEntry, { labels }: AnswerKey, { form, views }: Kind): number | string {
  const said = answer.trim().toLowerCase();
  if (form === "choice") {
    const number = Number(said);
    if (said !== "" && Number.isInteger(number) && number >= 1 && number <= views) return number - 1;
    return `has the answer "${answer}"; give the number of the right choice, 1 to ${views}`;
  }
  const words =
    labels === undefined ? binaryWords : labels.map((label, at) => [label.toLowerCase(), String(at)]);
  const target = words.findIndex((names) => names.includes(said));
  if (target >= 0) return target;
  const accepted = words.map((names) => names.join(" or ")).join(", ");
  return `has the answer "${answer}"; accepted: ${accepted}`;
}

const binaryWords = [
  ["0", "no", "false"],
  ["1", "yes", "true"],
];

/** The views of one puzzle; what cannot be read is added to `problems`. */
function puzzleImages(
  paths: readonly string[],
  layout: SheetLayout | undefined,
  view: ViewOptions,
  problems: string[],
): Float32Array {
  const views = paths.flatMap((path) => {
    try {
      return puzzleViews(path, layout, view);
    } catch (error) {
      if (!(error instanceof OcraDataError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  const images = new Float32Array(views.reduce((sum, each) => sum + each.length, 0));
  for (const [at, each] of views.entries()) images.set(each, at * each.length);
  return images;
}

/**
 * The views of one file, each [channels, size, size]: the picture itself, or the choices of a sheet.
 * @throws OcraDataError ocra/files
 */
export function puzzleViews(
  path: string,
  layout: SheetLayout | undefined,
  options: ViewOptions,
): Float32Array[] {
  const names: OptionNames<ViewOptions> = { size: true, channels: true, fit: true };
  wholeNumber("puzzleViews: size", knownOptions("puzzleViews", names, options).size, 16, 512);
  const picture = readPicture(path);
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  const parts = layout === undefined ? [{ picture, area: whole }] : sheetViews(picture, layout);
  return parts.map((part) => viewOf(part.picture, part.area, options));
}
