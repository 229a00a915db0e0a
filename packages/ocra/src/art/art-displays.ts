// Random multi-object displays, which slot attention is pre-trained with.
import { Random } from "@throughline/lab/random";
import { checkIndex, choice, knownOptions, numberBetween, wholeNumber } from "@throughline/torch/checks";
import type { Display, DisplaySet, PictureShape } from "../datasets/types.js";
import { objectSize } from "../glyphs/fit.js";
import type { ObjectSet } from "../glyphs/objects.js";
import { CanvasPainter, canvasSize } from "./canvas.js";
import { editionOf } from "./edition.js";
import { type ObjectSource, objectsFrom, objectsUnlike } from "./object-source.js";

/** Options of `artDisplays`; plain data, so that worker threads can be given them. */
export interface ArtDisplayOptions {
  /** Pixels of a picture's side, 16 to 320. Default 128, the paper's. */
  readonly size?: number;
  /** Split: displays for training, or others for validation. Default `train`. */
  readonly split?: "train" | "validation";
  /** Number of displays. Default 180 000 for training and 20 000 for validation, the paper's numbers. */
  readonly count?: number;
  /** Seed that decides the displays. Default 0. */
  readonly seed?: number;
  /** The fewest and the most objects of a display, each number as likely; at most 6. Default 1 and 6. */
  readonly fewest?: number;
  readonly most?: number;
  /** Objects to draw. Default `pool`: glyphs that no task uses. `tasks` shows how slots do on the tasks' own. */
  readonly objects?: ObjectSource;
  /** Leave out objects that look like one of these: give the objects of your own tasks. Default: none. */
  readonly unlike?: ObjectSource;
  /**
   * The chance of each object after the first to repeat one of the display's. Default 0: all different, as far as the paper
   * shows. The tasks' pictures do repeat objects.
   */
  readonly repeats?: number;
}

const splits = ["train", "validation"] as const;

/**
 * Displays of 1 to 6 glyphs, dark on white, each at a random place where its 32 × 32 box lies on the 160 × 160
 * canvas and meets no other. Display `i` is a function of (seed, split, i) alone.
 *
 * A pixel belongs to an object if the object's ink covers at least a tenth of it.
 * @throws OcraDataError ocra/argument for an option that is not accepted; ocra/objects for objects that cannot be read
 * Source: paper §4.3.1 and figure S2; the number of objects is inferred from the figure.
 */
export function artDisplays(options: ArtDisplayOptions = {}): DisplaySet {
  return new ArtDisplays(options);
}

/** Ink from which on a pixel belongs to an object: strokes thinner than a pixel keep an owner. */
const ownedInk = 0.1;

class ArtDisplays implements DisplaySet {
  readonly name = "art/displays";
  readonly length: number;
  readonly shape: PictureShape;
  readonly config: Readonly<Record<string, unknown>>;
  readonly #key: readonly (string | number)[];
  readonly #objects: ObjectSet;
  readonly #painter: CanvasPainter;
  readonly #fewest: number;
  readonly #most: number;
  readonly #repeats: number;

  constructor(options: ArtDisplayOptions) {
    const what = "art/displays";
    knownOptions(
      what,
      {
        size: true,
        split: true,
        count: true,
        seed: true,
        fewest: true,
        most: true,
        objects: true,
        unlike: true,
        repeats: true,
      },
      options,
    );
    const size = wholeNumber(`${what}: size`, options.size ?? 128, 16, 320);
    const split = choice(`${what}: split`, options.split ?? "train", splits);
    const seed = wholeNumber(`${what}: seed`, options.seed ?? 0, 0);
    this.#key = [what, split, seed];
    this.length = wholeNumber(`${what}: count`, options.count ?? (split === "train" ? 180_000 : 20_000), 1);
    this.#most = wholeNumber(`${what}: most`, options.most ?? 6, 1, 6);
    this.#fewest = wholeNumber(`${what}: fewest`, options.fewest ?? 1, 1, this.#most);
    this.#repeats = numberBetween(`${what}: repeats`, options.repeats ?? 0, 0, 1);
    const { objects = "pool", unlike } = options;
    this.#objects = unlike === undefined ? objectsFrom(objects) : objectsUnlike(objects, unlike);
    this.#painter = new CanvasPainter(this.#objects, size);
    const limits = { fewest: this.#fewest, most: this.#most, repeats: this.#repeats };
    const edition = editionOf(what, objects);
    this.config = {
      ...{ size, split, count: this.length, seed, ...limits, objects, unlike },
      ...(edition !== undefined && { edition }),
    };
    this.shape = { channels: 1, height: size, width: size };
  }

  get(index: number): Display {
    checkIndex(this.name, index, this.length);
    const random = new Random(...this.#key, index);
    const { height, width } = this.shape;
    const image = new Float32Array(height * width).fill(1);
    const owners = new Uint8Array(height * width);
    const strongest = new Float32Array(height * width).fill(ownedInk);
    const wanted = this.#fewest + random.below(this.#most - this.#fewest + 1);
    const objects = this.#choose(Math.min(wanted, this.#objects.names.length), random);
    const corners = scatter(objects.length, random);
    for (const [at, object] of objects.entries()) {
      this.#painter.draw(image, object, corners[at]!.row, corners[at]!.column, (pixel, ink) => {
        if (ink < strongest[pixel]!) return;
        strongest[pixel] = ink;
        owners[pixel] = at + 1;
      });
    }
    return { image, owners, shape: this.shape };
  }

  #choose(count: number, random: Random): number[] {
    const objects = random.sample(this.#objects.names.length, count);
    if (this.#repeats === 0) return objects;
    for (let at = 1; at < count; at++) {
      if (random.unit() < this.#repeats) objects[at] = objects[random.below(at)]!;
    }
    return objects;
  }
}

/** Top left corners of boxes that lie on the canvas and do not meet: uniform, all drawn anew where one finds no room. */
function scatter(count: number, random: Random): { row: number; column: number }[] {
  const places = canvasSize - objectSize + 1;
  for (;;) {
    const corners: { row: number; column: number }[] = [];
    for (let tries = 0; tries < 100 && corners.length < count; tries++) {
      const box = { row: random.below(places), column: random.below(places) };
      const free = corners.every(
        ({ row, column }) =>
          Math.abs(row - box.row) >= objectSize || Math.abs(column - box.column) >= objectSize,
      );
      if (free) corners.push(box);
    }
    if (corners.length === count) return corners;
  }
}
