// A hash of the pictures of many places in all mazes, in several sizes: `node levels-child.mjs`.
import { MAZES } from "@throughline/envs";
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
console.log(JSON.stringify(hashes));
