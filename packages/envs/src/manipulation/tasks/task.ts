// What a task of manipulation is: a world, where its object lies when an episode begins, what is observed of it, and when it is done.
import type { Random } from "@throughline/lab/random";
import type { WorldParts } from "../model/compose.js";

/** Where the object and the hand are. */
export interface Situation {
  /** Position of the object [3]. */
  readonly object: ArrayLike<number>;
  /** Its orientation as a quaternion, w first. */
  readonly objectTurn: ArrayLike<number> & Iterable<number>;
  /** The point between the finger tips, `grip_site` [3]. */
  readonly grip: ArrayLike<number>;
  /** Orientation of the hand as a quaternion, w first. */
  readonly handTurn: ArrayLike<number> & Iterable<number>;
}

/** Place of the object when an episode begins: it lies flat, or falls the last centimetres. */
export interface Placement {
  readonly position: readonly [number, number, number];
  /** Radians about the vertical. */
  readonly yaw: number;
}

/** A task. */
export interface ManipulationTask {
  /** Name and version, as `Lift-v0`. */
  readonly id: string;
  readonly purpose: string;
  /** Numbers of the key `object` of observations. */
  readonly objectSize: number;
  /** The world of an episode, and where the object lies in it: functions of the random numbers alone. */
  begin(random: Random): { readonly parts: WorldParts; readonly placement: Placement };
  /** Values of the key `object`. */
  observe(situation: Situation): Float64Array;
  isDone(situation: Situation): boolean;
  /** How far the task has come, from 0 to below 1: the dense reward of a step without success. */
  progress(situation: Situation): number;
}

/** Distance between two points. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!);
}

/** 1 at a distance of 0 m, 0.24 at 10 cm. */
export function nearness(metres: number): number {
  return 1 - Math.tanh(10 * metres);
}

/** Distance of the fingers from an object that counts as let go: atanh(0.4) / 10 m, as robosuite has it. */
export const LET_GO: number = Math.atanh(0.4) / 10;
