// Random scenes of CLEVR's objects, which slot attention is pre-trained with.
import { Random } from "@throughline/lab/random";
import { checkIndex, choice, knownOptions, wholeNumber } from "@throughline/torch/checks";
import { Memo } from "../datasets/memo.js";
import type { Display, DisplaySet, PictureShape } from "../datasets/types.js";
import { clevrObjects, clevrShapes, clevrSizes } from "./attributes.js";
import { holdsSphere } from "./camera.js";
import { type ClevrPicture, renderScene } from "./render.js";
import { type ClevrScene, jitteredLamps, type PlacedSolid } from "./scene.js";
import { boundingRadius } from "./solids.js";

/** Options of `clevrDisplays`; plain data, so that worker threads can be given them. */
export interface ClevrDisplayOptions {
  /** Default `train`. */
  readonly split?: "train" | "validation";
  /** Number of displays. Default 90 000 for training and 10 000 for validation, the paper's numbers. */
  readonly count?: number;
  /** Seed that decides the displays. Default 0. */
  readonly seed?: number;
  /** Pixels of a picture's side, 16 to 320. Default 128, the paper's. */
  readonly size?: number;
  /** The fewest and the most objects of a display, each number as likely; at most 6. Default 1 and 6. */
  readonly fewest?: number;
  readonly most?: number;
}

/**
 * Scenes of 1 to 6 objects, each with a uniform colour, shape, size and material, at places of the ground that are uniform
 * where the object is wholly in the picture and at least 0.25 away from the others. Each owns at least a thousandth of the
 * picture. Lamps are moved as in the tasks. Display `i` is a function of (seed, split, i) alone.
 * @throws OcraDataError ocra/argument for an option that is not accepted
 * Source: paper §4.3.1 ("randomly placed 3D shapes from CLEVR"); numbers and places are our choice, to cover the tasks'.
 */
export function clevrDisplays(options: ClevrDisplayOptions = {}): DisplaySet {
  return new ClevrDisplays(options);
}

class ClevrDisplays implements DisplaySet {
  readonly name = "clevr/displays";
  readonly length: number;
  readonly shape: PictureShape;
  readonly config: Readonly<Record<string, unknown>>;
  readonly #key: readonly (string | number)[];
  readonly #fewest: number;
  readonly #most: number;
  readonly #memo = new Memo(
    (index) => this.draw(index),
    ({ pixels, owners }) => pixels.byteLength + owners.byteLength,
  );

  constructor(options: ClevrDisplayOptions) {
    knownOptions(
      this.name,
      { split: true, count: true, seed: true, size: true, fewest: true, most: true },
      options,
    );
    const split = choice(`${this.name}: split`, options.split ?? "train", ["train", "validation"]);
    this.length = wholeNumber(
      `${this.name}: count`,
      options.count ?? (split === "train" ? 90_000 : 10_000),
      1,
    );
    const seed = wholeNumber(`${this.name}: seed`, options.seed ?? 0, 0);
    const size = wholeNumber(`${this.name}: size`, options.size ?? 128, 16, 320);
    this.#most = wholeNumber(`${this.name}: most`, options.most ?? 6, 1, 6);
    this.#fewest = wholeNumber(
      `${this.name}: fewest`,
      options.fewest ?? Math.min(1, this.#most),
      1,
      this.#most,
    );
    this.shape = { channels: 3, height: size, width: size };
    this.config = { split, count: this.length, seed, size, fewest: this.#fewest, most: this.#most };
    this.#key = [this.name, split, seed];
  }

  get(index: number): Display {
    checkIndex(this.name, index, this.length);
    const { pixels, owners } = this.#memo.get(index);
    const image = Float32Array.from(pixels, (value) => value / 255);
    return { image, owners: owners.slice(), shape: this.shape };
  }

  private draw(index: number): ClevrPicture {
    const random = new Random(...this.#key, index);
    const count = this.#fewest + random.below(this.#most - this.#fewest + 1);
    const { height, width } = this.shape;
    let picture: ClevrPicture;
    do {
      picture = renderScene(randomScene(count, random), width, height);
    } while (!allVisible(picture.owners, count));
    return picture;
  }
}

function allVisible(owners: Uint8Array, count: number): boolean {
  const areas = new Uint32Array(count + 1);
  for (const owner of owners) areas[owner]!++;
  return areas.every((area) => area >= owners.length / 1000);
}

/** Random objects at random places of the ground, all placed anew where one finds no room; and lamps. */
export function randomScene(count: number, random: Random): ClevrScene {
  const objects = Array.from({ length: count }, () => clevrObjects[random.below(clevrObjects.length)]!);
  for (;;) {
    const solids: PlacedSolid[] = [];
    for (let tries = 0; tries < 100 && solids.length < count; tries++) {
      const [x, y] = [random.uniform(-4.5, 4.5), random.uniform(-4.5, 4.5)];
      const solid = { object: objects[solids.length]!, x, y };
      if (inPicture(solid) && solids.every((other) => gap(solid, other) >= 0.25)) solids.push(solid);
    }
    if (solids.length === count) return { solids, lamps: jitteredLamps(random) };
  }
}

/** Radius of the circle around what an object covers of the ground. */
function footprint({ object: [, shape, size] }: PlacedSolid): number {
  const { extent } = clevrSizes[size]!;
  return clevrShapes[shape] === "cube" ? Math.SQRT2 * extent : extent;
}

function gap(a: PlacedSolid, b: PlacedSolid): number {
  return Math.hypot(a.x - b.x, a.y - b.y) - footprint(a) - footprint(b);
}

/** True if a sphere around the object is wholly visible. */
function inPicture({ object: [, shape, size], x, y }: PlacedSolid): boolean {
  const { extent } = clevrSizes[size]!;
  return holdsSphere([x, y, extent], boundingRadius(shape, extent));
}
