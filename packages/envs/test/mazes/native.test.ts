// The native operators called with what no simulation gives them: one sentence, never a crash.
import { doubles } from "@throughline/testing/doubles";
import { checkLeaks } from "@throughline/testing/leaks";
import { fromTypedArray, scope, type Tensor, TorchError, zeros } from "@throughline/torch";
import { expect, test } from "vitest";
import { mazeOperators } from "../../dist/mazes/native.js";

checkLeaks();

/** Arguments by name of a world of 3 × 3 free cells; each can be replaced. */
function world(worlds = 1) {
  const repeated = (values: readonly number[]): number[] =>
    Array.from({ length: worlds }, () => values).flat();
  return {
    cells: zeros([worlds, 3, 3, 4], { dtype: "int16" }),
    numbers: doubles(repeated([0, 0, 0, 0, 0, 0, 0, 0.5, -1]), [worlds, 9]),
    goals: doubles(repeated([2.5, 1.5, 0, 0.3]), [worlds, 4]),
    poses: doubles(repeated([0.5, 1.5, 0, 0, 0]), [worlds, 5]),
    motions: doubles([0.5, 0, 0, 0, 0, 0, 90, 0], [2, 4]),
    actions: zeros([worlds], { dtype: "int64" }),
    repeat: 1,
    radius: 0.2,
    sprites: zeros([worlds, 1, 6], { dtype: "float64" }),
    panels: zeros([worlds, 1, 5], { dtype: "float64" }),
    atlas: fromTypedArray(new Uint8Array(5461 * 4).fill(255), [1, 5461, 4]),
    fieldOfView: 90 as number,
    wanted: null as Tensor | null,
    pictures: zeros([worlds, 6, 8, 3], { dtype: "uint8" }),
  };
}
type World = ReturnType<typeof world>;

function advance(change: Partial<World> = {}): Tensor {
  const w = { ...world(), ...change };
  const { cells, numbers, goals, poses, motions, actions, repeat, radius } = w;
  return mazeOperators().advance(cells, numbers, goals, poses, motions, actions, repeat, radius);
}

function draw(change: Partial<World> = {}): Uint8Array {
  const w = { ...world(), ...change };
  const { cells, numbers, sprites, panels, poses, atlas, fieldOfView, wanted, pictures } = w;
  mazeOperators().draw(cells, numbers, sprites, panels, poses, atlas, fieldOfView, wanted, pictures);
  return pictures.toTypedArray() as Uint8Array;
}

function refused(call: () => unknown, message: RegExp): void {
  let error: unknown;
  scope(() => {
    try {
      call();
    } catch (caught) {
      error = caught;
    }
  });
  expect(error).toBeInstanceOf(TorchError);
  expect((error as Error).message).toMatch(message);
}

test("a world as it should be is moved and drawn", () => {
  scope(() => {
    const poses = world().poses;
    expect([...(advance({ poses }).toTypedArray() as Uint8Array)]).toEqual([0]);
    expect([...(poses.toTypedArray() as Float64Array)]).toEqual([1, 1.5, 0, 0, 0]);
    // The goal's disc begins at x = 2.2; it stops in it after the first stride of 0.125 cells that is inside.
    expect([...(advance({ poses, repeat: 4 }).toTypedArray() as Uint8Array)]).toEqual([1]);
    const x = (poses.toTypedArray() as Float64Array)[0]!;
    expect(x).toBeGreaterThan(2.2);
    expect(x).toBeLessThanOrEqual(2.2 + 0.125);
    expect(draw().some((byte) => byte > 0)).toBe(true);
  });
});

test.each([
  ["numbers", 9],
  ["poses", 5],
] as const)("NaN, infinite and huge values of %s are refused by both", (name, width) => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1e300, 1e6]) {
    for (let at = 0; at < width; at++) {
      const bad = (): Partial<World> => {
        const values = new Array<number>(width).fill(0);
        values[at] = value;
        return { [name]: doubles(values, [1, width]) };
      };
      refused(() => advance(bad()), new RegExp(`${name}: expected numbers below 1e6, got`));
      refused(() => draw(bad()), new RegExp(`${name}: expected numbers below 1e6, got`));
    }
  }
});

test("wild goals, motions, sprites and panels are refused", () => {
  for (const value of [Number.NaN, Number.NEGATIVE_INFINITY, 1e12]) {
    refused(() => advance({ goals: doubles([0, value, 0, 0], [1, 4]) }), /goals: expected numbers below 1e6/);
    refused(() => advance({ motions: doubles([value, 0, 0, 0], [1, 4]) }), /motions: expected numbers/);
    refused(() => draw({ sprites: doubles([0, 0, 0, value, 0, 0], [1, 1, 6]) }), /sprites: expected numbers/);
    refused(() => draw({ panels: doubles([value, 0, 0, 0, 0], [1, 1, 5]) }), /panels: expected numbers/);
  }
});

test("wrong dtypes are refused by name", () => {
  const cases: [string, () => unknown][] = [
    ["cells", () => advance({ cells: zeros([1, 3, 3, 4], { dtype: "int32" }) })],
    ["numbers", () => advance({ numbers: zeros([1, 9]) })],
    ["poses", () => advance({ poses: zeros([1, 5]) })],
    ["goals", () => advance({ goals: zeros([1, 4]) })],
    ["motions", () => advance({ motions: zeros([2, 4]) })],
    ["actions", () => advance({ actions: zeros([1], { dtype: "int32" }) })],
    ["sprites", () => draw({ sprites: zeros([1, 1, 6]) })],
    ["panels", () => draw({ panels: zeros([1, 1, 5]) })],
    ["atlas", () => draw({ atlas: zeros([1, 5461, 4]) })],
    ["pictures", () => draw({ pictures: zeros([1, 6, 8, 3]) })],
    ["wanted", () => draw({ wanted: zeros([1], { dtype: "uint8" }) })],
  ];
  for (const [name, call] of cases) refused(call, new RegExp(`${name}: expected a contiguous`));
});

test("wrong sizes are refused by name", () => {
  const float64 = { dtype: "float64" } as const;
  const cases: [string, () => unknown][] = [
    ["cells", () => advance({ cells: zeros([3, 3, 4], { dtype: "int16" }) })],
    ["cells", () => advance({ cells: zeros([0, 3, 3, 4], { dtype: "int16" }) })],
    ["cells", () => draw({ cells: zeros([1, 3, 3, 3], { dtype: "int16" }) })],
    ["numbers", () => advance({ numbers: zeros([1, 8], float64) })],
    ["numbers", () => draw({ numbers: zeros([2, 9], float64) })],
    ["poses", () => advance({ poses: zeros([2, 5], float64) })],
    ["goals", () => advance({ goals: zeros([1, 3], float64) })],
    ["motions", () => advance({ motions: zeros([4], float64) })],
    ["actions", () => advance({ actions: zeros([2], { dtype: "int64" }) })],
    ["sprites", () => draw({ sprites: zeros([1, 6], float64) })],
    ["panels", () => draw({ panels: zeros([1, 1, 6], float64) })],
    ["atlas", () => draw({ atlas: zeros([1, 5460, 4], { dtype: "uint8" }) })],
    ["pictures", () => draw({ pictures: zeros([1, 6, 8, 4], { dtype: "uint8" }) })],
    ["wanted", () => draw({ wanted: zeros([2], { dtype: "bool" }) })],
  ];
  for (const [name, call] of cases) refused(call, new RegExp(`${name}: expected sizes`));
  refused(() => draw({ atlas: zeros([0, 5461, 4], { dtype: "uint8" }) }), /at least one texture/);
  refused(() => draw({ pictures: zeros([1, 0, 8, 3], { dtype: "uint8" }) }), /at least one pixel/);
});

test("tensors that are not contiguous are refused, and nothing is written", () => {
  scope(() => {
    const poses = zeros([5, 2], { dtype: "float64" }).t();
    const cells = zeros([2, 3, 3, 4], { dtype: "int16" });
    refused(() => advance({ ...world(2), cells, poses }), /poses: expected a contiguous/);
    const pictures = zeros([1, 8, 6, 3], { dtype: "uint8" });
    refused(() => draw({ pictures: pictures.transpose(1, 2) }), /pictures: expected a contiguous/);
    expect((pictures.toTypedArray() as Uint8Array).every((byte) => byte === 0)).toBe(true);
  });
});

test("actions, repeats, radii and fields of view outside their bounds are refused", () => {
  for (const action of [-1n, 2n, 2n ** 62n])
    refused(
      () => advance({ actions: fromTypedArray(BigInt64Array.of(action), [1]) }),
      /actions: expected 0 to 1/,
    );
  refused(
    () => advance({ motions: zeros([0, 4], { dtype: "float64" }) }),
    /actions: expected 0 to -1, got 0/,
  );
  for (const repeat of [0, -3, 1001]) refused(() => advance({ repeat }), /repeat: expected 1 to 1000/);
  const narrow = [0.1, 0, 0, 0, 0, 0, 0, 0.5, -1];
  refused(() => advance({ numbers: doubles(narrow, [1, 9]) }), /expected an arena larger than the agent/);
  for (const radius of [0, -1, 0.5, Number.NaN])
    refused(() => advance({ radius }), /radius: expected a length/);
  for (const fieldOfView of [9.99, 150.01, Number.NaN, -90, 1e9])
    refused(() => draw({ fieldOfView }), /field_of_view: expected 10 to 150 degrees/);
});

test("textures that the atlas does not have are drawn without reading beyond it", () => {
  scope(() => {
    for (const texture of [-32768, -1, 1, 32767]) {
      const cells = fromTypedArray(
        Int16Array.from({ length: 36 }, (_, at) => [8, texture, texture, 0][at % 4]!),
        [1, 3, 3, 4],
      );
      const numbers = doubles([2, 1.5, 1.5, 1, texture, 0, texture, 0.5, texture], [1, 9]);
      const sprites = doubles([1.5, 1.5, 0, 1, 1, texture], [1, 1, 6]);
      const panels = doubles([0, 0.5, 0, 1, texture], [1, 1, 5]);
      expect(draw({ cells, numbers, sprites, panels }).length).toBe(6 * 8 * 3);
    }
  });
});

test("an agent anywhere, looking anywhere, sees a picture", () => {
  scope(() => {
    for (const place of [-999_999, -1, 0, 1, 1.5, 3, 999_999])
      for (const angle of [-999_999, -60, 0, 45, 90, 60, 999_999])
        for (const ground of [-999_999, 0, 50])
          expect(draw({ poses: doubles([place, 1.5, ground, angle, angle], [1, 5]) }).length).toBe(144);
  });
});

test("extreme heights, fogs and fields of view are drawn", () => {
  scope(() => {
    for (const height of [-32768, 32767])
      for (const fog of [-100, 0, 1, 100_000])
        for (const fieldOfView of [10, 90, 150]) {
          const cells = fromTypedArray(
            Int16Array.from({ length: 36 }, (_, at) => (at % 4 === 0 && at > 15 ? height : 0)),
            [1, 3, 3, 4],
          );
          const numbers = doubles([0, 0, 0, 0, 0, fog, 0, 0.5, 0], [1, 9]);
          expect(draw({ cells, numbers, fieldOfView }).length).toBe(144);
        }
  });
});

test.each([
  [1, 1],
  [1, 64],
  [64, 1],
])("a picture of %i × %i is drawn whole", (height, width) => {
  scope(() => {
    const pictures = zeros([1, height, width, 3], { dtype: "uint8" });
    const numbers = doubles([0, 0, 0, 0, 0, 0, 0, 0.5, 0], [1, 9]);
    // The only texture is white, and covers ground, plain and sky: no pixel is left as it was.
    expect(draw({ pictures, numbers }).every((byte) => byte > 0)).toBe(true);
  });
});

test("only worlds that are wanted are drawn", () => {
  scope(() => {
    const w = world(3);
    const wanted = fromTypedArray(Uint8Array.of(0, 1, 0), [3], { dtype: "bool" });
    const bytes = draw({ ...w, wanted });
    const drawn = [0, 1, 2].map((lane) => bytes.slice(lane * 144, (lane + 1) * 144).some((byte) => byte > 0));
    expect(drawn).toEqual([false, true, false]);
  });
});

test("each world has its own action and goal", () => {
  scope(() => {
    const w = world(3);
    const goals = doubles([2.5, 1.5, 0, 0.3, 1, 1.5, 0, 0.3, 0.5, 1.5, 0, 0.3], [3, 4]);
    const actions = fromTypedArray(BigInt64Array.of(1n, 0n, 1n), [3]);
    expect([...(advance({ ...w, goals, actions }).toTypedArray() as Uint8Array)]).toEqual([0, 1, 1]);
    const poses = w.poses.toTypedArray() as Float64Array;
    expect([poses[3], poses[8], poses[13]]).toEqual([90, 0, 90]);
  });
});
