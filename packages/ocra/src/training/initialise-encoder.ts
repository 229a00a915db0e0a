// Initialisation of the encoder's convolutions.
import { nn, noGrad } from "@throughline/torch";
import type { SlotEncoder } from "../slots/encoder.js";
import type { Initialisation } from "./settings.js";

/**
 * Starts the encoder's convolutions anew. With PyTorch's default (variance 1 / (3 · fan in)) each layer with its ReLU passes
 * on √(1/6) of what it gets, so that four of them leave 3 % of the ink beside a position embedding of about 1.
 */
export function initialiseEncoder({ encoder_cnn }: SlotEncoder, how: Initialisation): void {
  if (how === "pytorch") return;
  noGrad(() => {
    for (const { weight, bias } of encoder_cnn.convs) {
      nn.init.kaimingNormal_(weight, { nonlinearity: "relu" });
      nn.init.zeros_(bias!);
    }
  });
}
