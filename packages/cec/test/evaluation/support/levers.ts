// An environment with a known answer, and policies that are written by hand, so that nothing has to be trained.
import type { ActionDistribution, Decision, Memory, SequencePolicy, Steps } from "@throughline/cec";
import {
  Box,
  Discrete,
  type Env,
  type EpisodeFacts,
  type Frame,
  type ResetOptions,
  type Step,
} from "@throughline/envs";
import { fromTypedArray, nn, type Tensor } from "@throughline/torch";

/** Options of `Levers`. */
export interface LeverOptions {
  readonly levers?: number;
  /** Pulls after which an episode is cut off. */
  readonly pulls?: number;
  readonly side?: number;
}

/** Which lever pays depends on the seed alone, so that an episode helps in the next one. The picture shows episode, step and, up to 99, the seed. */
export class Levers implements Env<Uint8Array, number, EpisodeFacts> {
  static open = 0;
  readonly spec;
  readonly observationSpace;
  readonly actionSpace;
  #seed = 0;
  #episode = 0;
  #length = 0;
  #isRunning = false;
  #isClosed = false;

  constructor({ levers = 4, pulls = 2, side = 1 }: LeverOptions = {}) {
    this.spec = { id: "Levers-v0", options: { levers, pulls, side }, horizon: pulls };
    this.observationSpace = new Box(0, 255, [side, side, 3], "uint8");
    this.actionSpace = new Discrete(levers);
    Levers.open++;
  }

  reset({ seed = 0, options = {} }: ResetOptions = {}): { observation: Uint8Array; info: EpisodeFacts } {
    if (this.#isClosed) throw new Error("closed");
    this.#seed = seed;
    this.#episode = Number(options.episode);
    this.#length = 0;
    this.#isRunning = true;
    return { observation: this.#picture(), info: this.#facts(false) };
  }

  step(action: number): Step<Uint8Array, EpisodeFacts> {
    if (!this.#isRunning) throw new Error("no episode");
    this.#length++;
    const terminated = action === this.#seed % this.actionSpace.n;
    const truncated = !terminated && this.#length >= this.spec.horizon;
    this.#isRunning = !terminated && !truncated;
    const reward = terminated ? 1 : 0;
    return { observation: this.#picture(), reward, terminated, truncated, info: this.#facts(terminated) };
  }

  render(): Frame {
    return { width: 1, height: 1, pixels: this.#picture().slice(0, 3) };
  }

  close(): void {
    if (!this.#isClosed) Levers.open--;
    this.#isClosed = true;
  }

  #picture(): Uint8Array {
    return new Uint8Array(this.observationSpace.size)
      .fill(Math.min(this.#seed, 100))
      .fill(this.#episode, 0, 1)
      .fill(this.#length, 1, 2);
  }

  #facts(success: boolean): EpisodeFacts {
    return { seed: this.#seed, episode: this.#episode, length: this.#length, success };
  }
}

/** A step of one sequence, in plain numbers. */
export interface Seen {
  readonly pixels: readonly number[];
  readonly action: number;
  readonly reward: number;
  readonly end: boolean;
  readonly time: number;
  readonly returnToGo: number | undefined;
}

function numbers(tensor: Tensor): number[] {
  return Array.from(tensor.contiguous().toTypedArray() as BigInt64Array, Number);
}

/** Policies that are a function of one sequence's numbers. */
abstract class Scripted
  extends nn.Module<[steps: Steps, memory: Memory], Decision>
  implements SequencePolicy
{
  readonly isConditioned: boolean = false;
  /** Numbers that are remembered. */
  abstract readonly width: number;
  /** Chooses an action, and changes what is remembered. */
  abstract choose(seen: Seen, memory: Float32Array): number;
  /** Sequences and steps of each call. */
  readonly calls: (readonly [sequences: number, steps: number])[] = [];

  start(count: number): Memory {
    return [fromTypedArray(new Float32Array(count * this.width), [count, this.width])];
  }

  override forward({ observations, previous, times, returnsToGo }: Steps, [before]: Memory): Decision {
    const [sequences, steps] = times.shape as [number, number];
    this.calls.push([sequences, steps]);
    const memory = Float32Array.from(numbers(before!));
    const pixels = numbers(observations.image!);
    const size = pixels.length / (sequences * steps);
    const [actions, rewards, ends, time] = [
      ...[previous.actions, previous.rewards, previous.ends, times].map(numbers),
    ] as [number[], number[], number[], number[]];
    const toGo = returnsToGo && numbers(returnsToGo);
    const chosen = times.shape.length === 2 ? new BigInt64Array(sequences * steps) : undefined;
    for (let at = 0; at < sequences * steps; at++) {
      const row = Math.floor(at / steps);
      const own = memory.subarray(row * this.width, (row + 1) * this.width);
      const seen = {
        pixels: pixels.slice(at * size, (at + 1) * size),
        ...{
          action: actions[at]!,
          reward: rewards[at]!,
          end: ends[at] === 1,
          time: time[at]!,
          returnToGo: toGo?.[at],
        },
      };
      chosen![at] = BigInt(this.choose(seen, own));
    }
    const give = (): Tensor => fromTypedArray(chosen!, [sequences, steps], { dtype: "int64" });
    // Nearly certain.
    const logProb = (taken: Tensor): Tensor => {
      const values = numbers(taken).map((action, at) => (action === Number(chosen![at]) ? -0.1 : -3));
      return fromTypedArray(Float32Array.from(values), [sequences, steps]);
    };
    const distribution: ActionDistribution = { logProb, best: give, sample: give };
    return { actions: distribution, memory: [fromTypedArray(memory, [sequences, this.width])] };
  }
}

/** Tries one lever after the other, and pulls the one that has paid: what it knows is in its memory alone. */
export class Trier extends Scripted {
  readonly width = 2;

  choose({ action, reward }: Seen, memory: Float32Array): number {
    if (reward > 0) memory[0] = action + 1;
    return memory[0]! > 0 ? memory[0]! - 1 : memory[1]!++ % 4;
  }
}

/** Always pulls lever 0, and writes down what it sees of each sequence. */
export class Watcher extends Scripted {
  readonly width = 1;
  override readonly isConditioned: boolean;
  readonly seen: (Seen & { readonly steps: number })[] = [];

  constructor(isConditioned = false) {
    super();
    this.isConditioned = isConditioned;
  }

  choose(seen: Seen, memory: Float32Array): number {
    memory[0]!++;
    this.seen.push({ ...seen, steps: memory[0]! });
    return 0;
  }
}
