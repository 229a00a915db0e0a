// Pictures of a scene, as each of its cameras sees it.
import { noGrad, type Tensor, zeros } from "@throughline/torch";
import { atLeast, checkOptions, type Rule, type Rules, whole } from "@throughline/torch/checks";
import type { Frame } from "../env.js";
import { EnvError } from "../errors.js";
import { GEOM_TYPES, type ScenePoses, type SceneShapes } from "./scene.js";
import { checkShapes } from "./scene-checks.js";
import { sceneOperators } from "./scene-native.js";

/** A light that shines from a place on all sides, without shadows. */
export interface Lamp {
  /** Where it is, in the world's coordinates. */
  readonly position: readonly [x: number, y: number, z: number];
  /** Share of a colour that it adds where it shines straight down. */
  readonly strength: number;
}

/** Options of a `ScenePainter`. */
export interface ScenePainterOptions {
  /** Height of the pictures in pixels, 1 to 4096 (default: 84). */
  readonly height?: number;
  /** Width of the pictures in pixels, 1 to 4096 (default: 84). */
  readonly width?: number;
  /** Samples of a pixel along each side, 1 to 4 (default: 2): a pixel is the mean of so many by so many. */
  readonly samples?: number;
  /** Share of a colour that is seen without any light (default: 0.35). */
  readonly ambient?: number;
  /** Share of a colour that light from the camera adds where it meets a surface straight (default: 0.3). */
  readonly headlight?: number;
  /** Side of the squares of lighter and darker colour that planes have, in metres (default: 0.25); 0: planes of one colour. */
  readonly squares?: number;
  /** Lights (default: robosuite's two, above both sides of the table). */
  readonly lamps?: readonly Lamp[];
}

/** robosuite's places. */
const LAMPS: readonly Lamp[] = [
  { position: [1, 1, 4], strength: 0.3 },
  { position: [-3, -3, 4], strength: 0.2 },
];

/** The sky at the horizon and straight up: red, green, blue. */
const SKY = [206, 214, 222, 120, 148, 184];

const lampsRule: Rule<readonly Lamp[]> = {
  initial: LAMPS,
  accepted: "places of three numbers, each with a strength of at least 0",
  accepts: (value) =>
    Array.isArray(value) &&
    value.every(
      (lamp: Partial<Lamp> | null) =>
        lamp?.position?.length === 3 &&
        [...lamp.position, lamp.strength].every(Number.isFinite) &&
        lamp.strength! >= 0,
    ),
};

const rules: Rules<Required<ScenePainterOptions>> = {
  height: whole(1, 84, 4096),
  width: whole(1, 84, 4096),
  samples: whole(1, 2, 4),
  ambient: atLeast(0, 0.35),
  headlight: atLeast(0, 0.3),
  squares: atLeast(0, 0.25),
  lamps: lampsRule,
};

/**
 * Draws what the cameras of a scene see, in native code and without a display: each sample of a pixel is where a ray from the eye first
 * enters a shape. Light is diffuse: from everywhere, from the eye, and from lamps. The same scene gives the same bytes on every processor,
 * whatever its instructions: only sums, products, quotients and square roots are used, in one order.
 *
 * Shapes of opacity 0 are not drawn, all others are opaque. A shape that the eye is in is not seen from it, as with MuJoCo's own renderer; nor
 * is what is nearer than 1 cm or farther than 100 m.
 * @example
 * const painter = new ScenePainter(shapes, { height: 84, width: 84 });
 * const [agentview] = painter.draw(poses); // pixels: 84 × 84 × 3 bytes, row by row from the top
 * painter.close();
 */
export class ScenePainter {
  readonly shapes: SceneShapes;
  readonly options: Required<ScenePainterOptions>;
  readonly #static: readonly [shapes: Tensor, fieldsOfView: Tensor, lamps: Tensor, look: Tensor];
  readonly #poses: Tensor;
  readonly #pictures: Tensor;
  /** Memory of the poses. */
  readonly #placed: Float64Array;
  #isClosed = false;

  /** @throws EnvError `envs/scene` for shapes that cannot be drawn, TorchError `torch/argument` for an option that is not accepted */
  constructor(shapes: SceneShapes, options?: ScenePainterOptions) {
    const checked = checkOptions("ScenePainter", rules, options);
    checkShapes(shapes);
    this.shapes = shapes;
    this.options = checked;
    const { count, cameras } = shapes;
    const { height, width, ambient, headlight, lamps } = checked;
    this.#static = [
      kept([count, 9], rowsOf(shapes, checked.squares)),
      kept(
        [cameras.length],
        cameras.map(({ fieldOfView }) => fieldOfView),
      ),
      kept(
        [lamps.length, 4],
        lamps.flatMap(({ position, strength }) => [...position, strength]),
      ),
      kept([8], [ambient, headlight, ...SKY]),
    ];
    this.#poses = kept([count + cameras.length, 12], []);
    this.#placed = this.#poses.memory() as Float64Array;
    this.#pictures = zeros([cameras.length, height, width, 3], { dtype: "uint8" }).keep();
  }

  /**
   * A picture for each camera, in their order.
   * @throws EnvError `envs/scene` for poses of another number of shapes or cameras, or numbers that are not finite; `envs/closed`
   */
  draw(poses: ScenePoses): Frame[] {
    if (this.#isClosed) throw new EnvError("closed", "ScenePainter: draw after close");
    this.#place(poses);
    const { height, width, samples } = this.options;
    noGrad(() => sceneOperators().draw_scene(...this.#static, this.#poses, samples, this.#pictures));
    const bytes = this.#pictures.toTypedArray() as Uint8Array;
    const size = height * width * 3;
    return this.shapes.cameras.map((_, at) => ({
      ...{ width, height },
      pixels: bytes.subarray(at * size, (at + 1) * size),
    }));
  }

  /** Gives back what it holds; a second call does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const tensor of [...this.#static, this.#poses, this.#pictures]) tensor.dispose();
  }

  #place({ positions, rotations, cameraPositions, cameraRotations }: ScenePoses): void {
    const { count, cameras } = this.shapes;
    const given = { positions, rotations, cameraPositions, cameraRotations };
    const expected = [count * 3, count * 9, cameras.length * 3, cameras.length * 9];
    for (const [at, [name, numbers]] of Object.entries(given).entries()) {
      if (numbers?.length === expected[at]) continue;
      const accepted = `${expected[at]} for ${count} shapes and ${cameras.length} cameras`;
      throw new EnvError(
        "scene",
        `ScenePainter: ${name} are ${numbers?.length} numbers, accepted: ${accepted}`,
      );
    }
    const placed = this.#placed;
    let to = 0;
    const put = (from: Float64Array, begin: number, size: number): void => {
      for (let i = begin; i < begin + size; i++) {
        const number = from[i]!;
        // Written so that NaN is refused.
        if (!(Math.abs(number) < 1e6))
          throw new EnvError("scene", `ScenePainter: a pose has ${number}, accepted: numbers below 1e6`);
        placed[to++] = number;
      }
    };
    for (let at = 0; at < count; at++) {
      put(positions, at * 3, 3);
      put(rotations, at * 9, 9);
    }
    for (let at = 0; at < cameras.length; at++) {
      put(cameraPositions, at * 3, 3);
      put(cameraRotations, at * 9, 9);
    }
  }
}

function kept(shape: number[], numbers: ArrayLike<number>): Tensor {
  const tensor = zeros(shape, { dtype: "float64" }).keep();
  (tensor.memory() as Float64Array).set(numbers);
  return tensor;
}

/** What does not move, a row for each shape: `Solid` in native/scene/painter.h. */
function rowsOf({ count, types, sizes, colors }: SceneShapes, squares: number): number[] {
  return Array.from({ length: count }, (_, at) => [
    types[at]!,
    ...sizes.subarray(3 * at, 3 * at + 3),
    ...colors.subarray(4 * at, 4 * at + 4),
    GEOM_TYPES[types[at]!] === "plane" ? squares : 0,
  ]).flat();
}
