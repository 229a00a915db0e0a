// Behaviour cloning over whole sequences: the paper's loss, chunk by chunk.
import { distributed, fromTypedArray, scope, type Tensor } from "@throughline/torch";
import type { SequenceBatch } from "../curricula/batch.js";
import { detached, selected } from "../policies/memory.js";
import type { SequencePolicy } from "../policies/sequence-policy.js";
import { mapSteps } from "../policies/steps.js";
import { type Chunk, chunksOf } from "./chunks.js";

/** How sequences pass through a policy. */
export interface PassOptions {
  /** Steps of a chunk. */
  readonly chunk: number;
  /** `full`: the gradient flows through the memory into earlier chunks; `chunk`: it stops at the border, for less memory. */
  readonly gradient: "full" | "chunk";
  /** The action before a chunk's first step is given as 0, as in the released training. Default: false. */
  readonly blankStart?: boolean;
  /** Place of this process among those that share the batch. Default: it has all. */
  readonly share?: distributed.Place | undefined;
}

/** A pass, in numbers. */
export interface Pass {
  /**
   * Mean over chunks of the mean negative log-likelihood of the counted steps in them (Shi et al. 2023, released code); of a shared
   * batch, this process's part of it.
   */
  readonly loss: number;
  /** The first chunk's mean: for numbered actions ln A before anything is learned. */
  readonly firstLoss: number;
  /** Steps that were counted. */
  readonly steps: number;
}

/**
 * Adds the gradient of the loss to the policy's parameters. Chunks in which nothing counts have no part in the mean. With `chunk`,
 * each chunk's gradient is computed before the next begins, so that one chunk's activations are held at a time.
 */
export function backwardSequences(policy: SequencePolicy, batch: SequenceBatch, options: PassOptions): Pass {
  return scope(() => {
    const { chunk, blankStart, share } = options;
    // Of all sequences, also those of other processes: each has its part of one mean.
    const counts = chunkCounts(batch.counted, chunk);
    const ends = lengths(batch);
    const chunks = counts.filter((count) => count > 0).length;
    const first = counts.findIndex((count) => count > 0);
    const own = distributed.shareOf(batch.counted.size(0), share);
    let rows = Array.from({ length: own.count }, (_, row) => own.start + row);
    let memory = policy.start(rows.length);
    let [loss, firstLoss] = [0, first < 0 ? Number.NaN : 0];
    const held: Tensor[] = [];
    const end = Math.max(...rows.map((row) => ends[row]!));
    let at = -1;
    for (const part of chunksOf(batch, chunk, { blankStart, end })) {
      at++;
      const left = rows.filter((row) => ends[row]! > at * chunk);
      const count = counts[at]!;
      // Sequences that have ended are left out of what follows.
      const isSame = left.length === rows.length;
      const stay = left.map((row) => rows.indexOf(row));
      rows = left;
      memory = scope(() => {
        const { steps, actions, counted } = rowsOf(part, rows);
        const decision = policy.forward(
          steps,
          isSame ? memory : selected(memory, indices(stay, batch.counted)),
        );
        const after = options.gradient === "chunk" ? detached(decision.memory) : decision.memory;
        if (count === 0) return after;
        const mean = meanLoss(decision.actions.logProb(actions), counted, count);
        if (at === first) firstLoss = mean.item();
        const term = mean.div(chunks);
        loss += term.item();
        if (options.gradient === "chunk") term.backward();
        else held.push(term.keep());
        return after;
      });
    }
    if (held.length > 0) held.reduce((sum, term) => sum.add(term)).backward();
    for (const term of held) term.dispose();
    return { loss, firstLoss, steps: counts.reduce((sum, count) => sum + count, 0) };
  });
}

/** Counted steps of each chunk. @param counted bool [B, T] */
function chunkCounts(counted: Tensor, chunk: number): number[] {
  return scope(() => {
    const perStep = counted.sum({ dim: 0 }).to("cpu").toTypedArray() as BigInt64Array;
    const counts: number[] = [];
    for (let from = 0; from < perStep.length; from += chunk)
      counts.push(Number(perStep.subarray(from, from + chunk).reduce((sum, count) => sum + count, 0n)));
    return counts;
  });
}

/** Steps of each sequence, without its padding. */
function lengths({ episodes }: SequenceBatch): number[] {
  return scope(() =>
    Array.from(episodes.ge(0).sum({ dim: 1 }).to("cpu").toTypedArray() as BigInt64Array, Number),
  );
}

const indices = (rows: readonly number[], { device }: Tensor): Tensor =>
  fromTypedArray(BigInt64Array.from(rows, BigInt), [rows.length]).to(device);

/** Some sequences of a chunk. */
function rowsOf(chunk: Chunk, rows: readonly number[]): Chunk {
  if (rows.length === chunk.counted.size(0)) return chunk;
  const wanted = indices(rows, chunk.counted);
  const take = (tensor: Tensor): Tensor => tensor.indexSelect(0, wanted);
  return {
    steps: mapSteps(chunk.steps, take),
    actions: take(chunk.actions),
    counted: take(chunk.counted),
  };
}

function meanLoss(logProbs: Tensor, counted: Tensor, count: number): Tensor {
  // Padding is left out, not multiplied by 0: whatever a policy makes of it is not looked at.
  return logProbs.maskedFill(counted.logicalNot(), 0).sum().div(-count);
}
