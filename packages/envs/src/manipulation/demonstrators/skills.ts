// How well a script does what it does. The three grades are numbers, from which everything else follows.

/** Grades of demonstrators, from the worst on. */
export const SKILLS = ["worse", "okay", "better"] as const;

export type Skill = (typeof SKILLS)[number];

export interface SkillNumbers {
  /** Largest part of an action, 0 to 1; an episode's own differs by up to 15 %. */
  readonly speed: number;
  /** Standard deviation of what is added to actions; it changes slowly, as a hand's does. */
  readonly noise: number;
  /** Probability of a detour before a grasp, and on the way with the object. */
  readonly detour: number;
  /** Probabilities of none, one, two failed grasps. */
  readonly failures: readonly [number, number, number];
  /** Longest pause between two motions, in actions. */
  readonly pause: number;
  /** Metres within which a place counts as reached where it need not be exact. */
  readonly tolerance: number;
}

export const SKILL_NUMBERS: Readonly<Record<Skill, SkillNumbers>> = {
  worse: { speed: 0.5, noise: 0.2, detour: 0.6, failures: [0.4, 0.45, 0.15], pause: 8, tolerance: 0.012 },
  okay: { speed: 0.65, noise: 0.1, detour: 0.3, failures: [0.8, 0.2, 0], pause: 4, tolerance: 0.015 },
  better: { speed: 1, noise: 0.03, detour: 0, failures: [1, 0, 0], pause: 0, tolerance: 0.02 },
};
