// Parts that several mazes have in common.
import type { Random } from "@throughline/lab/random";
import type { Layout, Place } from "../layout.js";
import { type TextureName, textureNumber } from "../pictures/atlas.js";

const skies: readonly TextureName[] = ["daySky", "duskSky", "mistSky"];

/** Texture of a sky, drawn at random. */
export function drawSky(random: Random): number {
  return textureNumber(skies[random.below(skies.length)]!);
}

/** A gem at height z, which is the goal. */
export function gemAt({ x, y }: Place, z: number): Pick<Layout, "sprites" | "goal"> {
  return {
    sprites: [{ x, y, z, width: 0.5, height: 0.62, texture: textureNumber("gem") }],
    goal: { x, y, z, radius: 0.5 },
  };
}
