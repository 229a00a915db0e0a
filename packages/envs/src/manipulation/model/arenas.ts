// Where tasks take place: a table, two bins, a table with pegs. Sizes, places and cameras are robosuite's (Zhu et al. 2020).
import { FRICTION, NOTHING, THING } from "./contact.js";
import { COLORS, VISIBLE } from "./look.js";
import { element } from "./xml.js";

/** Half thickness of a table's top. */
const TOP = 0.025;

/** Quaternion, w first, of the cameras that look at a task from the front: 45° downwards to the robot. */
const FRONT = [0.653, 0.271, 0.271, 0.653] as const;

/** The picture of the whole scene. @param pos where it is taken from */
export function agentView(pos: readonly number[]): string {
  return element("camera", { name: "agentview", pos, quat: FRONT });
}

/** The ground. */
export function floor(): string {
  return element("geom", {
    ...{ name: "floor", type: "plane", size: [3, 3, 0.125], rgba: COLORS.floor },
    ...{ group: VISIBLE, ...THING },
  });
}

/** A square table of 0.8 m in the middle. @param height of its top */
export function table(height: number): string {
  const leg = (x: number, y: number): string =>
    element("geom", {
      ...{ name: `table leg ${x} ${y}`, type: "cylinder", rgba: COLORS.metal },
      pos: [x, y, -TOP - (height - 2 * TOP) / 2],
      ...{ size: [0.025, (height - 2 * TOP) / 2], group: VISIBLE, ...NOTHING },
    });
  return element(
    "body",
    { name: "table", pos: [0, 0, height - TOP] },
    element("geom", {
      ...{ name: "table", type: "box", size: [0.4, 0.4, TOP], friction: FRICTION, rgba: COLORS.table },
      ...{ group: VISIBLE, ...THING },
    }),
    ...[-0.33, 0.33].flatMap((x) => [-0.33, 0.33].map((y) => leg(x, y))),
  );
}

/** A bin of 0.4 × 0.5 m with walls of 10 cm, whose inside is 0.39 × 0.49 m. */
export interface Bin {
  readonly name: string;
  /** Middle of its bottom's box; things lie 2 cm above. */
  readonly position: readonly [number, number, number];
  /** True if walls part it into four. */
  readonly isParted: boolean;
  readonly color: readonly number[];
}

export function bin({ name, position, isParted, color }: Bin): string {
  const part = (what: string, pos: readonly number[], size: readonly number[]): string =>
    element("geom", {
      ...{ name: `${name} ${what}`, type: "box", pos, size, friction: FRICTION, rgba: color },
      ...{ group: VISIBLE, ...THING },
    });
  const leg = (x: number, y: number): string =>
    element("geom", {
      ...{ name: `${name} leg ${x} ${y}`, type: "cylinder", pos: [x, y, -0.4], size: [0.01, 0.4] },
      ...{ rgba: COLORS.metal, group: VISIBLE, ...NOTHING },
    });
  const parting = [
    part("parting x", [0, 0, 0.05], [0.2, 0.01, 0.05]),
    part("parting y", [0, 0, 0.05], [0.01, 0.25, 0.05]),
  ];
  return element(
    "body",
    { name, pos: position },
    part("bottom", [0, 0, 0], [0.2, 0.25, 0.02]),
    ...[0.25, -0.25].map((y) => part(`wall y ${y}`, [0, y, 0.05], [0.21, 0.01, 0.05])),
    ...[0.2, -0.2].map((x) => part(`wall x ${x}`, [x, 0, 0.05], [0.01, 0.25, 0.05])),
    ...(isParted ? parting : []),
    ...[0.15, -0.15].flatMap((x) => [0.2, -0.2].map((y) => leg(x, y))),
  );
}

/** A peg that stands on the table. @param size half edges of a square one, radius and half height of a round one */
export function peg(
  name: string,
  position: readonly [number, number, number],
  type: "box" | "cylinder",
  size: readonly number[],
): string {
  const rgba = type === "box" ? COLORS.brass : COLORS.steel;
  return element(
    "body",
    { name, pos: position },
    element("geom", { name, type, size, friction: FRICTION, rgba, group: VISIBLE, ...THING }),
  );
}
