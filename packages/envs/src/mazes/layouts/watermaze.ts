// Watermaze: a round pool with landmarks on its wall and a platform that cannot be seen.
import type { Random } from "@throughline/lab/random";
import type { Layout, Panel } from "../layout.js";
import { LANDMARKS, landmarkTexture, textureNumber } from "../pictures/atlas.js";
import { GridBuilder } from "./grid-builder.js";

/** Dials of the Watermaze. */
export interface WatermazeDials {
  /** Radius of the disc in which the platform lies, in hundredths of a cell. */
  readonly radius: number;
  /** True if the platform can be seen, as a control. */
  readonly reveal: boolean;
}

/** Radius of the pool in cells. */
export const POOL = 6.5;
/** Cells a side of the map. */
export const POOL_CELLS = 15;
/** Radius of the platform in cells. */
export const PLATFORM = 0.5;

const MIDDLE = POOL_CELLS / 2;
const STARTS = 8;

/** The world of one episode. */
export function watermaze({ radius, reveal }: WatermazeDials, random: Random): Layout {
  const water = textureNumber("water");
  const builder = new GridBuilder(POOL_CELLS, POOL_CELLS, { height: 0, side: water, top: water });
  const goal = platform(radius / 100, random);
  if (reveal)
    builder.set(Math.floor(goal.x), Math.floor(goal.y), {
      height: 0,
      side: water,
      top: textureNumber("shownPlatform"),
    });
  // The agent starts near the wall and faces the middle.
  const turn = (360 / STARTS) * random.below(STARTS);
  const [cosine, sine] = compass(turn);
  const away = POOL - 0.7;
  return {
    grid: builder.build(),
    arena: { x: MIDDLE, y: MIDDLE, radius: POOL, height: 2.2, texture: textureNumber("arenaWall") },
    panels: landmarks(),
    sprites: [],
    ...{ plain: null, fog: 0.02, sky: textureNumber("daySky"), eye: 0.5 },
    start: { x: MIDDLE + away * cosine, y: MIDDLE + away * sine, heading: (turn + 180) % 360 },
    goal: { ...goal, z: 0, radius: PLATFORM },
  };
}

/** Uniform in the disc, whole platform inside the pool. */
function platform(radius: number, random: Random): { x: number; y: number } {
  const most = Math.min(radius, POOL - PLATFORM);
  for (;;) {
    const [x, y] = [random.uniform(-most, most), random.uniform(-most, most)];
    if (x * x + y * y < most * most) return { x: MIDDLE + x, y: MIDDLE + y };
  }
}

/** Cosine and sine of a multiple of 45 degrees, the same on every machine. */
function compass(degrees: number): [cosine: number, sine: number] {
  const half = Math.SQRT1_2;
  const all = [
    [1, 0],
    [half, half],
    [0, 1],
    [-half, half],
    [-1, 0],
    [-half, -half],
    [0, -1],
    [half, -half],
  ] as const;
  const [cosine, sine] = all[(((degrees / 45) % 8) + 8) % 8]!;
  return [cosine, sine];
}

/** One landmark in each eighth of the wall, the same in every episode. */
function landmarks(): Panel[] {
  return Array.from({ length: LANDMARKS }, (_, at) => ({
    ...{ place: (at + 0.5) / 2, half: 0.14, low: 0.35, high: 1.75, texture: landmarkTexture(at) },
  }));
}
