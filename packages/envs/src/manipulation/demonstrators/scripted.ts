// Scripted demonstrators: programs that do the tasks, well or less well, in place of people.
import { Random } from "@throughline/lab/random";
import { choice, show } from "@throughline/torch/checks";
import { EnvError } from "../../errors.js";
import type { LowDimObservation } from "../observations/low-dim.js";
import { isManipulationId, MANIPULATION_IDS, type ManipulationId } from "../tasks/tasks.js";
import type { Motion } from "./motions.js";
import { SCRIPTS } from "./scripts.js";
import { seenIn } from "./seen.js";
import { SKILL_NUMBERS, SKILLS, type Skill } from "./skills.js";
import { type Aim, Steering } from "./steering.js";

/**
 * A program that does a task of manipulation, from low-dimensional observations. The skill says how: "better" is fast and straight,
 * "okay" slower and less steady, "worse" slow and shaky, with detours and grasps that fail. All get there in the end. What it does in
 * an episode is a function of the task, the skill, the seed, the number and the observations.
 * @example
 * const scripted = new ScriptedDemonstrator("Lift-v0", "worse");
 * let { observation, info } = env.reset({ seed: 1 });
 * scripted.begin(info.seed, info.episode);
 * for (;;) { const step = env.step(scripted.act(observation)); … }
 */
export class ScriptedDemonstrator {
  readonly id: ManipulationId;
  readonly skill: Skill;
  #script: Motion | undefined;
  #steering!: Steering;
  #random!: Random;
  #yaw = 0;

  /** @param skill default: "better" @throws TorchError `torch/argument` for another skill, EnvError `envs/id` for another task */
  constructor(id: ManipulationId, skill: Skill = "better") {
    if (!isManipulationId(id)) {
      const accepted = `one of ${MANIPULATION_IDS.join(", ")}`;
      throw new EnvError("id", `ScriptedDemonstrator: the task is ${show(id)}, accepted: ${accepted}`);
    }
    this.id = id;
    this.skill = choice("ScriptedDemonstrator: skill", skill, SKILLS);
    this.begin(0, 0);
  }

  /** Begins an episode. */
  begin(seed: number, episode: number): void {
    const skill = SKILL_NUMBERS[this.skill];
    this.#random = new Random("envs", "scripted", this.id, this.skill, seed, episode);
    this.#steering = new Steering(skill, this.#random);
    this.#script = undefined;
    this.#yaw = 0;
  }

  /** The action after an observation. */
  act(observation: LowDimObservation): Float32Array {
    const seen = seenIn(observation, this.#yaw);
    this.#yaw = seen.handYaw;
    const mover = { skill: SKILL_NUMBERS[this.skill], random: this.#random };
    this.#script ??= SCRIPTS[this.id](seen, mover);
    // Scripts go on for ever.
    return this.#steering.towards(this.#script.next(seen).value as Aim, seen);
  }
}
