// The T-maze: the least task that needs memory (Bakker 2001). A cue in the first picture says at which end of a corridor's
// junction the reward lies; between, all pictures are alike.
import { Random } from "@throughline/lab/random";
import { checkOptions, type Rules, whole } from "@throughline/torch/checks";
import { checkAction } from "../checks.js";
import type { Env, EnvSpec, Frame, ResetOptions, Step } from "../env.js";
import { EnvError } from "../errors.js";
import { EpisodeSequence } from "../sequence.js";
import { Box, Discrete } from "../spaces.js";
import type { EpisodeFacts } from "../vector/vector-env.js";

/** Options of a T-maze. */
export interface TMazeOptions {
  /** Steps from the cue to the junction, 1 to 1000. Default: 10. */
  readonly length?: number;
}

const SIZE = 8;
const rules: Rules<Required<TMazeOptions>> = { length: whole(1, 10, 1000) };

/**
 * A corridor of `length` cells. Actions: 0 forward, 1 left, 2 right. Pictures of [8, 8, 3]: at the start the left or the right
 * half is red, in the corridor all is grey, at the junction white. The turn at the junction that the cue said pays 1, the other 0,
 * and the episode ends; a turn before it does nothing, as does walking on at the junction. Known answer: with memory every episode
 * can be won in length + 1 steps; without, one half.
 */
export class TMaze implements Env<Uint8Array, number, EpisodeFacts> {
  readonly spec: EnvSpec;
  readonly observationSpace: Box<"uint8"> = new Box(0, 255, [SIZE, SIZE, 3], "uint8");
  readonly actionSpace: Discrete = new Discrete(3);
  readonly #length: number;
  readonly #sequence = new EpisodeSequence();
  #cue = 0;
  #place = 0;
  #steps = 0;
  #success = false;
  #isRunning = false;
  #isClosed = false;

  /** @throws TorchError `torch/argument` for an option that is not accepted */
  constructor(options?: TMazeOptions) {
    const { length } = checkOptions("TMaze-v0", rules, options);
    this.#length = length;
    this.spec = { id: "TMaze-v0", options: { length }, horizon: 2 * length + 4 };
  }

  reset(options: ResetOptions = {}): { observation: Uint8Array; info: EpisodeFacts } {
    this.#open();
    const { id } = this.spec;
    const { seed, episode } = this.#sequence.next(id, options);
    this.#cue = new Random("envs", id, seed, episode).below(2);
    this.#place = 0;
    this.#steps = 0;
    this.#success = false;
    this.#isRunning = true;
    return { observation: this.#picture(), info: this.#facts() };
  }

  step(action: number): Step<Uint8Array, EpisodeFacts> {
    this.#open();
    if (!this.#isRunning)
      throw new EnvError("ended", "TMaze-v0: step after the end of an episode; call reset first");
    checkAction(this.spec.id, this.actionSpace, action);
    this.#steps++;
    const isAtJunction = this.#place === this.#length;
    const terminated = isAtJunction && action !== 0;
    this.#success = terminated && action === this.#cue + 1;
    if (action === 0 && !isAtJunction) this.#place++;
    const truncated = !terminated && this.#steps >= this.spec.horizon;
    this.#isRunning = !terminated && !truncated;
    const reward = this.#success ? 1 : 0;
    return { observation: this.#picture(), reward, terminated, truncated, info: this.#facts() };
  }

  render(): Frame {
    this.#open();
    const scale = 16;
    const side = SIZE * scale;
    const pixels = new Uint8Array(side * side * 3);
    const small = this.#picture();
    for (let at = 0; at < pixels.length; at++) {
      const [row, column] = [Math.floor(at / 3 / side), Math.floor(at / 3) % side];
      pixels[at] = small[(Math.floor(row / scale) * SIZE + Math.floor(column / scale)) * 3 + (at % 3)]!;
    }
    return { width: side, height: side, pixels };
  }

  close(): void {
    this.#isClosed = true;
  }

  #picture(): Uint8Array {
    const picture = new Uint8Array(SIZE * SIZE * 3).fill(this.#place === this.#length ? 255 : 96);
    if (this.#place > 0) return picture;
    for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
      const isLeft = pixel % SIZE < SIZE / 2;
      if (isLeft === (this.#cue === 0)) picture.set([220, 30, 30], pixel * 3);
    }
    return picture;
  }

  #facts(): EpisodeFacts {
    return { ...this.#sequence.place, length: this.#steps, success: this.#success };
  }

  #open(): void {
    if (this.#isClosed) throw new EnvError("closed", "TMaze-v0: the environment is closed");
  }
}
