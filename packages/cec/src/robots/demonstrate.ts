// Demonstrations of scripts, recorded.
import {
  type EpisodeWriter,
  type ManipulationEnv,
  ScriptedDemonstrator,
  ScriptedEpisode,
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
  return players.map((player) => player.write());
}

/** A script in an environment, which plays until it succeeds. */
class Player {
  readonly #env: ManipulationEnv;
  readonly #writer: EpisodeWriter;
  readonly #place: DemonstrationPlace;
  readonly #script: ScriptedDemonstrator;
  #episode!: ScriptedEpisode;
  #attempts = 0;
  isOver = false;

  constructor(env: ManipulationEnv, writer: EpisodeWriter, place: DemonstrationPlace) {
    this.#env = env;
    this.#writer = writer;
    this.#place = place;
    this.#script = new ScriptedDemonstrator(env.spec.id as never, place.skill);
    this.#next();
  }

  begin(): void {
    this.#episode.beginStep();
  }

  end(): void {
    if (!this.#episode.endStep()) return;
    if (this.#episode.success) this.isOver = true;
    else this.#next();
  }

  write(): Demonstration {
    this.#episode.keep();
    return { skill: this.#place.skill, length: this.#episode.length, attempts: this.#attempts };
  }

  #next(): void {
    const { seed, ordinal, skill } = this.#place;
    if (this.#attempts === MOST_ATTEMPTS) {
      const { id, horizon } = this.#env.spec;
      throw new CecError(
        "data",
        `the ${skill} script has not succeeded in ${MOST_ATTEMPTS} episodes of ${horizon} steps of ${id}; give a longer --horizon`,
      );
    }
    const place = { seed, episode: this.#attempts++, ordinal };
    this.#episode = new ScriptedEpisode(this.#env, this.#writer, this.#script, place);
  }
}
