// Initialisation of vanilla nets.
import { eye, type Generator, nn, noGrad, scope, type Tensor } from "@throughline/torch";
import { anyNumber, atLeast, checkOptions, oneOf, optional, type Rules } from "@throughline/torch/checks";
import { aGenerator, givenTensor } from "../arguments.js";

/** Initialisation of a vanilla net's weights; the defaults are the released code's. */
export interface Initialisation {
  /**
   * W_hh: `gaussian` (default), N(0, g² / N); `orthogonal`, g times a Haar-random orthogonal matrix; `identity`, g times the
   * identity (Le et al. 2015).
   */
  readonly init?: "gaussian" | "orthogonal" | "identity";
  /** g. Default 1. */
  readonly gain?: number;
  /** W_ih is N(0, this²). Default 1. */
  readonly inputScale?: number;
  /** b is uniform on [0, this). Default 0.1. */
  readonly biasScale?: number;
  /** Default: libtorch's own. */
  readonly generator?: Generator;
}

export const initialisationRules: Rules<Initialisation> = {
  init: optional(oneOf(["gaussian", "orthogonal", "identity"], "gaussian")),
  gain: optional(anyNumber(1)),
  inputScale: optional(atLeast(0, 1)),
  biasScale: optional(atLeast(0, 0.1)),
  generator: aGenerator,
};

/** The parameters in question. */
interface Weights {
  readonly weight_ih: Tensor;
  readonly weight_hh: Tensor;
  readonly bias_ih: Tensor;
}

/** Draws all weights anew, W_hh first, then W_ih and b. */
export function initialise(cell: Weights, options: Initialisation = {}): void {
  const {
    init = "gaussian",
    gain = 1,
    inputScale = 1,
    biasScale = 0.1,
    generator,
  } = checkOptions("initialise", initialisationRules, options);
  const weight = givenTensor("initialise: weight_hh", cell?.weight_hh);
  const units = weight.size(0);
  scope(() =>
    noGrad(() => {
      if (init === "gaussian") nn.init.normal_(weight, { std: gain / Math.sqrt(units), generator });
      else if (init === "orthogonal") nn.init.orthogonal_(weight, { gain, generator });
      else weight.copy_(eye(units, { dtype: weight.dtype, device: weight.device }).mul(gain));
      nn.init.normal_(cell.weight_ih, { std: inputScale, generator });
      nn.init.uniform_(cell.bias_ih, { a: 0, b: biasScale, generator });
    }),
  );
}
