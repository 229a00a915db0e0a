// What is grasped. Sizes, densities and contacts are robosuite's (Zhu et al. 2020); the can's mesh is a cylinder here.
import { FRICTION, NOTHING, THING } from "./contact.js";
import { COLORS, VISIBLE } from "./look.js";
import { element } from "./xml.js";

/** Name of the object's body and, with "joint" behind it, of its free joint. */
export const OBJECT = "object";

/** Contacts of the can and the nut, which are stiffer than others and also resist turning. */
const STIFF = { condim: 4, solimp: [0.998, 0.998, 0.001], density: 100 } as const;

function object(damping: number | undefined, ...shapes: readonly string[]): string {
  return element(
    "body",
    { name: OBJECT },
    element("joint", { name: `${OBJECT} joint`, type: "free", damping }),
    ...shapes,
  );
}

/** A cube. @param half its half edges, each its own */
export function cube(half: readonly [number, number, number]): string {
  return object(
    undefined,
    element("geom", {
      ...{ name: "cube", type: "box", size: half, density: 1000, friction: FRICTION, rgba: COLORS.cube },
      ...{ group: VISIBLE, ...THING },
    }),
  );
}

/** Radius and half height of the can. */
export const CAN = { radius: 0.025, half: 0.04 } as const;

export function can(): string {
  const top = { type: "cylinder", rgba: COLORS.canTop, group: VISIBLE, ...NOTHING, mass: 0 };
  return object(
    0.0005,
    element("geom", {
      ...{ name: "can", type: "cylinder", size: [CAN.radius, CAN.half], rgba: COLORS.can, group: VISIBLE },
      ...{ ...THING, ...STIFF, solref: [0.001, 1], friction: [0.95, 0.3, 0.1] },
    }),
    // Its lid and its bottom, a hair's breadth outside, so that they are seen.
    ...[1, -1].map((side) =>
      element("geom", {
        ...{ ...top, name: side > 0 ? "can lid" : "can bottom" },
        ...{ pos: [0, 0, side * (CAN.half - 0.0015)], size: [0.0252, 0.0018] },
      }),
    ),
  );
}

/** A square nut: from its middle to its handle's, half its height, and half the width of the handle. */
export const NUT = { handle: 0.054, half: 0.01, handleHalfWidth: 0.015875 } as const;

export function squareNut(): string {
  const part = (name: string, pos: readonly number[], size: readonly number[], rolling = 0.1): string =>
    element("geom", {
      ...{ name, type: "box", pos, size: [...size, NUT.half], rgba: COLORS.brass, group: VISIBLE },
      ...{ ...THING, ...STIFF, friction: [0.95, 0.3, rolling] },
    });
  return object(
    0.0005,
    part("nut back", [-0.03325, 0, 0], [0.0105, 0.04375], 0.2),
    part("nut left", [0, 0.03325, 0], [0.03125, 0.0105]),
    part("nut right", [0, -0.03325, 0], [0.03125, 0.0105]),
    part("nut front", [0.03325, 0, 0], [0.0105, 0.04375]),
    part("nut handle", [NUT.handle, 0, 0], [0.02525, NUT.handleHalfWidth]),
  );
}
