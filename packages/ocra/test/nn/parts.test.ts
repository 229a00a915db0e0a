// Small parts: coordinates, context normalisation, the transformer over a set of tokens.
import {
  ContextNorm,
  contextNorm,
  coordinateGrid,
  segmentedContextNorm,
  TokenTransformer,
} from "@throughline/ocra";
import { difference, expectClose } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { arange, cat, gradcheck, randn, type Tensor, tensor } from "@throughline/torch";
import { expect } from "vitest";

checkLeaks();

scoped("coordinates: rows first, both from 0 to 1, then what is left to 1", () => {
  const grid = coordinateGrid(3, 5);
  expect(grid.shape).toEqual([3, 5, 4]);
  expect(grid.at(1, 3).toArray()).toEqual([0.5, 0.75, 0.5, 0.25]);
  expect(grid.at(2, 0).toArray()).toEqual([1, 0, 0, 1]);
});

scoped("context norm: mean beta and unbiased deviation gamma over the objects", () => {
  using norm = new ContextNorm(4);
  const gamma = tensor([1, 2, 3, 4]);
  const beta = tensor([0, 1, -1, 5]);
  const y = contextNorm(randn([2, 6, 4]).mul(7).add(3), gamma, beta);
  expectClose(y.mean({ dim: 1 }), beta.expand([2, 4]), 1e-6);
  expectClose(y.std({ dim: 1 }), gamma.expand([2, 4]), 1e-6);
  expectClose(norm.forward(y), contextNorm(y, norm.gamma, norm.beta), 0);
});

scoped("context norm: gradients, segments, what it refuses", () => {
  gradcheck((x, gamma, beta) => contextNorm(x!, gamma!, beta!), [randn([2, 3, 2]), randn([2]), randn([2])]);
  const [x, one, zero] = [randn([1, 5, 2]), tensor([1, 1]), tensor([0, 0])];
  const parts = segmentedContextNorm(x, one, zero, [2, 3]);
  expectClose(cat(parts, 1).narrow(1, 2, 3), contextNorm(x.narrow(1, 2, 3), one, zero), 0);
  expect(() => contextNorm(randn([2, 1, 4]), randn([4]), randn([4]))).toThrow("K of 2 or more");
  expect(() => segmentedContextNorm(x, one, zero, [2, 2])).toThrow(
    "[2,2] do not add up to dimension −2 of [1,5,2]",
  );
});

/** One block written out head by head, with the weights of `model`. */
function block(model: TokenTransformer, tokens: Tensor): Tensor {
  const state = model.stateDict();
  const get = (name: string): Tensor => state[`transformer.layers.0.${name}`]!;
  const norm = (x: Tensor, name: string): Tensor => {
    const { variance, mean } = x.varMean({ dim: -1, keepdim: true, correction: 0 });
    return x
      .sub(mean)
      .div(variance.add(1e-5).sqrt())
      .mul(get(`${name}.norm.weight`))
      .add(get(`${name}.norm.bias`));
  };
  const x = cat([model.cls_token.expand([tokens.size(0), 1, -1]), tokens], 1);
  const [q, k, v] = norm(x, "0").matmul(get("0.fn.to_qkv.weight").t()).chunk(3, -1) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const heads = [0, 1].map((head) => {
    const part = (y: Tensor): Tensor => y.narrow(-1, 64 * head, 64);
    return part(q).matmul(part(k).transpose(1, 2)).div(8).softmax(-1).matmul(part(v));
  });
  const y = x.add(cat(heads, -1).matmul(get("0.fn.to_out.0.weight").t()).add(get("0.fn.to_out.0.bias")));
  const hidden = norm(y, "1").matmul(get("1.fn.net.0.weight").t()).add(get("1.fn.net.0.bias"));
  const gelu = hidden.mul(hidden.div(Math.SQRT2).erf().add(1)).div(2);
  return y.add(gelu.matmul(get("1.fn.net.3.weight").t()).add(get("1.fn.net.3.bias")));
}

scoped("the transformer's block, written out", () => {
  using model = new TokenTransformer({ dim: 12, depth: 1, heads: 2, mlpDim: 20 });
  model.eval();
  const tokens = randn([2, 5, 12]);
  expectClose(model.summary(tokens), block(model, tokens).select(1, 0), 2e-6);
});

scoped("in training the same, but for what is dropped", () => {
  const options = { dim: 12, depth: 1, heads: 2, mlpDim: 20 } as const;
  using model = new TokenTransformer({ ...options, dropout: 1e-12 }); // drops nothing, in the way that something is dropped
  const tokens = randn([2, 5, 12]);
  expectClose(model.summary(tokens), block(model, tokens).select(1, 0), 2e-6);
  using other = new TokenTransformer({ ...options, dropout: 0.5 });
  expect(difference(other.forward(tokens), other.forward(tokens))).toBeGreaterThan(1e-3);
});

scoped("the order of tokens has no influence", () => {
  using model = new TokenTransformer({ dim: 8, depth: 2, heads: 2, mlpDim: 8 });
  model.eval();
  const tokens = randn([3, 7, 8]);
  const reversed = tokens.indexSelect(1, arange(6, -1, -1));
  expect(difference(model.forward(tokens), model.forward(reversed))).toBeLessThan(1e-5);
  expect(() => model.forward(randn([3, 7, 9]))).toThrow("tokens is [3, 7, 9], accepted: [B, P, 8]");
});
