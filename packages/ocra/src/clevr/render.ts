// Scenes into pictures.

import { wholeNumber } from "@throughline/torch/checks";
import { camera, ray } from "./camera.js";
import { type ClevrScene, checkScene } from "./scene.js";
import { mostSolids, Surfaces } from "./surface.js";

/** A rendered scene. */
export interface ClevrPicture {
  /** [3, height, width], 0 to 255 as monitors show it (sRGB). */
  readonly pixels: Uint8Array;
  /** [height, width]: 0 for the ground, i for the scene's i-th solid (from 1), whichever covers most of the pixel. */
  readonly owners: Uint8Array;
}

/** Rays across and down a pixel that lies on an edge. */
const fineness = 3;

/**
 * Renders a scene as the camera of CLEVR sees it, its 4 : 3 picture squashed into width × height.
 *
 * One ray through the middle of each pixel; 3 × 3 where a neighbour shows something else. A pure function of its
 * arguments: there is no noise.
 * @throws OcraDataError ocra/argument for more than 15 solids, other than three lamps, or sizes that are not accepted
 */
export function renderScene(scene: ClevrScene, width: number, height: number = width): ClevrPicture {
  checkScene(scene);
  wholeNumber("renderScene: width", width, 1, 4096);
  wholeNumber("renderScene: height", height, 1, 4096);
  return new Rendering(scene, width, height).picture();
}

class Rendering {
  readonly #surfaces: Surfaces;
  readonly #width: number;
  readonly #height: number;
  readonly #solids: number;
  readonly #direction = new Float64Array(3);
  /** Surface at the middle of each pixel: see `Surfaces.look`. */
  readonly #shown: Int32Array;
  readonly #pixels: Uint8Array;
  readonly #owners: Uint8Array;

  constructor(scene: ClevrScene, width: number, height: number) {
    this.#surfaces = new Surfaces(scene);
    this.#solids = scene.solids.length;
    this.#width = width;
    this.#height = height;
    this.#shown = new Int32Array(width * height);
    this.#pixels = new Uint8Array(3 * width * height);
    this.#owners = new Uint8Array(width * height);
  }

  picture(): ClevrPicture {
    const { colour } = this.#surfaces;
    for (let row = 0; row < this.#height; row++) {
      for (let column = 0; column < this.#width; column++) {
        const shown = this.#look(column + 0.5, row + 0.5, true);
        const at = row * this.#width + column;
        this.#shown[at] = shown;
        this.#owners[at] = shown % mostSolids;
        this.#write(at, colour[0]!, colour[1]!, colour[2]!);
      }
    }
    for (let row = 0; row < this.#height; row++) {
      for (let column = 0; column < this.#width; column++) {
        if (this.#isEdge(row, column)) this.#refine(row, column);
      }
    }
    return { pixels: this.#pixels, owners: this.#owners };
  }

  /** @param exact false where several rays share a pixel */
  #look(column: number, row: number, exact: boolean): number {
    const d = this.#direction;
    ray(column / this.#width, row / this.#height, d);
    const [x, y, z] = camera.position;
    return this.#surfaces.look(x, y, z, d[0]!, d[1]!, d[2]!, exact);
  }

  #isEdge(row: number, column: number): boolean {
    const at = row * this.#width + column;
    const here = this.#shown[at];
    return (
      (column > 0 && this.#shown[at - 1] !== here) ||
      (column < this.#width - 1 && this.#shown[at + 1] !== here) ||
      (row > 0 && this.#shown[at - this.#width] !== here) ||
      (row < this.#height - 1 && this.#shown[at + this.#width] !== here)
    );
  }

  /** The mean of several rays, and who most of them meet. */
  #refine(row: number, column: number): void {
    const { colour } = this.#surfaces;
    const votes = new Uint8Array(this.#solids + 1);
    let [red, green, blue] = [0, 0, 0];
    for (let i = 0; i < fineness; i++) {
      for (let j = 0; j < fineness; j++) {
        const [x, y] = [column + (j + 0.5) / fineness, row + (i + 0.5) / fineness];
        votes[this.#look(x, y, false) % mostSolids]!++;
        red += colour[0]!;
        green += colour[1]!;
        blue += colour[2]!;
      }
    }
    const at = row * this.#width + column;
    const rays = fineness * fineness;
    this.#write(at, red / rays, green / rays, blue / rays);
    this.#owners[at] = votes.indexOf(Math.max(...votes));
  }

  #write(at: number, red: number, green: number, blue: number): void {
    const plane = this.#width * this.#height;
    this.#pixels[at] = display(red);
    this.#pixels[at + plane] = display(green);
    this.#pixels[at + 2 * plane] = display(blue);
  }
}

/** sRGB's curve, tabulated: linear light to 0 … 255. */
const steps = 4096;
const curve = Uint8Array.from({ length: steps + 1 }, (_, i) => {
  const light = i / steps;
  return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
});

function display(light: number): number {
  return curve[Math.min(steps, Math.round(light * steps))]!;
}
