// Tests of which some leave tensors behind, or are written wrongly; run by setup.test.ts only.
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { keep, liveTensors, ones, rand, type Tensor } from "@throughline/torch";
import { afterAll, describe, expect, test } from "vitest";

const held: Tensor[] = [];
afterAll(() => {
  for (const tensor of held.splice(0)) tensor.dispose();
});

describe("checked", () => {
  checkLeaks();
  test("a tensor is left", () => {
    held.push(ones([2]));
  });
  test("a tensor of before is gone", () => held.pop()!.dispose());
  test("a tensor is disposed of", () => ones([2]).dispose());
  const order: string[] = [];
  test("what is owned goes by itself, the last first", () => {
    const tensor = own(keep(ones([3])));
    own({ dispose: () => order.push(`second, while there are ${tensor.shape}`) });
    own({ dispose: () => order.push("first") });
  });
  test("that order was kept", () => expect(order).toEqual(["first", "second, while there are 3"]));
});

let before = 0;
scoped("a scoped body's tensors go", () => {
  before = liveTensors();
  ones([4]).mul(2);
  expect(liveTensors()).toBeGreaterThan(before);
});
let drawn: unknown;
scoped("a scoped body draws the same numbers", () => {
  expect(liveTensors()).toBe(before);
  drawn = rand([3]).toArray();
});
scoped("a scoped body draws the same numbers again", () => expect(rand([3]).toArray()).toEqual(drawn));
scoped("an asynchronous body", async () => {});
