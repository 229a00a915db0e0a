// Codes of objects in slots, checked by hand.
import { ObjectCodes, type PlacedObject } from "@throughline/ocra";
import { fromTypedArray, liveTensors, scope, stack, tensor, zeros } from "@throughline/torch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

describe("pictures of three objects side by side, on maps of 4 × 12", () => {
  const placed = (object: number, at: number): PlacedObject => {
    return { object, name: "", role: "", row: 0.5, column: (at + 0.5) / 3 };
  };
  const objects = [placed(7, 0), placed(8, 1), placed(7, 2)];
  /** A map that lies with these shares on the left, middle and right third. */
  const map = (shares: readonly number[]) =>
    fromTypedArray(
      Float32Array.from({ length: 48 }, (_, i) => shares[Math.floor((i % 12) / 4)]! / 16),
      [4, 12],
    );
  const codes = (rows: readonly (readonly number[])[], z: readonly (readonly number[])[]) =>
    scope(() => {
      // Boxes of 2 × 4 places, rows 1 and 2: the maps lie on those rows alone.
      const collected = new ObjectCodes({ box: 1 / 3 + 1e-6 });
      const attention = stack(rows.map(map)).mul(tensor([0, 2, 2, 0]).view([1, 4, 1]));
      collected.add({
        attention: attention.unsqueeze(0),
        z: tensor(z as number[][]).unsqueeze(0),
        objects: [objects],
      });
      return collected.scores();
    });
  const apart = [
    [1, 0, 0],
    [0, 0.9, 0.1],
    [0, 0, 1],
    [0.4, 0.3, 0.3],
  ];

  test("each object in a slot of its own, equal ones with equal codes", () => {
    const z = [
      [1, 0],
      [0, 1],
      [1, 0.1],
      [0.5, 0.5],
    ];
    expect(codes(apart, z)).toEqual({ pictures: 1, objects: 3, read: 1, complete: 1, auc: 1 });
  });

  test("equal objects less alike than one of the two different pairs", () => {
    const z = [
      [1, 0],
      [0.87, 0.5],
      [0.77, -0.64],
      [-2.6, 0.14],
    ];
    expect(codes(apart, z).auc).toBe(0.5);
  });

  test("a slot that two objects share reads neither, and their pair does not count", () => {
    const shared = [
      [0.5, 0.5, 0],
      [0, 0, 1],
      [0.34, 0.33, 0.33],
      [0.4, 0.3, 0.3],
    ];
    const found = codes(shared, [
      [1, 0],
      [0, 1],
      [0.2, 0.1],
      [0.3, 0.3],
    ]);
    expect(found).toMatchObject({ read: 1 / 3, complete: 0 });
    // Left over are the equal pair (left, right) and one different one (middle, right), of the same two slots: a tie.
    expect(found.auc).toBe(0.5);
  });

  test("an object whose slot is mostly elsewhere is not read", () => {
    const blurred = [[0.75, 0.25, 0], ...apart.slice(1)];
    const z = [
      [1, 0],
      [0, 1],
      [1, 0.1],
      [0.5, 0.5],
    ];
    expect(codes(blurred, z)).toMatchObject({ read: 2 / 3, complete: 0 });
  });
});

test("what is refused", () => {
  expect(() => new ObjectCodes({ share: 2 })).toThrow("share is 2; accepted: 0 < share ≤ 1");
  expect(() => new ObjectCodes({ box: 0 })).toThrow("box is 0; accepted: 0 < box ≤ 1");
  scope(() => {
    const add = () =>
      new ObjectCodes().add({ attention: zeros([2, 3, 4, 4]), z: zeros([2, 3, 5]), objects: [[]] });
    expect(add).toThrow("objects are those of 1 pictures; accepted: [B, K, h, w], [B, K, D] and B lists");
  });
});
