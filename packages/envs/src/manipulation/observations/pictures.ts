// What the cameras see.
import type { Frame } from "../../env.js";
import { Box } from "../../spaces.js";
import type { ScenePoses, SceneShapes } from "../scene.js";
import { ScenePainter } from "../scene-painter.js";
import type { LowDimObservation } from "./low-dim.js";

/** Names of the cameras: one sees the whole scene from the front, the other is at the hand. */
export const CAMERAS = ["agentview", "robot0_eye_in_hand"] as const;

export type CameraName = (typeof CAMERAS)[number];

/** An observation: numbers, and a picture for each camera that was asked for, uint8 [height, width, 3], upright. */
export type ManipulationObservation = LowDimObservation & {
  readonly [Name in CameraName as `${Name}_image`]?: Uint8Array;
};

/** Spaces of the pictures by their keys. */
export function pictureSpaces(
  cameras: readonly CameraName[],
  height: number,
  width: number,
): Readonly<Record<string, Box<"uint8">>> {
  return Object.fromEntries(
    cameras.map((name) => [`${name}_image`, new Box(0, 255, [height, width, 3], "uint8")]),
  );
}

/** A painter for some of the cameras of a scene, whose shapes may be others in the next episode. */
export class Photographer {
  readonly #cameras: readonly CameraName[];
  readonly #size: { readonly height: number; readonly width: number };
  #shapes: SceneShapes | undefined;
  #painter: ScenePainter | undefined;

  constructor(cameras: readonly CameraName[], height: number, width: number) {
    this.#cameras = cameras;
    this.#size = { height, width };
  }

  /** A picture for each of the cameras, in their order. */
  take(shapes: SceneShapes, poses: ScenePoses): Frame[] {
    if (shapes !== this.#shapes) this.close();
    const wanted = this.#cameras.map((name) => shapes.cameras.findIndex((camera) => camera.name === name));
    this.#painter ??= new ScenePainter(
      { ...shapes, cameras: wanted.map((camera) => shapes.cameras[camera]!) },
      this.#size,
    );
    this.#shapes = shapes;
    const rows = (values: Float64Array, width: number): Float64Array =>
      Float64Array.from(
        wanted.flatMap((camera) => [...values.subarray(camera * width, (camera + 1) * width)]),
      );
    return this.#painter.draw({
      ...poses,
      cameraPositions: rows(poses.cameraPositions, 3),
      cameraRotations: rows(poses.cameraRotations, 9),
    });
  }

  close(): void {
    this.#painter?.close();
    this.#painter = undefined;
    this.#shapes = undefined;
  }
}
