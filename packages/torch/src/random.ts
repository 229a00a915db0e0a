// Random numbers: the same streams as PyTorch's for the same seeds on the CPU.
import { attempt, handleOf, wrap } from "./dispatch.js";
import { Handle } from "./handle.js";
import { native } from "./native.js";
import type { Tensor } from "./tensor/index.js";

/**
 * A stream of random numbers of its own (`torch.Generator`). Made by `Generator.create`; without a seed it starts
 * from PyTorch's default one.
 */
export class Generator extends Handle {
  private constructor(handle: number) {
    super(handle);
  }

  /** A new stream for tensors on `device` (default `cpu`), started from `seed` if one is given. */
  static create(options: { seed?: number | bigint; device?: string } = {}): Generator {
    const { seed, device = "cpu" } = options;
    const generator = new Generator(attempt("Generator", () => native.newGenerator(device)));
    return seed === undefined ? generator : generator.manualSeed(seed);
  }

  /** The generator that operations use when they are given none; the function `manualSeed` seeds it. */
  static default(device = "cpu"): Generator {
    return new Generator(attempt("Generator", () => native.defaultGenerator(device)));
  }

  /** Starts the stream that belongs to `seed` (a whole number of 64 bits); returns this generator. */
  manualSeed(seed: number | bigint): this {
    attempt("manualSeed", () => native.generatorSeed(this.handle, seed));
    return this;
  }

  /** The seed the stream was started from. */
  get initialSeed(): bigint {
    return attempt("initialSeed", () => native.generatorInitialSeed(this.handle));
  }

  /** State of the stream, as a uint8 tensor for `setState`. */
  getState(): Tensor {
    return wrap(attempt("getState", () => native.generatorState(this.handle)));
  }

  /** Restores a state from `getState`. @throws TorchError if the bytes are not a state of such a generator. */
  setState(state: Tensor): this {
    const handle = handleOf(state, "setState", "the state");
    attempt("setState", () => native.setGeneratorState(this.handle, handle));
    return this;
  }
}

/** Seeds the default generators of the CPU and of every accelerator. */
export function manualSeed(seed: number | bigint): void {
  attempt("manualSeed", () => native.manualSeed(seed));
}
