// Can: a can is to be carried from one bin to its quarter of another.
import { agentView, bin } from "../model/arenas.js";
import { COLORS } from "../model/look.js";
import { can as canObject } from "../model/objects.js";
import { poseAndRelativePose } from "../observations/relative-pose.js";
import { distance, LET_GO, type ManipulationTask, nearness } from "./task.js";

/** Middles of the bins, and their inside. */
const FROM = [0.1, -0.25, 0.8] as const;
const TO = [0.1, 0.28, 0.8] as const;
const INSIDE = [0.39, 0.49] as const;
/** From the walls to where the can is placed: a margin, and robosuite's radius of the can, half the diagonal of its square. */
const MARGIN = 0.05 + 0.025 * Math.SQRT2;
/** Height of the can's middle when an episode begins; it falls 2 mm less than 4 cm. */
const DROP = 0.06;

/** The can's quarter of the second bin is the far left one, as the robot sees it. */
export const can: ManipulationTask = {
  id: "Can-v0",
  purpose: "carry a can from one bin to its quarter of another",
  objectSize: 14,
  begin(random) {
    const [x, y] = INSIDE.map((size, axis) => {
      const half = size / 2 - MARGIN;
      return FROM[axis]! + random.uniform(-half, half);
    }) as [number, number];
    const arena = [
      bin({ name: "bin1", position: FROM, isParted: false, color: COLORS.lightWood }),
      bin({ name: "bin2", position: TO, isParted: true, color: COLORS.darkWood }),
      agentView([1, 0, 1.75]),
    ];
    return {
      parts: { base: [-0.5, -0.1], arena, object: canObject() },
      placement: { position: [x, y, FROM[2] + DROP], yaw: random.uniform(0, 2 * Math.PI) },
    };
  },
  observe: poseAndRelativePose,
  isDone: ({ object, grip }) =>
    [0, 1].every((axis) => {
      const at = object[axis]! - TO[axis]!;
      return at > 0 && at < INSIDE[axis]! / 2;
    }) &&
    object[2]! > TO[2] &&
    object[2]! < TO[2] + 0.1 &&
    distance(object, grip) > LET_GO,
  progress({ object, grip }) {
    const middle = [0, 1].map((axis) => TO[axis]! + INSIDE[axis]! / 4);
    const away = Math.hypot(object[0]! - middle[0]!, object[1]! - middle[1]!);
    return 0.4 * nearness(distance(object, grip)) + 0.5 * nearness(away / 5);
  },
};
