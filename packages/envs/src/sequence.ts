// The sequence of a seed's episodes, which `reset` walks through.
import { show } from "@throughline/torch/checks";
import type { ResetOptions } from "./env.js";
import { EnvError } from "./errors.js";

/** Place in a sequence of episodes. */
export interface SequencePlace {
  readonly seed: number;
  /** Number of the episode; −1 before the first. */
  readonly episode: number;
}

/** Seed and number of an environment's episodes. */
export class EpisodeSequence {
  #place: SequencePlace | undefined;

  /** The episode it is at. */
  get place(): SequencePlace {
    return this.#place ?? { seed: 0, episode: -1 };
  }

  /** Continues behind an episode. */
  set place(place: SequencePlace) {
    this.#place = place;
  }

  /**
   * Steps to the episode that the options of `reset` ask for: the first of a new seed, the one of a number, or the next.
   * @param owner environment, for the message
   * @param lane added to seeds, the default 0 too
   * @throws EnvError `envs/reset` for a seed or an option that is not accepted
   */
  next(owner: string, { seed, options = {} }: ResetOptions, lane = 0): SequencePlace {
    const unknown = Object.keys(options).find((name) => name !== "episode");
    if (unknown !== undefined)
      throw new EnvError("reset", `${owner}: reset has no option ${unknown}, accepted: episode`);
    const { episode } = options as { episode?: number };
    for (const [name, value] of Object.entries({ seed, episode })) {
      if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) continue;
      const accepted = "a whole number of at least 0";
      throw new EnvError("reset", `${owner}: ${name} is ${show(value)}, accepted: ${accepted}`);
    }
    const before = this.place;
    const isNew = seed !== undefined || before.episode < 0;
    this.#place = {
      seed: isNew ? (seed ?? 0) + lane : before.seed,
      episode: episode ?? (seed === undefined ? before.episode + 1 : 0),
    };
    return this.#place;
  }
}
