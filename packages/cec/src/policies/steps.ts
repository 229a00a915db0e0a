// Parts and repetitions of steps.
import { cat, type Tensor } from "@throughline/torch";
import type { Steps } from "./sequence-policy.js";

/** Steps `from` up to but not `to` of every sequence: views, nothing is copied. */
export function windowOf(steps: Steps, from: number, to: number): Steps {
  return mapSteps(steps, (tensor) => tensor.narrow(1, from, to - from));
}

/** The steps so many times one after the other. */
export function repeated(steps: Steps, times: number): Steps {
  return mapSteps(steps, (tensor) => cat(Array<Tensor>(times).fill(tensor), 1));
}

/** The steps with every tensor changed. */
export function mapSteps(steps: Steps, change: (tensor: Tensor) => Tensor): Steps {
  const { observations, previous, times, returnsToGo } = steps;
  return {
    observations: Object.fromEntries(
      Object.entries(observations).map(([key, value]) => [key, change(value)]),
    ),
    previous: {
      actions: change(previous.actions),
      rewards: change(previous.rewards),
      ends: change(previous.ends),
    },
    times: change(times),
    ...(returnsToGo !== undefined && { returnsToGo: change(returnsToGo) }),
  };
}
