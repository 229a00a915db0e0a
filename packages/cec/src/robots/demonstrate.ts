// Demonstrations of scripts, recorded.
import {
  type EpisodeWriter,
  type ManipulationEnv,
  type ManipulationObservation,
  ScriptedDemonstrator,
  type Skill,
} from "@throughline/envs";
import { CecError } from "../errors.js";

/** Place of a demonstration among all. */
export interface DemonstrationPlace {
  readonly skill: Skill;
  /** Number of the demonstration. */
  readonly ordinal: number;
  /** Seed of its episodes. */
  readonly seed: number;
}

/** What became of a demonstration. */
export interface Demonstration {
  readonly skill: Skill;
  /** Steps. */
  readonly length: number;
  /** Episodes that were played, of which the last one succeeded. */
  readonly attempts: number;
}

/** Episodes in which a script has to succeed. */
const MOST_ATTEMPTS = 20;

/**
 * Plays episodes of each place until one succeeds, side by side, and writes these in the order of the places; an episode's policy in the store is
 * the skill.
 * @param envs one for each place at least
 * @throws CecError `cec/data` if a script does not succeed in 20 episodes; EnvError `envs/disk`
 */
export function recordTogether(
  envs: readonly ManipulationEnv[],
  writer: EpisodeWriter,
  places: readonly DemonstrationPlace[],
): Demonstration[] {
  const players = places.map((place, at) => new Player(envs[at]!, writer, place));
  for (let playing = players; playing.length > 0; playing = playing.filter(({ isOver }) => !isOver)) {
    for (const player of playing) player.begin();
    for (const player of playing) player.end();
  }
  return players.map((player) => player.write(writer));
}

/** A script in an environment. */
class Player {
  readonly #env: ManipulationEnv;
  readonly #writer: EpisodeWriter;
  readonly #place: DemonstrationPlace;
  readonly #script: ScriptedDemonstrator;
  #draft!: ReturnType<EpisodeWriter["begin"]>;
  #observation!: ManipulationObservation;
  #action!: Float32Array;
  #attempt = -1;
  #length = 0;
  isOver = false;

  constructor(env: ManipulationEnv, writer: EpisodeWriter, place: DemonstrationPlace) {
    this.#env = env;
    this.#writer = writer;
    this.#place = place;
    this.#script = new ScriptedDemonstrator(env.spec.id as never, place.skill);
    this.#reset();
  }

  /** Begins a step, which the environment computes beside others'. */
  begin(): void {
    this.#draft.see(this.#observation as never, this.#env.flatState);
    this.#action = this.#script.act(this.#observation);
    this.#env.beginStep(this.#action);
  }

  end(): void {
    const { observation, reward, terminated, truncated, info } = this.#env.endStep();
    this.#draft.step(this.#action, reward);
    this.#observation = observation;
    this.#length++;
    if (!terminated && !truncated) return;
    if (!info.success) {
      this.#reset();
      return;
    }
    this.#draft.see(observation as never);
    this.isOver = true;
  }

  write(writer: EpisodeWriter): Demonstration {
    const { seed, skill } = this.#place;
    const end = {
      seed,
      episode: this.#attempt,
      update: 0,
      success: true,
      terminated: this.#env.options.endOnSuccess,
    };
    writer.end(this.#draft, end);
    return { skill, length: this.#length, attempts: this.#attempt + 1 };
  }

  #reset(): void {
    const { seed, ordinal, skill } = this.#place;
    this.#attempt++;
    if (this.#attempt === MOST_ATTEMPTS) {
      const { id, horizon } = this.#env.spec;
      throw new CecError(
        "data",
        `the ${skill} script has not succeeded in ${MOST_ATTEMPTS} episodes of ${horizon} steps of ${id}; give a longer --horizon`,
      );
    }
    this.#length = 0;
    this.#draft = this.#writer.begin({ ordinal, policy: skill });
    this.#observation = this.#env.reset({ seed, options: { episode: this.#attempt } }).observation;
    this.#script.begin(seed, this.#attempt);
  }
}
