// The textures of all mazes, by name, as one tensor that the renderer reads.
import { fromTypedArray, noGrad, type Tensor } from "@throughline/torch";
import { type Paint, rasterise, TEXTURE_BYTES, TEXTURE_SIZE } from "./paint.js";
import { door, gem, LANDMARK_SHAPES, landmark } from "./signs.js";
import { blocks, blotches, boards, bricks, sky, tiles } from "./surfaces.js";

const landmarkColours = [
  [
    [226, 60, 54],
    [250, 240, 214],
  ],
  [
    [40, 104, 196],
    [244, 226, 120],
  ],
  [
    [32, 140, 84],
    [250, 250, 246],
  ],
  [
    [236, 164, 36],
    [56, 44, 96],
  ],
  [
    [140, 60, 160],
    [216, 240, 216],
  ],
  [
    [250, 250, 246],
    [190, 48, 60],
  ],
  [
    [24, 24, 28],
    [240, 200, 60],
  ],
  [
    [240, 240, 240],
    [36, 36, 40],
  ],
] as const;

const paints = {
  redBricks: bricks([168, 84, 66], [196, 186, 172], 11),
  ochreBricks: bricks([190, 150, 84], [120, 100, 78], 12),
  greyBlocks: blocks([140, 142, 150], 13),
  sandstone: blocks([206, 182, 138], 14, 2),
  tealBricks: bricks([74, 138, 140], [200, 210, 204], 15, 6, 3),
  violetBlocks: blocks([136, 108, 160], 16),
  timber: boards([142, 98, 62], 17),
  hedge: blotches([24, 70, 32], [86, 150, 62], 18),
  grass: blotches([58, 110, 48], [122, 168, 80], 21),
  sand: blotches([196, 170, 120], [228, 208, 162], 22),
  cobble: blocks([128, 124, 118], 23, 8),
  checker: tiles([214, 208, 198], [150, 148, 150], 24),
  blueTiles: tiles([120, 156, 196], [92, 124, 170], 25),
  rustTiles: tiles([190, 112, 84], [158, 86, 66], 26),
  plankFloor: boards([176, 134, 92], 27, 4),
  slate: blotches([70, 76, 86], [104, 110, 120], 28),
  violetTiles: tiles([168, 148, 190], [132, 112, 160], 29),
  platform: blocks([196, 190, 176], 31, 2),
  platformSide: bricks([150, 138, 120], [96, 88, 78], 32, 8, 3),
  startPlatform: tiles([226, 190, 90], [196, 156, 66], 33),
  abyss: blotches([30, 44, 66], [56, 80, 108], 34),
  water: blotches([62, 128, 156], [120, 184, 200], 35),
  arenaWall: boards([188, 176, 156], 36, 8),
  hiddenPlatform: blotches([62, 128, 156], [120, 184, 200], 35),
  shownPlatform: tiles([240, 120, 70], [250, 200, 80], 37, 2),
  closedDoor: door([150, 52, 46]),
  doorstep: tiles([236, 226, 180], [220, 204, 140], 38, 2),
  gem: gem([240, 196, 48]),
  beam: (x) => (x > 0.2 && x < 0.8 ? [255, 250, 190] : [250, 220, 90]),
  daySky: sky([72, 128, 206], [206, 224, 240]),
  duskSky: sky([58, 60, 120], [240, 190, 160]),
  mistSky: sky([132, 150, 168], [206, 212, 216]),
} satisfies Record<string, Paint>;

/** Names of the textures that are not landmarks. */
export type TextureName = keyof typeof paints;

const names = Object.keys(paints) as TextureName[];

/** The number of a texture, as layouts name it. */
export function textureNumber(name: TextureName): number {
  return names.indexOf(name);
}

/** The number of the texture of a landmark, from 0 to `LANDMARKS` − 1. */
export function landmarkTexture(index: number): number {
  return names.length + index;
}

/** Number of landmarks. */
export const LANDMARKS: number = LANDMARK_SHAPES;

let bytes: Uint8Array | undefined;
let shared: { readonly tensor: Tensor; users: number } | undefined;

/** All textures with their halves, one after the other; made once for the process. */
function allBytes(): Uint8Array {
  if (bytes !== undefined) return bytes;
  const marks = landmarkColours.map(([sign, ground], at) => landmark(at, sign, ground));
  const all = [...Object.values<Paint>(paints), ...marks];
  bytes = new Uint8Array(all.length * TEXTURE_BYTES);
  for (const [at, paint] of all.entries()) bytes.set(rasterise(paint), at * TEXTURE_BYTES);
  return bytes;
}

/** One texture's 64 × 64 pixels of red, green, blue and how opaque, and the mean of all of them. */
export function textureTile(texture: number): { readonly pixels: Uint8Array; readonly mean: Uint8Array } {
  const own = allBytes().subarray(texture * TEXTURE_BYTES, (texture + 1) * TEXTURE_BYTES);
  return { pixels: own.subarray(0, 64 * 64 * 4), mean: own.subarray(TEXTURE_BYTES - 4) };
}

/** Textures column by column instead of row by row: a strip of a wall is a column, and lies in a row in memory. */
function columnByColumn(rows: Uint8Array): Uint8Array {
  const [from, to] = [new Uint32Array(rows.buffer), new Uint32Array(rows.length / 4)];
  for (let start = 0; start < from.length; ) {
    for (let size = TEXTURE_SIZE; size >= 1; start += size * size, size /= 2)
      for (let row = 0; row < size; row++)
        for (let column = 0; column < size; column++)
          to[start + column * size + row] = from[start + row * size + column]!;
  }
  return new Uint8Array(to.buffer);
}

/**
 * uint8 [textures, 5461, 4]: each texture of 64 × 64 pixels, column by column, with its halves down to one. Shared by all who have taken it and not
 * released it.
 */
export function takeAtlas(): Tensor {
  shared ??= {
    tensor: noGrad(() => {
      const sizes = [allBytes().length / TEXTURE_BYTES, TEXTURE_BYTES / 4, 4];
      return fromTypedArray(columnByColumn(allBytes()), sizes).keep();
    }),
    users: 0,
  };
  shared.users++;
  return shared.tensor;
}

/** Gives back what `takeAtlas` gave; the last one disposes of it. */
export function releaseAtlas(): void {
  if (shared === undefined || --shared.users > 0) return;
  shared.tensor.dispose();
  shared = undefined;
}
