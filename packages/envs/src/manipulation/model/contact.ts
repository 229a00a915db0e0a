// Who touches whom. MuJoCo lets two shapes touch if a bit of one's type is in the other's affinity.

/** Tables, bins and objects touch everything. */
export const THING = { contype: 1, conaffinity: 3 } as const;

/** Links of the arm, the hand and the fingers touch things, and not each other: primitives are wider than the arm they stand for. */
export const ARM = { contype: 2, conaffinity: 1 } as const;

/** Shapes that are only seen. */
export const NOTHING = { contype: 0, conaffinity: 0 } as const;

/** Friction of what nothing else is said of: sliding, torsional, rolling. */
export const FRICTION = [1, 0.005, 0.0001] as const;
