// Square: a square nut is to be put on a square peg. It must be grasped by its handle and turned to fit.
import { agentView, peg, table } from "../model/arenas.js";
import { squareNut } from "../model/objects.js";
import { poseAndRelativePose } from "../observations/relative-pose.js";
import { distance, LET_GO, type ManipulationTask, nearness } from "./task.js";

const TABLE = 0.82;
/** Middle of the square peg, which is 0.2 m high. */
export const PEG = [0.23, 0.1, 0.85] as const;
/** Of the nut's middle: from the peg's, and above the table. */
const NEAR = 0.03;
const LOW = 0.05;

/** The hole is 45.5 mm wide and the peg 32 mm. Beside it stands a round peg, where the nut does not belong. */
export const square: ManipulationTask = {
  id: "Square-v0",
  purpose: "put a square nut on a square peg",
  objectSize: 14,
  begin(random) {
    const arena = [
      table(TABLE),
      peg("square peg", PEG, "box", [0.016, 0.016, 0.1]),
      peg("round peg", [0.23, -0.1, 0.85], "cylinder", [0.02, 0.1]),
      agentView([0.5, 0, 1.35]),
    ];
    const [x, y] = [random.uniform(-0.115, -0.11), random.uniform(0.11, 0.225)];
    return {
      parts: { base: [-0.56, 0], arena, object: squareNut() },
      placement: { position: [x, y, TABLE + 0.07], yaw: random.uniform(0, 2 * Math.PI) },
    };
  },
  observe: poseAndRelativePose,
  isDone: ({ object, grip }) =>
    [0, 1].every((axis) => Math.abs(object[axis]! - PEG[axis]!) < NEAR) &&
    object[2]! < TABLE + LOW &&
    distance(object, grip) > LET_GO,
  progress({ object, grip }) {
    const away = Math.hypot(object[0]! - PEG[0], object[1]! - PEG[1]);
    return 0.4 * nearness(distance(object, grip) / 2) + 0.5 * nearness(away / 5);
  },
};
