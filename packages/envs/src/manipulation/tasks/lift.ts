// Lift: a cube is to be lifted off the table.
import { lastW } from "../control/rotations.js";
import { agentView, table } from "../model/arenas.js";
import { cube } from "../model/objects.js";
import { distance, type ManipulationTask, nearness } from "./task.js";

const TABLE = 0.8;
/** Height above the table at which the cube's middle counts as lifted. */
const LIFTED = 0.04;

/** The cube is of another size in each episode; its middle lies within 3 cm of the table's. */
export const lift: ManipulationTask = {
  id: "Lift-v0",
  purpose: "lift a cube off the table",
  objectSize: 10,
  begin(random) {
    const edge = (): number => random.uniform(0.02, 0.022);
    const half = [edge(), edge(), edge()] as const;
    const arena = [table(TABLE), agentView([0.5, 0, 1.35])];
    const [x, y] = [random.uniform(-0.03, 0.03), random.uniform(-0.03, 0.03)];
    return {
      parts: { base: [-0.56, 0], arena, object: cube(half) },
      placement: { position: [x, y, TABLE + half[2] + 0.01], yaw: random.uniform(0, 2 * Math.PI) },
    };
  },
  observe: ({ object, objectTurn, grip }) =>
    Float64Array.of(
      ...[object[0]!, object[1]!, object[2]!],
      ...lastW(objectTurn),
      ...[0, 1, 2].map((axis) => grip[axis]! - object[axis]!),
    ),
  isDone: ({ object }) => object[2]! > TABLE + LIFTED,
  progress({ object, grip }) {
    const lifted = Math.max(0, object[2]! - TABLE - 0.022) / LIFTED;
    return 0.5 * nearness(distance(object, grip)) + 0.5 * Math.min(0.9, lifted);
  },
};
