// From a place where the hand is to be to an action.
import type { Random } from "@throughline/lab/random";
import { normal } from "../../normal.js";
import { REACH } from "../control/arm-control.js";
import { conjugate, quaternionProduct } from "../control/rotations.js";
import type { Point, Seen } from "./seen.js";
import type { SkillNumbers } from "./skills.js";

/** What a script wants of the hand, which points down. */
export interface Aim {
  readonly position: Point;
  /** Of the hand's x axis, in radians; the way there is through all between, as the wrist turns. */
  readonly yaw: number;
  /** 1 closes the fingers, −1 opens them. */
  readonly fingers: 1 | -1;
  /** True where the hand must be exact: with a third of the noise. */
  readonly isExact?: boolean;
}

/** Actions go beyond what is missing, since the hand reaches only an eighth of a goal in the time of one. */
const GAIN = 2;

/** Radians that a turn about the vertical looks ahead. */
const TURN = 1;

/** How much of the noise remains from one action to the next. */
const MEMORY = 0.8;

/** Actions of one episode's hand. */
export class Steering {
  readonly #random: Random;
  readonly #skill: SkillNumbers;
  readonly #speed: number;
  readonly #noise = new Float64Array(6);

  constructor(skill: SkillNumbers, random: Random) {
    this.#skill = skill;
    this.#random = random;
    this.#speed = Math.min(1, skill.speed * random.uniform(0.85, 1.15));
  }

  /** The action that leads there. */
  towards({ position, yaw, fingers, isExact = false }: Aim, seen: Seen): Float32Array {
    const pull = position.map((wanted, axis) => (GAIN * (wanted - seen.grip[axis]!)) / REACH.position);
    const next = seen.handYaw + clipped(yaw - seen.handYaw, TURN);
    const turn = turnTo(next, seen.handTurn).map((angle) => (GAIN * angle) / REACH.rotation);
    // Seen from above it goes straight, however far it is; the height has its own share, or noise would sink the hand on long ways.
    const most = Math.max(1, Math.hypot(pull[0]!, pull[1]!) / this.#speed);
    const straight = [pull[0]! / most, pull[1]! / most, clipped(pull[2]!, this.#speed)];
    const share = isExact ? 1 / 3 : 1;
    const action = new Float32Array(7);
    for (let at = 0; at < 6; at++) {
      const spread = this.#skill.noise * Math.sqrt(1 - MEMORY ** 2) * normal(this.#random);
      this.#noise[at] = MEMORY * this.#noise[at]! + spread;
      const wanted = at < 3 ? straight[at]! : clipped(turn[at - 3]!, this.#speed);
      // Turning noise is a tenth: the hand would tilt.
      action[at] = clipped(wanted + share * this.#noise[at]! * (at < 3 ? 1 : 0.1), 1);
    }
    action[6] = fingers;
    return action;
  }
}

function clipped(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}

/** The turn [3], as a vector in the world, that makes the hand point down with its x axis at `yaw`. */
function turnTo(yaw: number, handTurn: Float64Array): number[] {
  // About x by 180°, then about the vertical.
  const wanted = Float64Array.of(0, Math.cos(yaw / 2), Math.sin(yaw / 2), 0);
  const [w, x, y, z] = quaternionProduct(wanted, conjugate(handTurn)) as unknown as [
    number,
    number,
    number,
    number,
  ];
  const sine = Math.hypot(x, y, z);
  if (sine === 0) return [0, 0, 0];
  const half = Math.atan2(sine, Math.abs(w));
  const scale = (2 * half * Math.sign(w || 1)) / sine;
  return [x * scale, y * scale, z * scale];
}
