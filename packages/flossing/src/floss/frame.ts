// Initial tangent vectors.
import { Generator, linalg, randn, scope, type Tensor } from "@throughline/torch";
import { checkOptions, oneOf, optional, type Rules, whole, wholeNumber } from "@throughline/torch/checks";
import { aGenerator, aText } from "../arguments.js";

/** Options of `orthonormalFrame`. */
export interface FrameOptions {
  readonly batch?: number;
  readonly dtype?: "float32" | "float64";
  readonly device?: string;
  /** Default: a stream of its own that starts from 1, so that every frame of a size is the same. */
  readonly generator?: Generator;
}

const rules: Rules<FrameOptions> = {
  batch: optional(whole(1, 1)),
  dtype: optional(oneOf(["float32", "float64"], "float32")),
  device: aText,
  generator: aGenerator,
};

/**
 * [batch, vectors, size] with orthonormal rows: Qᵀ of a Gaussian random matrix. Which frame it is does not matter for long
 * trajectories; over few steps the exponents depend on it, so use one frame for what is to be compared.
 */
export function orthonormalFrame(size: number, vectors: number, options: FrameOptions = {}): Tensor {
  const {
    batch = 1,
    dtype = "float32",
    device,
    generator,
  } = checkOptions("orthonormalFrame", rules, options);
  wholeNumber("orthonormalFrame: size", size, 1);
  wholeNumber("orthonormalFrame: vectors", vectors, 1, size);
  return scope(() => {
    const own = generator ?? Generator.create({ seed: 1 });
    // Drawn on the CPU in float64, so that a frame is the same on every device and in every dtype, up to rounding.
    const { Q } = linalg.qr(randn([batch, size, vectors], { dtype: "float64", generator: own }));
    if (generator === undefined) own.dispose();
    return Q.mT.to({ dtype, device }).contiguous();
  });
}
