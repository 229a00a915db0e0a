// Embedding of a pixel's position: a learned linear map of its coordinates.
import { linspace, nn, scope, stack, type Tensor } from "@throughline/torch";

/**
 * The coordinates [r, c, 1 − r, 1 − c] of every pixel, r and c evenly spaced on [0, 1] over rows and columns.
 * @returns [height, width, 4], float32.
 */
export function coordinateGrid(height: number, width: number): Tensor {
  return scope(() => {
    const row = linspace(0, 1, height).unsqueeze(1).expand([height, width]);
    const column = linspace(0, 1, width).unsqueeze(0).expand([height, width]);
    return stack([row, column, row.rsub(1), column.rsub(1)], -1);
  });
}

/**
 * pos = grid · Wᵀ + b, [1, height, width, dim]: an affine map of the coordinates, so that averages of it are affine in
 * the centre of mass. The grid is no part of the state dict, as in the authors' code.
 */
export class PositionEmbedding extends nn.Module<[]> {
  embedding: nn.Linear;
  grid: nn.Buffer;

  constructor(height: number, width: number, dim: number) {
    super();
    this.embedding = new nn.Linear(4, dim);
    this.grid = scope(() => new nn.Buffer(coordinateGrid(height, width).unsqueeze(0), { persistent: false }));
  }

  override forward(): Tensor {
    return this.embedding.forward(this.grid);
  }
}
