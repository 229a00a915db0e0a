// Interface of a recurrent net for spectra, scans and flossing.
import type { nn, Tensor } from "@throughline/torch";

/** One step of a recurrent net whose state is one tensor: the part of `nn.RecurrentCell` that a net of your own needs. */
export interface RecurrentCell extends Pick<nn.RecurrentCell, "inputSize" | "step"> {
  /** Features of an input. */
  readonly inputSize: number;
  /** Numbers in a state; an LSTM's is its hidden and its cell state side by side, 2N. */
  readonly stateSize: number;
  /**
   * The next state [B, N] from an input [B, F] and a state [B, N]. Rows must not
   * influence each other, and the operators used must have forward-mode derivatives.
   */
  step(input: Tensor, state: Tensor): Tensor;
}
