// PyTorch's GRU cell, fused.
import { cat, nn, scope, type Tensor } from "@throughline/torch";
import { checkOptions, wholeNumber } from "@throughline/torch/checks";
import type { JacobianFactors } from "../kernels/tangent-scan.js";
import { checkSequence } from "./check.js";
import type { FusedCell } from "./fused.js";
import { type GatedKernels, type GatedOptions, gatedRules, gatedScan } from "./gated.js";
import { previousStates } from "./previous.js";

type Three = [Tensor, Tensor, Tensor];

/** `nn.GRUCell` with its states over time and its Jacobians in the kernels. */
export class GruCell extends nn.GRUCell implements FusedCell {
  /** @throws TorchError for sizes that are no counts, and for options that are not accepted */
  constructor(inputSize: number, hiddenSize: number, options: GatedOptions = {}) {
    super(
      wholeNumber("GruCell: inputSize", inputSize, 1),
      wholeNumber("GruCell: hiddenSize", hiddenSize, 1),
      checkOptions("GruCell", gatedRules, options),
    );
  }

  scan(inputs: Tensor, state: Tensor, options: { readonly drive?: Tensor } = {}): Tensor {
    return gruKernels.scan(this, inputs, state, options);
  }

  jacobians(inputs: Tensor, state: Tensor, states: Tensor): JacobianFactors {
    return gruKernels.jacobians(this, inputs, state, states);
  }
}

/** A GRU's states over time and its Jacobians. */
export const gruKernels: GatedKernels = {
  scan(cell, inputs, state, options) {
    return gatedScan("gru", cell, inputs, state, options);
  },

  /**
   * D = diag(z) + diag((h − n) z (1 − z)) U_z + diag((1 − z)(1 − n²)) [diag(r) U_n + diag(u r (1 − r)) U_r] with
   * u = U_n h + c_n (specification 2.6).
   */
  jacobians(cell, inputs, state, states) {
    checkSequence(cell.constructor.name, cell, inputs, state);
    return scope(() => {
      const previous = previousStates(state, states);
      const linear = nn.functional.linear;
      const [dr, dz, dn] = linear(inputs, cell.weight_ih, cell.bias_ih ?? undefined).chunk(3, -1) as Three;
      const [ur, uz, un] = linear(previous, cell.weight_hh, cell.bias_hh ?? undefined).chunk(3, -1) as Three;
      const r = dr.add(ur).sigmoid();
      const z = dz.add(uz).sigmoid();
      const n = dn.add(r.mul(un)).tanh();
      const inside = z.rsub(1).mul(n.square().rsub(1));
      const left = [
        inside.mul(un).mul(r).mul(r.rsub(1)),
        previous.sub(n).mul(z).mul(z.rsub(1)),
        inside.mul(r),
      ];
      return {
        kind: "gated",
        weight: cell.weight_hh.unsqueeze(0),
        left: cat(left, -1).unsqueeze(1),
        direct: z.unsqueeze(1),
      };
    });
  },
};
