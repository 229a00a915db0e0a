// States one step earlier.
import { cat, type Tensor } from "@throughline/torch";

/** [time, batch, size]: the state before each step, from the one before the first and those after each. */
export function previousStates(state: Tensor, states: Tensor): Tensor {
  return cat([state.unsqueeze(0), states.narrow(0, 0, states.size(0) - 1)], 0);
}
