// Place in a pass over samples: the part of a sampler's or a loader's state that moves.
import { show } from "../checks/show.js";
import { TorchError } from "../errors.js";

/** A place in the passes: `position` items of pass number `epoch` have been given out. */
export interface Position {
  readonly epoch: number;
  readonly position: number;
}

/**
 * Counts passes and positions. A new pass starts the next epoch, even if the last one was left early; only after
 * `restore` does it continue in the middle of one.
 */
export class Cursor {
  #at: Position = { epoch: 0, position: 0 };
  #next: Position = { epoch: 0, position: 0 };

  /** Position from which to continue without repeating an item. */
  get position(): Position {
    return this.#at;
  }

  /** Makes the next pass continue at `place`. */
  restore(place: Position): void {
    this.#at = place;
    this.#next = place;
  }

  /** Starts a pass; returns where. */
  begin(): Position {
    const start = this.#next;
    this.#at = start;
    this.#next = { epoch: start.epoch + 1, position: 0 };
    return start;
  }

  /** One more item of `epoch` was given out. */
  advance({ epoch, position }: Position): Position {
    this.#at = { epoch, position: position + 1 };
    return this.#at;
  }

  /** The pass came to its end. */
  finish(epoch: number): void {
    this.#at = { epoch: epoch + 1, position: 0 };
  }
}

/** `value[key]` as a whole number of 0 or more. @throws TorchError `data/state`. */
export function stateNumber(what: string, value: unknown, key: string): number {
  const found =
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  if (Number.isSafeInteger(found) && (found as number) >= 0) return found as number;
  throw new TorchError(
    "data/state",
    `${what}.restore: the state's '${key}' is ${show(found)}; give what ${what}.state() returned`,
  );
}
