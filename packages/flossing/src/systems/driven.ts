// Recurrent nets driven by a sequence of inputs: their conditional exponents along the driven trajectory.
import { cat, type Tensor } from "@throughline/torch";
import { checkOptions, oneOf, type Rules } from "@throughline/torch/checks";
import { checkCell, givenTensor, returnedTensor } from "../arguments.js";
import type { RecurrentCell } from "../cells/cell.js";
import { type Coordinates, isFused } from "../cells/fused.js";
import { fusedSteps } from "./fused.js";
import { map } from "./map.js";
import { refuse } from "./refuse.js";
import type { FloatType, System } from "./system.js";

/** Options of `driven`. */
export interface DrivenOptions {
  /** Behaviour after the last input: an error (the default), or the first one again. */
  readonly repeat?: "error" | "cycle";
  /** Coordinates of tangent vectors, where a cell leaves the choice; see `Coordinates`. Default `state`. */
  readonly coordinates?: Coordinates;
}

const rules: Rules<Required<DrivenOptions>> = {
  repeat: oneOf(["error", "cycle"], "error"),
  coordinates: oneOf(["state", "rate"], "state"),
};

/**
 * A recurrent net under given inputs: h(t+1) = cell.step(inputs[t], h(t)), whose exponents, in nats per step, are the
 * conditional ones of the input-driven trajectory. Cells that the kernels know run there; of others only `step` is needed.
 * @param inputs [T, inputSize] for all members of a batch alike, or [T, batch, inputSize] for each its own; of the cell's
 * dtype and device, which states share.
 * @throws TorchError if inputs do not fit the cell.
 */
export function driven(cell: RecurrentCell, inputs: Tensor, options: DrivenOptions = {}): System {
  checkCell("driven", cell);
  const { repeat, coordinates } = checkOptions("driven", rules, options);
  const { shape, dtype } = givenTensor("driven: inputs", inputs);
  const length = shape[0] ?? 0;
  if ((shape.length !== 2 && shape.length !== 3) || shape.at(-1) !== cell.inputSize || length === 0) {
    throw refuse(
      "driven",
      `inputs are [${shape}]; give [time, ${cell.inputSize}] or [time, batch, ${cell.inputSize}]`,
    );
  }
  if (dtype !== "float32" && dtype !== "float64") {
    throw refuse("driven", `inputs are ${dtype}; give float32 or float64, as the cell's weights are`);
  }
  const ended = (t: number): never => {
    throw refuse(
      "driven",
      `there are ${length} inputs, and step ${t} needs one more; set repeat: "cycle" to start over`,
    );
  };
  const system = map({
    dimension: cell.stateSize,
    dtype: dtype satisfies FloatType,
    device: inputs.device,
    ...(repeat === "error" && { length }),
    step: (state, _t, input) =>
      returnedTensor(
        "driven: the cell's step",
        cell.step(input!.expand([state.shape[0]!, cell.inputSize]), state),
      ),
    parameters: (t) => {
      if (repeat === "error" && t >= length) ended(t);
      const input = inputs.select(0, t % length);
      return [shape.length === 2 ? input.unsqueeze(0) : input];
    },
  });
  const sequence = shape.length === 2 ? inputs.unsqueeze(1) : inputs;
  const inputsOf = (from: number, steps: number): Tensor => {
    if (repeat === "error" && from + steps > length) ended(length);
    return window(sequence, from % length, steps);
  };
  return {
    ...system,
    ...(shape.length === 3 && shape[1] !== 1 && { batch: shape[1]! }),
    ...(isFused(cell) && fusedSteps(cell, inputsOf, coordinates)),
  };
}

/** `steps` inputs from `from` on, from the beginning again where they end. */
function window(inputs: Tensor, from: number, steps: number): Tensor {
  const length = inputs.size(0);
  if (from + steps <= length) return inputs.narrow(0, from, steps);
  const parts: Tensor[] = [];
  for (let at = from, left = steps; left > 0; at = 0) {
    const some = Math.min(left, length - at);
    parts.push(inputs.narrow(0, at, some));
    left -= some;
  }
  return cat(parts, 0);
}
