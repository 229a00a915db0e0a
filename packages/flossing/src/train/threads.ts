// Number of threads that suits a net's work.

/** Sizes of a run's main work. */
export interface NetWork {
  readonly cell: "pre" | "post" | "gru" | "lstm";
  readonly units: number;
  /** Tangent vectors of a flossing step. */
  readonly k: number;
  /** Sequences in a training step; 0: it does not train. */
  readonly batch: number;
  readonly length: number;
}

/** Operations for which a thread is woken: some milliseconds in a scan of all steps, which shares sequences. */
const SCAN = 5e8;
/** The same for one product of tangent vectors: some tenths of a millisecond. */
const PRODUCT = 1.5e7;

/**
 * At least 1, at most `cores`. A training step takes three products of gates · units² · batch multiply-adds at each of its
 * steps in time, and threads share its sequences, four to each at least; a flossing step has one trajectory, and threads
 * share each of its products, of gates · units² · k multiply-adds.
 */
export function threadsWorth({ cell, units, k, batch, length }: NetWork, cores: number): number {
  const gates = { pre: 1, post: 1, gru: 3, lstm: 4 }[cell];
  const weights = 2 * gates * units ** 2;
  const training = Math.min(Math.floor(batch / 4), Math.floor((3 * weights * batch * length) / SCAN));
  const flossing = Math.floor((weights * k) / PRODUCT);
  return Math.min(cores, Math.max(1, training, flossing));
}
