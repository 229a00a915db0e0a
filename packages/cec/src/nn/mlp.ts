// Linear layers with ReLU between them, under the names that the authors' heads have.
import { type Generator, nn, scope, type Tensor } from "@throughline/torch";
import { linear } from "./linear.js";
import { orthogonalLinear } from "./weights.js";

/**
 * Linear, ReLU, …, Linear. Weights are orthogonal, of gain √2 but for the last layer's; biases are 0. The state dict counts the layers
 * in threes ("0", "3", "6"): the authors have a norm, here none, and an activation after each.
 */
export class Mlp extends nn.Module {
  readonly layers: readonly nn.Linear[];

  /** @param widths of the input, of each hidden layer and of the output @param options `gain` of the last layer: default √2 */
  constructor(
    widths: readonly number[],
    options: { readonly gain?: number; readonly generator?: Generator } = {},
  ) {
    super();
    this.layers = widths
      .slice(1)
      .map((to, at) =>
        orthogonalLinear(widths[at]!, to, options, at === widths.length - 2 ? options.gain : undefined),
      );
  }

  override members(): nn.Member[] {
    return this.layers.map((layer, at) => [String(3 * at), layer]);
  }

  /** @param x [..., first of the widths] @returns [..., last of the widths] */
  override forward(x: Tensor): Tensor {
    return scope(() => {
      let y = x;
      const last = this.layers.length - 1;
      for (const [at, layer] of this.layers.entries()) y = linear(layer, y, { relu: at < last });
      return y;
    });
  }
}
