// flossing::recurrent_scan, typed.
import type { Tensor } from "@throughline/torch";
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { operators } from "./library.js";

/** Arguments of a scan of `nets` nets with `units` units each; gates as in PyTorch (GRU r, z, n; LSTM i, f, g, o). */
export interface ScanWeights {
  /** [nets, gates · units, features] */
  readonly weightIh: Tensor;
  /** [nets, gates · units, units] */
  readonly weightHh: Tensor;
  /** [nets, gates · units] */
  readonly biasIh?: Tensor | null;
  /** [nets, gates · units] */
  readonly biasHh?: Tensor | null;
}

/** Options of `recurrentScan`. */
export interface ScanOptions {
  /** δ in (0, 1] of `pre` and `post` cells; default 1, no leak. */
  readonly leak?: number;
  /** φ of `pre` and `post` cells; default `tanh`. */
  readonly activation?: "tanh" | "relu" | "identity";
  /** [time, nets, batch, gates · units], added to what comes from the inputs. Its gradient is that of each state's drive. */
  readonly drive?: Tensor;
  /** Use one ATen operator after another instead of the kernel, as other devices than the CPU do. Default false. */
  readonly reference?: boolean;
}

const weightNames: OptionNames<ScanWeights> = { weightIh: true, weightHh: true, biasIh: true, biasHh: true };
const names: OptionNames<ScanOptions> = { leak: true, activation: true, drive: true, reference: true };

/**
 * The states of recurrent nets over time, with d_t = W_ih s_t + b_ih (+ drive_t):
 *
 * - `pre`: x_t = (1 − δ) x_{t−1} + δ (W_hh φ(x_{t−1}) + b_hh + d_t)
 * - `post`: h_t = (1 − δ) h_{t−1} + δ φ(W_hh h_{t−1} + b_hh + d_t)
 * - `gru`, `lstm`: PyTorch's equations; an LSTM's state is h and c side by side
 *
 * One call for all steps, several nets and sequences at once on the CPU's threads; differentiable once, with respect to
 * every tensor. Numbers below the normal range of the dtype count as 0.
 *
 * @param inputs [time, nets, batch, features], float32 or float64
 * @param state [nets, batch, size] before the first step
 * @returns [time, nets, batch, size], the states after each step
 * @throws TorchError if sizes, dtypes or devices do not fit together
 */
export function recurrentScan(
  cell: "pre" | "post" | "gru" | "lstm",
  inputs: Tensor,
  weights: ScanWeights,
  state: Tensor,
  options: ScanOptions = {},
): Tensor {
  const {
    weightIh,
    weightHh,
    biasIh = null,
    biasHh = null,
  } = knownOptions("recurrentScan: weights", weightNames, weights);
  const {
    leak = 1,
    activation = "tanh",
    drive = null,
    reference = false,
  } = knownOptions("recurrentScan", names, options);
  const { recurrentScan: scan, recurrentScanReference } = operators();
  const operator = (reference ? recurrentScanReference : scan)!;
  return operator(cell, inputs, weightIh, weightHh, biasIh, biasHh, state, drive, leak, activation) as Tensor;
}
