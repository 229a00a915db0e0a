// Rays against solids by marching along them, shading normals, bounding spheres, and what the camera sees.
import { Random } from "@throughline/lab/random";
import { describe, expect, test } from "vitest";
import {
  type ClevrObject,
  clevrColours,
  clevrName,
  clevrNumber,
  clevrObjects,
  clevrShapes,
  clevrSizes,
  clevrTestObjects,
  clevrTrainObjects,
} from "../../src/clevr/attributes.js";
import { camera, holdsSphere, project, ray, type Vector } from "../../src/clevr/camera.js";
import { clevrLayouts, rowLength, viewObjects } from "../../src/clevr/layouts.js";
import { jitteredLamps, lampCentres } from "../../src/clevr/scene.js";
import { boundingRadius, Solids } from "../../src/clevr/solids.js";
import { solveClevr } from "../../src/clevr/solve.js";

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const unit = (v: Vector): Vector => {
  const length = Math.hypot(...v);
  return [v[0] / length, v[1] / length, v[2] / length];
};

/** Whether a point is in a solid of this shape and extent that stands at (x, y), by definition. */
function holds(shape: number, e: number, [x, y]: readonly [number, number], [px, py, pz]: Vector): boolean {
  const [dx, dy, dz] = [px - x, py - y, pz - e];
  if (shape === 0) return Math.max(Math.abs(dx), Math.abs(dy), Math.abs(dz)) <= e;
  if (shape === 1) return Math.hypot(dx, dy) <= e && Math.abs(dz) <= e;
  return Math.hypot(dx, dy, dz) <= e;
}

const at = [0.8, -1.3] as const;
const objectOf = (shape: number, size: number): ClevrObject => [3, shape, size, 0];
const cases = clevrShapes.flatMap((name, shape) => [0, 1, 2].map((size) => ({ name, shape, size })));

describe.each(cases)("a $name of size $size", ({ shape, size }) => {
  const e = clevrSizes[size]!.extent;
  const solids = new Solids([{ object: objectOf(shape, size), x: at[0], y: at[1] }]);
  const rng = new Random("rays", shape, size);

  /** A ray from around the solid towards a place near it. */
  const draw = (): { from: Vector; direction: Vector } => {
    const from: Vector = [at[0] + rng.uniform(-4, 4), at[1] + rng.uniform(-4, 4), e + rng.uniform(1.5, 5)];
    const to: Vector = [
      at[0] + rng.uniform(-2, 2) * e,
      at[1] + rng.uniform(-2, 2) * e,
      rng.uniform(0, 2) * e,
    ];
    return { from, direction: unit([to[0] - from[0], to[1] - from[1], to[2] - from[2]]) };
  };
  const along = (from: Vector, direction: Vector, steps: number): Vector => [
    from[0] + steps * direction[0],
    from[1] + steps * direction[1],
    from[2] + steps * direction[2],
  ];

  test("a ray meets it where it first is inside, and misses it where it never is", () => {
    let met = 0;
    for (let i = 0; i < 150; i++) {
      const { from, direction } = draw();
      const found = solids.distance(0, ...from, ...direction);
      const step = 0.004;
      let first = Number.POSITIVE_INFINITY;
      for (let far = 0; far < 12 && first === Number.POSITIVE_INFINITY; far += step) {
        if (holds(shape, e, at, along(from, direction, far))) first = far;
      }
      if (first === Number.POSITIVE_INFINITY) {
        // A ray that only grazes may be inside between two steps.
        if (found < Number.POSITIVE_INFINITY) {
          expect(holds(shape, e + 1e-9, at, along(from, direction, found))).toBe(true);
          expect(holds(shape, e, at, along(from, direction, found + step))).toBe(false);
        }
      } else {
        met++;
        expect(found).toBeLessThanOrEqual(first);
        expect(found).toBeGreaterThan(first - step - 1e-9);
      }
    }
    expect(met).toBeGreaterThan(20);
  });

  test("it is not met from inside, from behind, or by looking away", () => {
    const middle: Vector = [at[0], at[1], e];
    expect(solids.distance(0, ...middle, 0, 0, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(solids.distance(0, at[0], at[1], 5, 0, 0, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(solids.distance(0, at[0], at[1], 5, 0, 0, -1)).toBeCloseTo(5 - 2 * e, 12);
    expect(solids.distance(0, at[0] + 2 * e, at[1], 5, 0, 0, -1)).toBe(Number.POSITIVE_INFINITY);
    expect(solids.distance(0, at[0] + 5, at[1], e, -1, 0, 0)).toBeCloseTo(5 - e, 12);
    expect(solids.distance(0, at[0], at[1] - 5, e, 0, 1, 0)).toBeCloseTo(5 - e, 12);
  });

  test("normals are of unit length and face whoever sees the surface", () => {
    const normal = new Float64Array(3);
    let seen = 0;
    for (let i = 0; i < 200; i++) {
      const { from, direction } = draw();
      const found = solids.distance(0, ...from, ...direction);
      if (!Number.isFinite(found)) continue;
      seen++;
      solids.normal(0, ...along(from, direction, found), normal);
      const n = [...normal] as unknown as Vector;
      expect(Math.hypot(...n)).toBeCloseTo(1, 12);
      // Rounded edges turn the shading normal by up to 45°, so that it may look past a grazing ray, not away from a steep one.
      expect(dot(n, direction)).toBeLessThan(Math.SQRT1_2 + 1e-9);
    }
    expect(seen).toBeGreaterThan(20);
  });

  test("its sphere just holds it", () => {
    const radius = boundingRadius(shape, e);
    let farthest = 0;
    for (let i = 0; i < 20_000; i++) {
      const point: Vector = [
        at[0] + rng.uniform(-1, 1) * e,
        at[1] + rng.uniform(-1, 1) * e,
        e + rng.uniform(-1, 1) * e,
      ];
      if (!holds(shape, e, at, point)) continue;
      farthest = Math.max(farthest, Math.hypot(point[0] - at[0], point[1] - at[1], point[2] - e));
    }
    expect(farthest).toBeLessThanOrEqual(radius + 1e-12);
    expect(farthest).toBeGreaterThan(0.9 * radius);
    expect(solids.radius[0]).toBe(radius);
  });
});

describe("normals", () => {
  const of = (shape: number, point: Vector): { n: number[]; face: number } => {
    const normal = new Float64Array(3);
    const solids = new Solids([{ object: objectOf(shape, 2), x: 0, y: 0 }]);
    const face = solids.normal(0, ...point, normal);
    return { n: [...normal].map((value) => Math.round(value * 1e9) / 1e9 + 0), face };
  };

  test("flat faces of a cube have theirs, five of them with numbers of their own", () => {
    expect(of(0, [0.1, 0.2, 1.4])).toEqual({ n: [0, 0, 1], face: 0 });
    expect(of(0, [0.7, 0.1, 0.6])).toEqual({ n: [1, 0, 0], face: 1 });
    expect(of(0, [-0.7, 0.1, 0.6])).toEqual({ n: [-1, 0, 0], face: 2 });
    expect(of(0, [0.1, 0.7, 0.6])).toEqual({ n: [0, 1, 0], face: 3 });
    expect(of(0, [0.1, -0.7, 0.6])).toEqual({ n: [0, -1, 0], face: 4 });
  });

  test("an edge of a cube is rounded: half-way between its faces", () => {
    const { n } = of(0, [0.7, 0.1, 1.4]);
    expect(n).toEqual([Math.SQRT1_2, 0, Math.SQRT1_2].map((value) => Math.round(value * 1e9) / 1e9));
  });

  test("a cylinder's side looks outwards, its top up", () => {
    const side = of(1, [0.7 * Math.cos(1), 0.7 * Math.sin(1), 0.7]);
    expect(side.face).toBe(0);
    expect(side.n[0]).toBeCloseTo(Math.cos(1), 8);
    expect(side.n[1]).toBeCloseTo(Math.sin(1), 8);
    expect(of(1, [0.1, 0.2, 1.4])).toEqual({ n: [0, 0, 1], face: 1 });
  });

  test("a sphere's look away from its centre", () => {
    const direction = unit([1, -2, 0.5]);
    const { n } = of(2, [0.7 * direction[0], 0.7 * direction[1], 0.7 + 0.7 * direction[2]]);
    for (const [i, value] of n.entries()) expect(value).toBeCloseTo(direction[i]!, 8);
  });
});

describe("the camera", () => {
  test("its axes are of unit length and at right angles, as the base scene rounds them", () => {
    const { right, up, backward } = camera;
    for (const axis of [right, up, backward]) expect(Math.hypot(...axis)).toBeCloseTo(1, 4);
    for (const [a, b] of [
      [right, up],
      [right, backward],
      [up, backward],
    ] as const)
      expect(Math.abs(dot(a, b))).toBeLessThan(2e-4);
  });

  test("a ray through a place meets the points that are seen there", () => {
    const direction = new Float64Array(3);
    for (const column of [0, 0.2, 0.5, 0.9, 1]) {
      for (const row of [0, 0.3, 0.5, 1]) {
        ray(column, row, direction);
        expect(Math.hypot(...direction)).toBeCloseTo(1, 12);
        for (const far of [1, 7, 30]) {
          const point = camera.position.map((value, i) => value + far * direction[i]!) as unknown as Vector;
          const seen = project(point);
          // The axes are rounded to four digits, so that going there and back is exact to about as many.
          expect(seen.column).toBeCloseTo(column, 3);
          expect(seen.row).toBeCloseTo(row, 3);
        }
      }
    }
  });

  test("a sphere is held if all its points are in the picture", () => {
    const rng = new Random("spheres");
    let [held, cut] = [0, 0];
    for (let i = 0; i < 300; i++) {
      const centre: Vector = [rng.uniform(-5, 5), rng.uniform(-5, 5), 0.7];
      const radius = rng.uniform(0.2, 1.2);
      let inside = true;
      for (let k = 0; k < 400; k++) {
        const direction = unit([rng.uniform(-1, 1), rng.uniform(-1, 1), rng.uniform(-1, 1)]);
        const { column, row } = project(
          centre.map((value, axis) => value + radius * direction[axis]!) as unknown as Vector,
        );
        if (Math.min(column, row) < 0 || Math.max(column, row) > 1) inside = false;
      }
      if (holdsSphere(centre, radius)) {
        expect(inside).toBe(true);
        held++;
      }
      if (!inside) cut++;
      // A little smaller, and points that stick out show that it was not held.
      if (!holdsSphere(centre, 0.85 * radius) && radius > 0.5) expect(inside).toBe(false);
    }
    expect(held).toBeGreaterThan(50);
    expect(cut).toBeGreaterThan(50);
  });
});

describe("objects", () => {
  test("are numbered as they are listed, each with a name of its own", () => {
    expect(clevrObjects).toHaveLength(8 * 3 * 3 * 2);
    clevrObjects.forEach((object, number) => {
      expect(clevrNumber(object)).toBe(number);
    });
    expect(new Set(clevrObjects.map(clevrName)).size).toBe(clevrObjects.length);
    expect(clevrName([0, 0, 0, 0])).toBe("small cyan rubber cube");
    expect(clevrName([7, 2, 2, 1])).toBe("large red metal sphere");
  });

  test("training and test objects have no colour, shape, size or material in common", () => {
    expect([clevrTrainObjects.length, clevrTestObjects.length]).toEqual([8, 8]);
    for (let attribute = 0; attribute < 4; attribute++) {
      const [train, held] = [clevrTrainObjects, clevrTestObjects].map(
        (objects) => new Set(objects.map((object) => object[attribute])),
      );
      expect([...train!].filter((value) => held!.has(value))).toEqual([]);
    }
    expect(clevrTrainObjects.every(([colour]) => clevrColours[colour]!.name !== "red")).toBe(true);
  });
});

describe("places", () => {
  test("a view shows the context and its own candidate, each object once", () => {
    for (const task of ["rmts", "identity-rules"] as const) {
      const { context, candidate, views } = clevrLayouts[task];
      const row = Array.from({ length: rowLength(task) }, (_, place) => 100 + place);
      expect(row.length).toBe(task === "rmts" ? 6 : 9);
      const shown = Array.from({ length: views }, (_, view) => viewObjects(task, row, view));
      for (const cells of shown) {
        expect(cells.slice(0, context.length).map(({ object }) => object)).toEqual(
          row.slice(0, context.length),
        );
        expect(cells).toHaveLength(context.length + candidate.length);
      }
      const own = shown.flatMap((cells) => cells.slice(context.length).map(({ object }) => object));
      expect(own).toEqual(row.slice(context.length));
    }
  });

  test("the paper's places: 2.8 in front and behind, pairs 2.8 apart, rows of three too", () => {
    const places = (task: "rmts" | "identity-rules") =>
      [...clevrLayouts[task].context, ...clevrLayouts[task].candidate].map(({ x, y }) => [x, y]);
    expect(places("rmts")).toEqual([[2.8, 1.4], [2.8, -1.4], [-2.8, 1.4], [-2.8, -1.4]]); // biome-ignore format: places
    expect(places("identity-rules")).toEqual([
      [2.8, 2.8],
      [2.8, 0],
      [2.8, -2.8],
      [-2.8, 2.8],
      [-2.8, 0],
      [-2.8, -2.8],
    ]);
  });

  test("lamps move by less than one along each axis, uniformly and each on its own", () => {
    const rng = new Random("lamps");
    const moves = Array.from({ length: 400 }, () =>
      jitteredLamps(rng).flatMap((lamp, i) => lamp.map((value, axis) => value - lampCentres[i]![axis]!)),
    );
    for (let coordinate = 0; coordinate < 9; coordinate++) {
      const values = moves.map((move) => move[coordinate]!);
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
      expect(Math.abs(mean)).toBeLessThan(6 / Math.sqrt(3 * 400));
      expect(Math.abs(variance - 1 / 3)).toBeLessThan(0.1);
    }
    const [a, b] = [moves.map((move) => move[0]!), moves.map((move) => move[5]!)];
    const together = a.reduce((sum, value, i) => sum + value * b[i]!, 0) / a.length;
    expect(Math.abs(together)).toBeLessThan(6 / 3 / Math.sqrt(400));
  });
});

describe("answers of a row of a table", () => {
  test.each([
    ["rmts", [1, 1, 2, 2, 3, 4], { rule: "same", target: 0 }],
    ["rmts", [1, 1, 3, 4, 2, 2], { rule: "same", target: 1 }],
    ["rmts", [1, 2, 3, 4, 5, 5], { rule: "different", target: 0 }],
    ["rmts", [1, 2, 5, 5, 3, 4], { rule: "different", target: 1 }],
    ["rmts", [1, 1, 2, 2, 3, 3], null], // both match
    ["rmts", [1, 2, 3, 3, 4, 4], null], // neither does
    ["identity-rules", [1, 1, 1, 2, 2, 3, 2, 4, 1], { rule: "AAA", target: 1 }],
    ["identity-rules", [1, 2, 1, 3, 4, 4, 1, 2, 3], { rule: "ABA", target: 3 }],
    ["identity-rules", [1, 2, 2, 3, 4, 4, 1, 2, 3], { rule: "ABB", target: 0 }],
    ["identity-rules", [1, 1, 2, 3, 4, 4, 1, 2, 3], null], // no rule
    ["identity-rules", [1, 2, 3, 3, 4, 4, 1, 2, 3], null],
    ["identity-rules", [1, 1, 1, 2, 3, 2, 3, 4, 1], null], // the second row breaks AAA
    ["identity-rules", [1, 2, 1, 3, 4, 5, 1, 2, 6], null], // no choice is right
    ["identity-rules", [1, 2, 1, 3, 4, 3, 1, 3, 4], null], // two are
  ] as const)("%s %j", (task, row, expected) => {
    expect(solveClevr(task, row)).toEqual(expected);
  });
});
