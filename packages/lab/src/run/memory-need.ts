// Memory that a run is sure to need, held against what there is before the run exists.
import { LabError } from "../errors.js";

/** A part of it. */
export interface MemoryNeed {
  /** User of the memory, with the options that decide, such as `a step of 16 displays (--batch)`. */
  readonly what: string;
  /** Lower bound in bytes, held all at once with the other parts. */
  readonly bytes: number;
}

/** Bytes of a float32. */
export const FLOAT32 = 4;

/** Numbers that training with Adam keeps for a weight: itself, its gradient and two moments. */
export const NUMBERS_OF_A_WEIGHT = 4;

/** Less than this is there wherever a run can begin; the engine need not be loaded to know. */
const ALWAYS = 2 ** 28;

/**
 * Refuses what cannot fit into the memory that tensors may take; see `memoryStats().limit`. Needs are lower bounds: a run that
 * passes may still run out of memory.
 * @throws LabError lab/memory naming the largest need
 */
export async function checkMemory(needs: readonly MemoryNeed[], device = "cpu"): Promise<void> {
  const total = needs.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total < ALWAYS) return;
  const { memoryStats } = await import("@throughline/torch");
  const { limit } = memoryStats(device);
  if (total <= limit) return;
  const largest = needs.reduce((most, need) => (need.bytes > most.bytes ? need : most));
  throw new LabError(
    "lab/memory",
    `the run needs ${gigabytes(total)} of memory or more, of which ${gigabytes(largest.bytes)} for ${largest.what}, ` +
      `and ${gigabytes(limit)} are allowed on ${device}; make that smaller`,
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toPrecision(3)} GiB`;
}
