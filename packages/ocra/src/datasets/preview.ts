// A sheet of what a data set holds, as a figure.

import type { ImageGridFigure } from "@throughline/lab";
import { Generator, scope } from "@throughline/torch";
import { knownOptions, type OptionNames, plural, wholeNumber } from "@throughline/torch/checks";
import { pictureLength } from "./collate.js";
import type { DisplaySet, PictureShape, TaskSet } from "./types.js";

/** Options of `previewSheet`. */
export interface PreviewOptions {
  /** Displays or problems to show. Default 12 displays or yes/no problems, 4 choices. */
  readonly count?: number;
  /** Seed of the jitter. Default 0. */
  readonly seed?: number;
}

type Pictures = ImageGridFigure["images"];

/** True if a data set is a task. */
export function isTaskSet(set: DisplaySet | TaskSet): set is TaskSet {
  return "form" in set;
}

/**
 * The first displays or problems of a data set as pictures with captions: how many objects there are, what the answer is and
 * by which rule. A problem of choices has a row of its own, a picture for each choice.
 */
export function previewSheet(set: DisplaySet | TaskSet, options: PreviewOptions = {}): ImageGridFigure {
  const names: OptionNames<PreviewOptions> = { count: true, seed: true };
  knownOptions("previewSheet", names, options);
  const usual = isTaskSet(set) && set.form === "choice" ? 4 : 12;
  const count = wholeNumber(
    "previewSheet: count",
    options.count ?? Math.min(usual, set.length),
    1,
    set.length,
  );
  const seed = wholeNumber("previewSheet: seed", options.seed ?? 0, 0);
  return scope(() => {
    const rng = Generator.create({ seed });
    const images = Array.from({ length: count }, (_, index) =>
      isTaskSet(set) ? problemPictures(set, index, rng) : displayPictures(set, index, rng),
    ).flat();
    const columns = isTaskSet(set) && set.form === "choice" ? set.views : 4;
    const { height, width } = set.shape;
    const subtitle = `${set.length} ${isTaskSet(set) ? "problems" : "displays"}, ${width} × ${height} pixels`;
    return { kind: "images", title: set.name, subtitle, columns, images };
  });
}

function displayPictures(set: DisplaySet, index: number, rng: Generator): Pictures {
  const { image, owners } = set.get(index, rng);
  const objects = new Set(owners);
  objects.delete(0);
  return [picture(image, set.shape, plural(objects.size, "object"))];
}

function problemPictures(set: TaskSet, index: number, rng: Generator): Pictures {
  const { images, target } = set.get(index, rng);
  const { rule, answer } = set.describe(index);
  const length = pictureLength(set.shape);
  return Array.from({ length: set.views }, (_, view) => {
    const right = rule === "" ? "right" : `right: ${rule}`;
    const choice = view === target ? `${view + 1}, ${right}` : `${view + 1}`;
    return picture(
      images.subarray(view * length, (view + 1) * length),
      set.shape,
      set.form === "binary" ? answer : choice,
    );
  });
}

/** [channels, height, width] of 0 to 1 as rows of bytes. */
function picture(image: Float32Array, shape: PictureShape, caption: string): Pictures[number] {
  const { channels, height, width } = shape;
  const pixels = new Uint8Array(image.length);
  for (let at = 0; at < height * width; at++) {
    for (let channel = 0; channel < channels; channel++) {
      const value = image[channel * height * width + at]!;
      pixels[at * channels + channel] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
  }
  return { caption, width, height, channels: channels as 1 | 3, pixels };
}
