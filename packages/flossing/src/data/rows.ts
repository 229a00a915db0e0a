// Steps of sequences as rows, those that count.
import { arange, scope, type Tensor } from "@throughline/torch";
import type { Question, Sequences } from "./sequences.js";
import { wholeTensor } from "./whole.js";

/** Mask of the steps that lie within a sequence: [sequences, time], bool. */
export function within(lengths: readonly number[], time: number): Tensor {
  return scope(() => {
    return arange(time).unsqueeze(0).lt(wholeTensor(lengths).unsqueeze(1));
  });
}

/** The inputs of all steps that lie within a sequence: [rows, features]. */
export function inputRows({ inputs, lengths }: Sequences): Tensor {
  return scope(() => chosenRows(inputs, within(lengths, inputs.size(1))));
}

/** All answers that count: [rows, outputs]. */
export function targetRows({ inputs, targets, lengths, counts }: Sequences, { answer }: Question): Tensor {
  return scope(() => {
    if (answer === "last") return targets.reshape([lengths.length, -1]);
    const flat = targets.reshape([lengths.length, inputs.size(1), -1]);
    return chosenRows(flat, counts ?? within(lengths, inputs.size(1)));
  });
}

function chosenRows(values: Tensor, mask: Tensor): Tensor {
  const features = values.size(2);
  return values.maskedSelect(mask.unsqueeze(-1)).view([-1, features]);
}
