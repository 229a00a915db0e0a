// A hash of the pictures of many places in all mazes, in several sizes, and of scenes of shapes: `node levels-child.mjs`.
import { GEOM_TYPES, MAZES, ScenePainter } from "@throughline/envs";
import { Random } from "@throughline/lab/random";
import { scope, zeros } from "@throughline/torch";
import { layoutOf } from "../../dist/mazes/episode.js";
import { Simulation } from "../../dist/mazes/simulation.js";

const hashes = {};
for (const kind of Object.values(MAZES)) {
  const options = kind.complete({ revealGoal: true });
  const side = kind.size(options);
  const simulation = new Simulation(
    { worlds: 1, rows: side, columns: side, sprites: 3, panels: kind.panels },
    [],
  );
  const random = new Random("levels", kind.id);
  let hash = 0x811c9dc5;
  for (let place = 0; place < 12; place++)
    scope(() => {
      simulation.load(0, layoutOf(kind, options, place, 1));
      // Also along the axes, where a column of pixels runs between two rows of cells.
      const heading = place < 4 ? 90 * place : 360 * random.unit();
      simulation.place(0, { ...simulation.pose(0), heading, pitch: 40 * random.unit() - 20 });
      for (const [height, width, field] of [
        [36, 48, 90],
        [73, 95, 60],
        [5, 7, 120],
        [130, 1, 90],
      ]) {
        const pictures = zeros([1, height, width, 3], { dtype: "uint8" });
        simulation.draw(pictures, field);
        for (const byte of pictures.toTypedArray()) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
      }
    });
  simulation.dispose();
  hashes[kind.id] = hash.toString(16);
}

const random = new Random("levels", "scenes");
const numbers = (count, low, high) => Float64Array.from({ length: count }, () => random.uniform(low, high));
const count = 40;
const cameras = [20, 75, 120].map((fieldOfView) => ({ name: "", fieldOfView }));
const shapes = {
  ...{ count, cameras, names: [], types: Uint8Array.from({ length: count }, (_, at) => at % 6) },
  ...{ sizes: numbers(count * 3, 0.05, 0.5), colors: Float32Array.from(numbers(count * 4, 0.1, 1)) },
};
const matrices = (many) => {
  const all = new Float64Array(many * 9);
  for (let at = 0; at < many; at++) {
    // Turns about one axis after another, by sines and cosines that every processor rounds alike: quotients and roots.
    for (let i = 0; i < 3; i++) all[9 * at + 4 * i] = 1;
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [0, 2],
    ]) {
      const tangent = random.uniform(-1, 1);
      const cosine = 1 / Math.sqrt(1 + tangent * tangent);
      for (let row = 0; row < 3; row++) {
        const [x, y] = [all[9 * at + 3 * row + a], all[9 * at + 3 * row + b]];
        all[9 * at + 3 * row + a] = cosine * (x - tangent * y);
        all[9 * at + 3 * row + b] = cosine * (y + tangent * x);
      }
    }
  }
  return all;
};
let scenes = 0x811c9dc5;
for (const [height, width, samples] of [
  [84, 84, 2],
  [37, 61, 1],
  [5, 130, 3],
  [1, 1, 4],
]) {
  const painter = new ScenePainter(shapes, { height, width, samples });
  const poses = {
    ...{ positions: numbers(count * 3, -2, 2), rotations: matrices(count) },
    ...{ cameraPositions: numbers(9, -1, 3), cameraRotations: matrices(3) },
  };
  for (const { pixels } of painter.draw(poses))
    for (const byte of pixels) scenes = Math.imul(scenes ^ byte, 0x01000193) >>> 0;
  painter.close();
}
if (GEOM_TYPES.indexOf("box") !== 5) throw new Error("types have other numbers");
hashes.scenes = scenes.toString(16);
console.log(JSON.stringify(hashes));
