// State that a computation must find again to give the same numbers: random streams and autocast.
import { autocastStates, withAutocast } from "./amp/autocast.js";
import { Generator } from "./random.js";
import { fromBytes } from "./tensor/base.js";

/** State that a computation depends on besides its inputs. */
export interface Surroundings {
  readonly autocast: ReturnType<typeof autocastStates>;
  /** State of each device's default stream. */
  readonly random: ReadonlyMap<string, Uint8Array>;
}

/** The state now, with the streams of `devices` (and of the CPU). */
export function surroundings(devices: Iterable<string>): Surroundings {
  return { autocast: autocastStates(), random: randomStates(new Set(["cpu", ...devices])) };
}

/** `before` without the streams that have not moved since: they need no setting back. */
export function moved(before: Surroundings): Surroundings {
  const now = randomStates(before.random.keys());
  const random = [...before.random].filter(
    ([device, state]) => Buffer.compare(state, now.get(device)!) !== 0,
  );
  return { ...before, random: new Map(random) };
}

/** Runs `body` in the surroundings of then; afterwards they are what they are now. */
export function replay<T>(then: Surroundings, body: () => T): T {
  const now = randomStates(then.random.keys());
  setRandomStates(then.random);
  try {
    return withAutocast(then.autocast, body);
  } finally {
    setRandomStates(now);
  }
}

// As bytes rather than tensors, so that a computation that is never run again leaves no tensor behind.
function randomStates(devices: Iterable<string>): Map<string, Uint8Array> {
  return new Map(
    [...devices].map((device) => {
      using generator = Generator.default(device);
      using state = generator.getState();
      return [device, state.toBytes()];
    }),
  );
}

function setRandomStates(states: ReadonlyMap<string, Uint8Array>): void {
  for (const [device, bytes] of states) {
    using generator = Generator.default(device);
    using state = fromBytes(bytes, [bytes.length], "uint8");
    generator.setState(state);
  }
}
