// What is drawn once is given again, as long as there is room; and nobody can spoil it.
import { clevrDisplays, svrtDisplays } from "@throughline/ocra";
import { Generator } from "@throughline/torch";
import { expect, test } from "vitest";
import { Memo } from "../../src/datasets/memo.js";

test("what fits is drawn once, what does not each time", () => {
  const drawn: number[] = [];
  const memo = new Memo(
    (index) => {
      drawn.push(index);
      return { index };
    },
    () => 10,
    25,
  );
  const order = [0, 1, 2, 1, 2, 0];
  expect(order.map((index) => memo.get(index).index)).toEqual(order);
  expect(drawn).toEqual([0, 1, 2, 2]);
});

test.each([
  ["SVRT", svrtDisplays({ size: 32, perProblem: 2, problems: [1, 2] })],
  ["CLEVR", clevrDisplays({ size: 32, count: 3 })],
])("%s: a display is the same at every access, whatever was done to it", (_name, set) => {
  const get = () => set.get(1, Generator.create({ seed: 1 }));
  const first = get();
  const [image, owners] = [first.image.slice(), first.owners.slice()];
  first.image.fill(0);
  first.owners.fill(9);
  expect(get().image).toEqual(image);
  expect(get().owners).toEqual(owners);
});
