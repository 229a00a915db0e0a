// Unordered pairs of objects.
import { cat, scope, type Tensor, triuIndices } from "@throughline/torch";

/** Objects by pairs (i, j), i ≤ j, in the order (0, 0), (0, 1) … (0, K − 1), (1, 1) …: K (K + 1) / 2 of them. */
export interface Pairs {
  /** [P], int64. */
  readonly first: Tensor;
  /** [P], int64. */
  readonly second: Tensor;
}

/** The pairs of `count` objects, each with itself included. */
export function pairsOf(count: number, device: string): Pairs {
  return scope(() => {
    const [first, second] = triuIndices(count, count, { device }).unbind(0) as [Tensor, Tensor];
    return { first, second };
  });
}

/** The entries (i, j) of matrices [B, K, K] → [B, P]. */
export function entriesOf(matrices: Tensor, { first, second }: Pairs): Tensor {
  return scope(() => matrices.flatten(1).indexSelect(1, first.mul(matrices.size(-1)).add(second)));
}

/** xᵢ + xⱼ of vectors [B, K, D] → [B, P, D]. */
export function sumsOf(x: Tensor, { first, second }: Pairs): Tensor {
  return scope(() => x.indexSelect(1, first).add(x.indexSelect(1, second)));
}

/** [xᵢ, xⱼ] side by side for all i and j: [B, K, D] → [B, K, K, 2D]. */
export function allPairs(x: Tensor): Tensor {
  const [batch, count, dim] = x.shape as [number, number, number];
  return scope(() => {
    const shape = [batch, count, count, dim];
    return cat([x.unsqueeze(2).expand(shape), x.unsqueeze(1).expand(shape)], -1);
  });
}
