import { arange, data, Generator, scope, tensor, zeros } from "@throughline/torch";
import { expect, expectTypeOf, test } from "vitest";
import { checkLeaks, freeze } from "./helpers.js";

checkLeaks();

const letters = new data.ArrayDataset([..."abcdef"]);
const all = <T>(dataset: data.Dataset<T>) => {
  using rng = Generator.create({ seed: 0 });
  return Array.from({ length: dataset.length }, (_, i) => dataset.get(i, rng));
};

test("TensorDataset: row i of each tensor; a batch in one go is the collation of its samples", () => {
  scope(() => {
    const dataset = new data.TensorDataset(
      arange(12, { dtype: "float32" }).view([4, 3]),
      tensor([1n, 2n, 3n, 4n]),
    );
    expectTypeOf(dataset.get(0)).toBeArray();
    expect(dataset.length).toBe(4);
    expect(freeze(dataset.get(2))).toEqual(freeze([tensor([6, 7, 8]), tensor(3n)]));
    const indices = [3, 0, 3];
    const slow = data.collate(indices.map((i) => dataset.get(i)));
    expect(freeze(dataset.getBatch(indices))).toEqual(freeze(slow));
    expect(() => dataset.get(4)).toThrow(
      "TensorDataset.get: index is 4, accepted: a whole number from 0 to 3",
    );
    expect(() => dataset.get(-1)).toThrow("index is -1");
    expect(() => dataset.getBatch([0, 9])).toThrow(
      "TensorDataset.getBatch: index is 9, accepted: a whole number from 0 to 3",
    );
  });
});

test("TensorDataset refuses tensors of different first sizes", () => {
  scope(() => {
    expect(() => new data.TensorDataset(zeros([2, 3]), zeros([4]))).toThrow(
      "TensorDataset: the first sizes differ: f32[2,3], f32[4]",
    );
    expect(() => new data.TensorDataset(tensor(1))).toThrow(
      "TensorDataset: f32[] has no first dimension to index",
    );
    expect(() => new data.TensorDataset()).toThrow("TensorDataset: give at least one tensor");
  });
});

test("ArrayDataset, map, ConcatDataset and Subset", () => {
  const shout = data.map(letters, (letter, _rng, index) => `${letter.toUpperCase()}${index}`);
  expectTypeOf(shout.get).returns.toBeString();
  expect(all(shout)).toEqual(["A0", "B1", "C2", "D3", "E4", "F5"]);
  const both = new data.ConcatDataset([letters, new data.ArrayDataset<string>([]), shout]);
  expect(all(both)).toEqual([...all(letters), ...all(shout)]);
  const part = new data.Subset(both, [11, 0, 6]);
  expect(all(part)).toEqual(["F5", "a", "A0"]);
  expect(() => both.get(12, undefined as never)).toThrow(
    "ConcatDataset.get: index is 12, accepted: a whole number from 0 to 11",
  );
  expect(() => letters.get(0.5)).toThrow(
    "ArrayDataset.get: index is 0.5, accepted: a whole number from 0 to 5",
  );
  expect(() => part.get(3, undefined as never)).toThrow(
    "Subset.get: index is 3, accepted: a whole number from 0 to 2",
  );
  expect(() => new data.Subset(letters, [6])).toThrow(
    "Subset: index is 6, accepted: a whole number from 0 to 5",
  );
});

test("a Subset passes the short cut for batches on", () => {
  scope(() => {
    const subset = new data.Subset(new data.TensorDataset(arange(5)), [4, 2]);
    expect(freeze(subset.getBatch?.([1, 0]))).toEqual(freeze([tensor([2n, 4n])]));
    expect(new data.Subset(letters, [0]).getBatch).toBeUndefined();
  });
});
