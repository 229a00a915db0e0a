// Share of a late loss's gradient that arrives at earlier states.
import { enableGrad, Generator, grad, randn, scope, type Tensor } from "@throughline/torch";
import type { RecurrentCell } from "../cells/cell.js";
import { isFused } from "../cells/fused.js";

/**
 * ‖∂L/∂h_{T−lag}‖ / ‖∂L/∂h_T‖ for the lags 0 … `longest`, of each sequence: [lag][sequence]. The gradient goes back step by step
 * through `step` alone, so that any cell will do; 0 / 0 counts as 0.
 */
export function gradientNorms(
  cell: RecurrentCell,
  inputs: Tensor,
  start: Tensor,
  longest: number,
  loss: ((last: Tensor) => Tensor) | undefined,
): number[][] {
  const steps = inputs.size(0);
  return scope(() => {
    const before = settled(cell, inputs.narrow(0, 0, steps - longest), start);
    const states = enableGrad(() => {
      const all = [before.detach().requiresGrad_()];
      for (const input of inputs.narrow(0, steps - longest, longest).unbind(0)) {
        all.push(cell.step(input, all.at(-1)!));
      }
      return all;
    });
    const last = states.at(-1)!;
    const value = enableGrad(() => (loss === undefined ? projection(last) : loss(last)));
    const gradients = grad(value, states).reverse();
    const norms = gradients.map(
      (gradient) => gradient.to("float64").square().sum({ dim: 1 }).sqrt().toArray() as number[],
    );
    return norms.map((row) => row.map((norm, i) => (norm === 0 ? 0 : norm / norms[0]![i]!)));
  });
}

/** The state after the inputs; there may be none. */
function settled(cell: RecurrentCell, inputs: Tensor, start: Tensor): Tensor {
  const steps = inputs.size(0);
  if (steps === 0) return start;
  if (isFused(cell)) return cell.scan(inputs, start).select(0, steps - 1);
  return inputs.unbind(0).reduce((state, input) => cell.step(input, state), start);
}

/** Σ u · h over the sequences, u a random direction that is always the same. */
function projection(last: Tensor): Tensor {
  const { dtype, device } = last;
  using generator = Generator.create({ seed: 1 });
  const direction = randn([last.size(1)], { dtype: "float64", generator }).to({ dtype, device });
  return last.matmul(direction).sum();
}
