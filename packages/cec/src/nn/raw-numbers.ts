// Numbers as features of themselves.
import { nn, type Tensor } from "@throughline/torch";

/** Passes numbers on: how CEC sees a robot's own state. */
export class RawNumbers extends nn.Module {
  readonly features: number;

  constructor(features: number) {
    super();
    this.features = features;
  }

  /** @param numbers [N, features] */
  override forward(numbers: Tensor): Tensor {
    return numbers;
  }
}
