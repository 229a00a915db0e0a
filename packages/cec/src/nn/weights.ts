// The weights that CEC's nets begin with.
import { type Generator, nn, noGrad, scope, type Tensor } from "@throughline/torch";

/** Options of a random initialisation. */
interface Drawn {
  readonly generator?: Generator;
}

/**
 * Fills a weight so that the row of each output has the length `norm`: directions are those of the engine's usual initialisation. The "fan-in"
 * initialisation of Video PreTraining (Baker et al. 2022).
 * @param weight [outputs, ...] @param norm L2 norm of each output's weights
 */
export function rowsOfNorm_(weight: Tensor, norm: number, { generator }: Drawn = {}): void {
  nn.init.kaimingUniform_(weight, { a: Math.sqrt(5), generator });
  scope(() =>
    noGrad(() => {
      const lengths = weight.flatten(1).square().sum({ dim: 1 }).sqrt();
      const ones = weight.shape.slice(1).map(() => 1);
      weight.mul_(
        lengths
          .reciprocal()
          .mul(norm)
          .reshape([-1, ...ones]),
      );
    }),
  );
}

/** `rowsOfNorm_` of a layer's weight, with the biases 0. */
export function fanIn(layer: nn.Linear | nn.Conv2d, norm: number, drawn: Drawn): void {
  rowsOfNorm_(layer.weight, norm, drawn);
  if (layer.bias !== null) nn.init.zeros_(layer.bias);
}

/** A linear layer with orthogonal weights, of gain √2 unless another is given, and biases 0. */
export function orthogonalLinear(from: number, to: number, drawn: Drawn, gain = Math.SQRT2): nn.Linear {
  const layer = new nn.Linear(from, to);
  nn.init.orthogonal_(layer.weight, { gain, generator: drawn.generator });
  nn.init.zeros_(layer.bias!);
  return layer;
}

/** The engine's usual initialisation of a layer, drawn from a generator. */
export function fillUsual(layer: nn.Linear | nn.Conv2d, { generator }: Drawn): void {
  nn.init.kaimingUniform_(layer.weight, { a: Math.sqrt(5), generator });
  const bound = 1 / Math.sqrt(layer.weight.numel / layer.weight.size(0));
  if (layer.bias !== null) nn.init.uniform_(layer.bias, { a: -bound, b: bound, generator });
}
