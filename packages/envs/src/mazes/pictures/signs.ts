// Signs and objects: doors, goals, landmarks.
import { cloud } from "./noise.js";
import { type Colour, lighten, type Paint } from "./paint.js";

const CLEAR: Colour = [0, 0, 0, 0];

/** A door of boards in a frame, with a handle; a closed one cannot be opened. */
export function door(colour: Colour): Paint {
  return (x, y) => {
    if (x < 0.1 || x > 0.9 || y < 0.08) return [74, 62, 54];
    const handle = (x - 0.78) ** 2 + (y - 0.55) ** 2 < 0.0016;
    if (handle) return [240, 205, 90];
    const panel = Math.abs(((x * 2) % 1) - 0.5) < 0.34 && Math.abs((((y - 0.08) * 2.17) % 1) - 0.5) < 0.38;
    return lighten(colour, (panel ? 1.08 : 0.82) * (0.9 + 0.2 * cloud(5, x * 16, y * 4, 16)));
  };
}

/** A gem that stands on its point; transparent around it. */
export function gem(colour: Colour): Paint {
  return (x, y) => {
    const [across, down] = [Math.abs(x - 0.5), y];
    const half = down < 0.3 ? 0.26 + down * 0.7 : 0.47 * (1 - (down - 0.3) / 0.7);
    if (across > half) return CLEAR;
    if (across > half - 0.04 || down < 0.04) return lighten(colour, 0.5);
    const facet = down < 0.3 ? (x < 0.35 || x > 0.65 ? 1.1 : 1.35) : x < 0.42 ? 1.15 : x > 0.58 ? 0.7 : 0.95;
    const isGlint = (x - 0.38) ** 2 + (y - 0.2) ** 2 < 0.004;
    return isGlint ? [255, 255, 255] : lighten(colour, facet);
  };
}

const shapes: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => x * x + y * y < 0.6,
  (x, y) => Math.abs(x) < 0.28 || Math.abs(y) < 0.28,
  (x, y) => y > -0.7 && Math.abs(x) < 0.5 * (y + 0.7),
  (x, y) => Math.abs(x) + Math.abs(y) < 0.8,
  (x, y) => x * x + y * y < 0.75 && x * x + y * y > 0.25,
  (x, y) => Math.abs(x - y) < 0.32 || Math.abs(x + y) < 0.32,
  (x) => Math.floor((x + 1) * 2.5) % 2 === 0,
  (x, y) => (Math.floor((x + 1) * 2) + Math.floor((y + 1) * 2)) % 2 === 0,
];

/** Number of landmarks that differ in shape. */
export const LANDMARK_SHAPES: number = shapes.length;

/** A framed shape in one colour on another. */
export function landmark(shape: number, colour: Colour, ground: Colour): Paint {
  const inside = shapes[shape]!;
  return (x, y) => {
    if (x < 0.06 || x > 0.94 || y < 0.06 || y > 0.94) return [45, 42, 40];
    return inside((x - 0.5) * 2.3, (y - 0.5) * 2.3) ? colour : ground;
  };
}
