// Colours of the worlds: red, green, blue and opacity.

export const COLORS = {
  floor: [0.52, 0.5, 0.47, 1],
  table: [0.86, 0.84, 0.8, 1],
  metal: [0.45, 0.46, 0.48, 1],
  pedestal: [0.22, 0.22, 0.24, 1],
  link: [0.93, 0.94, 0.95, 1],
  joint: [0.3, 0.31, 0.33, 1],
  finger: [0.5, 0.5, 0.5, 1],
  pad: [0.2, 0.2, 0.2, 1],
  lightWood: [0.79, 0.63, 0.43, 1],
  darkWood: [0.45, 0.29, 0.17, 1],
  cube: [0.75, 0.11, 0.08, 1],
  can: [0.8, 0.1, 0.13, 1],
  canTop: [0.78, 0.78, 0.8, 1],
  brass: [0.77, 0.6, 0.22, 1],
  steel: [0.66, 0.68, 0.72, 1],
} as const satisfies Record<string, readonly [number, number, number, number]>;

/** Shapes of this group are seen; those of group 0 only touch. */
export const VISIBLE = 1;
