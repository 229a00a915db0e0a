// The net of a run, as it is exported.
import type { RunNetwork } from "@throughline/lab";
import { zeros } from "@throughline/torch";
import { DigitNet } from "../../digits/net.js";

/** Scores of each digit, [batch, 10], of images uint8 [batch, 1, 28, 28]. */
export function digitNetwork(): RunNetwork {
  return {
    object: "net",
    // Dropout has no weights and does nothing outside of training, so the plain net is the same.
    module: new DigitNet(),
    inputs: [zeros([2, 1, 28, 28], { dtype: "uint8" })],
    options: { inputNames: ["images"], outputNames: ["scores"], dynamicAxes: { images: { 0: "batch" } } },
  };
}
