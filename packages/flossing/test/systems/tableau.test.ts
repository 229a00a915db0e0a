// The coefficients of DOP853 satisfy every order condition: for each rooted tree τ, Σ bᵢ Φᵢ(τ) = 1/γ(τ).
import { describe, expect, test } from "vitest";
import {
  fifthOrderError,
  matrix,
  nodes,
  stages,
  thirdOrderError,
  weights,
} from "../../dist/systems/ode/tableau.js";

/** A rooted tree: the subtrees at its root. */
type Tree = readonly Tree[];

/** All rooted trees of `size` nodes: multisets of smaller trees at the root. */
function trees(size: number): Tree[] {
  return forests(size - 1, size - 1);
}

/** All multisets of trees with `size` nodes in all, none larger than `largest`. */
function forests(size: number, largest: number): Tree[] {
  if (size === 0) return [[]];
  return Array.from({ length: Math.min(size, largest) }, (_, i) => i + 1).flatMap((root) =>
    trees(root).flatMap((tree, index) =>
      forests(size - root, root)
        .filter((rest) =>
          rest.every(
            (other) => sizeOf(other) < root || trees(root).findIndex((t) => same(t, other)) <= index,
          ),
        )
        .map((rest) => [tree, ...rest]),
    ),
  );
}

const sizeOf = (tree: Tree): number => 1 + tree.reduce((sum, subtree) => sum + sizeOf(subtree), 0);
const same = (a: Tree, b: Tree): boolean => JSON.stringify(a) === JSON.stringify(b);
/** γ: the product of the sizes of all subtrees. */
const density = (tree: Tree): number =>
  tree.reduce((product, subtree) => product * density(subtree), sizeOf(tree));
/** Φᵢ of every stage i. */
function stageWeights(tree: Tree): number[] {
  const factors = tree.map((subtree) => {
    const inner = stageWeights(subtree);
    return matrix.map((row) => row.reduce((sum, a, j) => sum + a * inner[j]!, 0));
  });
  return Array.from({ length: stages }, (_, i) =>
    factors.reduce((product, factor) => product * factor[i]!, 1),
  );
}
const elementaryWeight = (b: readonly number[], tree: Tree): number =>
  stageWeights(tree).reduce((sum, phi, i) => sum + b[i]! * phi, 0);

const all = Array.from({ length: 8 }, (_, i) => trees(i + 1));

test("there are 1, 1, 2, 4, 9, 20, 48, 115 rooted trees", () => {
  expect(all.map((list) => list.length)).toEqual([1, 1, 2, 4, 9, 20, 48, 115]);
});

test("rows of the matrix sum to the nodes", () => {
  matrix.forEach((row, i) => {
    expect(row.reduce((sum, a) => sum + a, 0)).toBeCloseTo(nodes[i]!, 13);
  });
});

describe.each([
  ["the solution", weights, 8],
  ["the embedded solution of order 5", weights.map((b, i) => b - fifthOrderError[i]!), 5],
  ["the embedded solution of order 3", weights.map((b, i) => b - thirdOrderError[i]!), 3],
] as const)("%s", (_name, b, order) => {
  test.each(Array.from({ length: order }, (_, i) => i + 1))("meets all conditions of order %i", (size) => {
    for (const tree of all[size - 1]!) {
      // Entries up to 43 cancel, so rounding shows at 1e-14 of them.
      expect(Math.abs(elementaryWeight(b, tree) - 1 / density(tree)), JSON.stringify(tree)).toBeLessThan(
        1e-13,
      );
    }
  });

  test(`is not of order ${order + 1}, so that the conditions above could fail`, () => {
    const next = order < 8 ? all[order]! : trees(9);
    expect(
      Math.max(...next.map((tree) => Math.abs(elementaryWeight(b, tree) - 1 / density(tree)))),
    ).toBeGreaterThan(1e-7);
  });
});
