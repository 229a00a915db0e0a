// What the numbers of an action space do. A cell is 100 units of the levels of DeepMind Lab (Beattie et al. 2016), which at 60
// frames/s, 4 frames a step, walk 320 units/s and turn by look / 57 x 360 degrees/s: 0.2133 cells and 4.2, 8.4 or 25.3 degrees.

/** Motion of one action in one step. */
export interface Motion {
  readonly name: string;
  /** Cells. */
  readonly forward: number;
  /** Cells to the right. */
  readonly right: number;
  /** Degrees to the right. */
  readonly turn: number;
  /** Degrees upwards. */
  readonly look: number;
}

const motion = (name: string, forward = 0, right = 0, turn = 0, look = 0): Motion => ({
  ...{ name, forward, right, turn, look },
});

const WALK = (320 / 100) * (4 / 60);
const degrees = (look: number): number => (look / 57) * 360 * (4 / 60);

const walks = [
  motion("forward", WALK),
  motion("backward", -WALK),
  motion("strafe left", 0, -WALK),
  motion("strafe right", 0, WALK),
];

const turns = (look: number): readonly Motion[] => [
  motion(`look left ${look}`, 0, 0, -degrees(look)),
  motion(`look right ${look}`, 0, 0, degrees(look)),
];

const curves = (look: number): readonly Motion[] => [
  motion(`forward and look left ${look}`, WALK, 0, -degrees(look)),
  motion(`forward and look right ${look}`, WALK, 0, degrees(look)),
];

const wait = motion("wait");

/** The action sets by name. "wait" stands where DeepMind Lab has "fire", which does nothing in these levels. */
export const ACTION_SETS = {
  /** Ours, of the size that the CEC paper gives without saying which: walk, back, turn by 8.4 degrees with and without walking, wait. */
  seven: [walks[0]!, walks[1]!, ...turns(20), ...curves(20), wait],
  /** Sample Factory's default set for DeepMind Lab. */
  nine: [...walks, ...turns(20), ...curves(20), wait],
  /** Sample Factory's extended set. */
  fifteen: [
    ...walks,
    ...turns(10),
    ...turns(60),
    motion("look down 10", 0, 0, 0, -degrees(10)),
    motion("look up 10", 0, 0, 0, degrees(10)),
    ...curves(10),
    ...curves(60),
    wait,
  ],
  /** Ours, for small machines: half a cell forward, 45 degrees to the left or right. */
  coarse: [motion("forward", 0.5), motion("turn left", 0, 0, -45), motion("turn right", 0, 0, 45)],
} as const satisfies Record<string, readonly Motion[]>;

/** Name of an action set. */
export type ActionSetName = keyof typeof ACTION_SETS;
