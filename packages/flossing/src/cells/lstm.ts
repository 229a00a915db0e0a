// PyTorch's LSTM cell, fused. Its state is h and c side by side.
import { cat, nn, scope, type Tensor } from "@throughline/torch";
import { checkOptions, wholeNumber } from "@throughline/torch/checks";
import type { JacobianFactors } from "../kernels/tangent-scan.js";
import { checkSequence } from "./check.js";
import type { FusedCell } from "./fused.js";
import { type GatedKernels, type GatedOptions, gatedRules, gatedScan } from "./gated.js";
import { previousStates } from "./previous.js";

type Two = [Tensor, Tensor];
type Four = [Tensor, Tensor, Tensor, Tensor];

/** `nn.LSTMCell` with its states over time and its Jacobians in the kernels; a state is [batch, 2 · hiddenSize], h then c. */
export class LstmCell extends nn.LSTMCell implements FusedCell {
  /** @throws TorchError for sizes that are no counts, and for options that are not accepted */
  constructor(inputSize: number, hiddenSize: number, options: GatedOptions = {}) {
    super(
      wholeNumber("LstmCell: inputSize", inputSize, 1),
      wholeNumber("LstmCell: hiddenSize", hiddenSize, 1),
      checkOptions("LstmCell", gatedRules, options),
    );
  }

  scan(inputs: Tensor, state: Tensor, options: { readonly drive?: Tensor } = {}): Tensor {
    return lstmKernels.scan(this, inputs, state, options);
  }

  jacobians(inputs: Tensor, state: Tensor, states: Tensor): JacobianFactors {
    return lstmKernels.jacobians(this, inputs, state, states);
  }
}

/** An LSTM's states over time and its Jacobians. */
export const lstmKernels: GatedKernels = {
  scan(cell, inputs, state, options) {
    return gatedScan("lstm", cell, inputs, state, options);
  },

  /**
   * ∂c′/∂c = diag(f), ∂c′/∂h = diag(c f (1 − f)) U_f + diag(g i (1 − i)) U_i + diag(i (1 − g²)) U_g;
   * ∂h′/∂· = diag(o (1 − tanh² c′)) ∂c′/∂·, and for h also + diag(tanh c′ o (1 − o)) U_o (specification 2.6).
   */
  jacobians(cell, inputs, state, states) {
    checkSequence(cell.constructor.name, cell, inputs, state);
    return scope(() => {
      const [h, c] = previousStates(state, states).chunk(2, -1) as Two;
      const [, after] = states.chunk(2, -1) as Two;
      const linear = nn.functional.linear;
      const sums = linear(inputs, cell.weight_ih, cell.bias_ih ?? undefined).add(
        linear(h, cell.weight_hh, cell.bias_hh ?? undefined),
      );
      const [si, sf, sg, so] = sums.chunk(4, -1) as Four;
      const [i, f, g, o] = [si.sigmoid(), sf.sigmoid(), sg.tanh(), so.sigmoid()];
      const slope = (gate: Tensor): Tensor => gate.mul(gate.rsub(1));
      const active = after.tanh();
      const left = [g.mul(slope(i)), c.mul(slope(f)), i.mul(g.square().rsub(1)), active.mul(slope(o))];
      return {
        kind: "lstm",
        weight: cell.weight_hh.unsqueeze(0),
        left: cat(left, -1).unsqueeze(1),
        direct: f.unsqueeze(1),
        extra: o.mul(active.square().rsub(1)).unsqueeze(1),
      };
    });
  },
};
