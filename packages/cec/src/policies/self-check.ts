// Check that a policy decides the same in one pass, in chunks and step by step: each evaluation rests on it.
import { cat, dispose, Generator, noGrad, scope, type Tensor } from "@throughline/torch";
import { CecError } from "../errors.js";
import type { ActionDistribution, Memory, SequencePolicy, Steps } from "./sequence-policy.js";
import { mapSteps, repeated, windowOf } from "./steps.js";

/** Options of `selfCheck`. */
export interface SelfCheckOptions {
  /** Largest difference that is accepted, in log-probability, relative to 1 + its size. Default 1e-4: a hundred times float32's rounding. */
  readonly tolerance?: number;
  /** Steps of a chunk. Default: a fifth of all, and one. */
  readonly chunk?: number;
}

/** The largest differences from one pass, in log-probability, relative to 1 + its size. */
export interface SelfCheck {
  readonly inChunks: number;
  readonly stepByStep: number;
  /** Steps that were compared, and steps of a chunk. */
  readonly steps: number;
  readonly chunk: number;
}

/** Sets of actions whose probabilities are compared. */
const DRAWS = 4;

/**
 * Decides the same steps in one pass, in chunks and step by step, in evaluation mode, and compares the log-probabilities of actions: those that
 * came before, and some that the policy itself draws. The steps of at most two sequences are taken, and repeated until they go beyond the
 * policy's window.
 * @throws CecError `cec/self-check` if the ways differ by more than the tolerance, or if a probability is not a number
 */
export function selfCheck(policy: SequencePolicy, steps: Steps, options: SelfCheckOptions = {}): SelfCheck {
  return scope(() => noGrad(() => policy.evaluating(() => compare(policy, steps, options))));
}

function compare(policy: SequencePolicy, given: Steps, options: SelfCheckOptions): SelfCheck {
  const { tolerance = 1e-4 } = options;
  const few = mapSteps(given, (tensor) => tensor.narrow(0, 0, Math.min(2, tensor.size(0))));
  const length = few.times.size(1);
  const needed = policy.window === undefined ? length : policy.window + 2;
  const steps = needed > length ? repeated(few, Math.ceil(needed / length)) : few;
  const total = steps.times.size(1);
  const chunk = options.chunk ?? Math.floor(total / 5) + 1;

  const whole = policy.forward(steps, policy.start(few.times.size(0))).actions;
  if (!whole.logProb(steps.previous.actions).isfinite().all().item())
    throw new CecError("self-check", "the policy gives log-probabilities that are not finite");
  const actions = [steps.previous.actions, ...drawn(whole)];
  const expected = probabilities(whole, actions);
  const apart = (size: number): number => {
    const found = inParts(policy, steps, actions, size);
    return found.sub(expected).abs().div(expected.abs().add(1)).max().item();
  };
  const [inChunks, stepByStep] = [apart(chunk), apart(1)];
  for (const [way, difference] of [
    [`in chunks of ${chunk}`, inChunks],
    ["step by step", stepByStep],
  ] as const) {
    if (difference <= tolerance) continue;
    throw new CecError(
      "self-check",
      `the policy decides differently ${way} than in one pass: log-probabilities of ${total} steps differ by ${difference.toPrecision(2)}, accepted: ${tolerance}`,
    );
  }
  return { inChunks, stepByStep, steps: total, chunk };
}

function drawn(distribution: ActionDistribution): Tensor[] {
  const generator = Generator.create({ seed: 1 });
  try {
    return Array.from({ length: DRAWS }, () => distribution.sample(generator));
  } finally {
    generator.dispose();
  }
}

/** [sets of actions, B, T] */
function probabilities(distribution: ActionDistribution, actions: readonly Tensor[]): Tensor {
  return cat(
    actions.map((set) => distribution.logProb(set).unsqueeze(0)),
    0,
  );
}

function inParts(policy: SequencePolicy, steps: Steps, actions: readonly Tensor[], size: number): Tensor {
  const [batch, total] = steps.times.shape as [number, number];
  let memory: Memory = policy.start(batch);
  const parts: Tensor[] = [];
  for (let from = 0; from < total; from += size) {
    const to = Math.min(total, from + size);
    const [part, after] = scope(() => {
      const decision = policy.forward(windowOf(steps, from, to), memory);
      const own = actions.map((set) => set.narrow(1, from, to - from));
      return [probabilities(decision.actions, own), decision.memory] as const;
    });
    parts.push(part);
    dispose(memory.filter((tensor) => !after.includes(tensor)));
    memory = after;
  }
  return cat(parts, 2);
}
