// Pictures of scenes against geometry worked out beside them: where outlines lie, what hides what, which side is up, what light does.
import { GEOM_TYPES, ScenePainter, type SceneShapes } from "@throughline/envs";
import { Random } from "@throughline/lab/random";
import { caught } from "@throughline/testing/caught";
import { expect, test } from "vitest";
import {
  type Camera,
  depthWithin,
  drawn,
  rayOf,
  type Shape,
  times,
  turned,
  UNTURNED,
  type Vector,
} from "./support/scenes.js";

const RED: Vector = [255, 0, 0];
const GREEN: Vector = [0, 255, 0];
const BLUE: Vector = [0, 0, 255];
const ahead: Camera = { fieldOfView: 60 };

const is = (color: Vector, other: Vector): boolean => color.every((byte, at) => byte === other[at]);

/** Rows of a picture as text: a letter where a colour is drawn, a point elsewhere. */
function letters(
  at: (row: number, column: number) => Vector,
  height: number,
  width: number,
  names: readonly (readonly [string, Vector])[],
): string[] {
  return Array.from({ length: height }, (_, row) =>
    Array.from(
      { length: width },
      (_, column) => names.find(([, color]) => is(at(row, column), color))?.[0] ?? ".",
    ).join(""),
  );
}

test("a face fills the pixels that its edges and the field of view say", () => {
  // 53.13 degrees: the half height at depth 1 is 0.5; at depth 2 it is 1, and the half width 1.5.
  const camera = { fieldOfView: (2 * Math.atan(0.5) * 180) / Math.PI };
  const [height, width] = [60, 90];
  const box: Shape = { type: "box", size: [0.703, 0.353, 0.1], position: [0.207, -0.108, -2.1], color: RED };
  const [at] = drawn([box], [camera], { height, width });
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const x = 1.5 * ((2 * (column + 0.5)) / width - 1);
      const y = 1 - (2 * (row + 0.5)) / height;
      const inside = Math.abs(x - 0.207) < 0.703 && Math.abs(y + 0.108) < 0.353;
      expect(is(at!(row, column), RED), `row ${row}, column ${column}`).toBe(inside);
    }
});

test.each([
  [0, 0, -2],
  [0.8, -0.5, -2],
  [-1, 0.9, -2.4],
] as Vector[])(
  "a ball at %d, %d, %d is the cone of rays that touch it, around its projected middle",
  (x, y, z) => {
    const [side, radius] = [96, 0.3];
    const ball: Shape = { type: "sphere", size: [radius], position: [x, y, z], color: GREEN };
    const [at] = drawn([ball], [ahead], { height: side, width: side });
    const away = Math.hypot(x, y, z);
    const least = Math.sqrt(1 - (radius / away) ** 2);
    let [area, rows, columns] = [0, 0, 0];
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++) {
        const d = rayOf(ahead, side, side, row, column);
        const cosine = (d[0] * x + d[1] * y + d[2] * z) / (Math.hypot(...d) * away);
        const isGreen = is(at!(row, column), GREEN);
        if (Math.abs(cosine - least) > 1e-6)
          expect(isGreen, `row ${row}, column ${column}`).toBe(cosine > least);
        area += Number(isGreen);
        rows += isGreen ? row + 0.5 : 0;
        columns += isGreen ? column + 0.5 : 0;
      }
    // The outline is an ellipse whose axes follow from the cone's: its area on the plane at depth 1 is π r² |z| / (z² − r²)^(3/2) · away',
    // with away'² = |p|² − r². Its middle lies a little farther out than the projected middle of the ball.
    const pixel = (2 * Math.tan(Math.PI / 6)) / side;
    const exact =
      (Math.PI * radius ** 2 * Math.sqrt(away ** 2 - radius ** 2)) / (z ** 2 - radius ** 2) ** 1.5;
    expect(Math.abs((area * pixel ** 2) / exact - 1)).toBeLessThan(0.03);
    const stretch = z ** 2 / (z ** 2 - radius ** 2);
    expect(columns / area).toBeCloseTo(side / 2 + ((x / -z) * stretch) / pixel, 0);
    expect(rows / area).toBeCloseTo(side / 2 - ((y / -z) * stretch) / pixel, 0);
  },
);

/** A shape somewhere ahead, turned somehow; its colour tells its number. */
function anyShape(random: Random, number: number): Shape {
  const type = GEOM_TYPES[1 + (number % 5)]!;
  const quaternion = [0, 1, 2, 3].map(() => random.uniform(-1, 1)) as [number, number, number, number];
  const size = [0, 1, 2].map(() => random.uniform(0.08, 0.3));
  return {
    ...{ type, size, rotation: turned(...quaternion) },
    position: [random.uniform(-0.8, 0.8), random.uniform(-0.8, 0.8), random.uniform(-3, -1)],
    color: [10 + 20 * number, 255 - 20 * number, 7],
  };
}

test("of turned shapes of every type, the one that a ray enters first is seen", () => {
  const side = 32;
  const random = new Random("scenes");
  const shapes = Array.from({ length: 12 }, (_, number) => anyShape(random, number));
  const quaternion = turned(0.9, 0.1, -0.2, 0.15);
  const camera: Camera = { position: [0.1, -0.3, 0.2], rotation: quaternion, fieldOfView: 70 };
  // The scene turned and moved with the camera, so that it stays ahead.
  const moved = shapes.map((shape): Shape => {
    const p = times(quaternion, shape.position!);
    const column = (at: number): Vector =>
      times(quaternion, [0, 3, 6].map((i) => shape.rotation![i + at]!) as never);
    const [x, y, z] = [column(0), column(1), column(2)];
    const position = p.map((value, i) => value + camera.position![i]!) as unknown as Vector;
    return { ...shape, position, rotation: [0, 1, 2].flatMap((i) => [x[i]!, y[i]!, z[i]!]) };
  });
  const [at] = drawn(moved, [camera], { height: side, width: side });
  const unsure = 0.006;
  let sure = 0;
  const seen = new Set<number>();
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const d = rayOf(camera, side, side, row, column);
      // Steps along the ray: the first that is clearly inside of a shape, unless another is touched up to there.
      let [entered, touched] = [-1, new Set<number>()];
      for (let t = 0.3; t < 4 && entered < 0; t += 0.004) {
        const point = d.map((value, i) => camera.position![i]! + t * value) as unknown as Vector;
        for (const [number, shape] of moved.entries()) {
          const depth = depthWithin(shape, point);
          if (depth > -unsure) touched.add(number);
          if (depth > unsure && entered < 0) entered = number;
        }
      }
      touched = new Set([...touched].filter((number) => number !== entered));
      if (touched.size > 0) continue;
      sure++;
      seen.add(entered);
      const expected = entered < 0 ? undefined : moved[entered]!.color;
      const found = moved.find(({ color }) => is(color, at!(row, column)))?.color;
      expect(found, `row ${row}, column ${column}`).toEqual(expected);
    }
  expect(sure).toBeGreaterThan(0.7 * side * side);
  expect(seen.size).toBeGreaterThan(9);
});

test("what is nearer hides what is farther, whatever their order; of two in one place the first is seen", () => {
  const near: Shape = { type: "box", size: [0.2, 0.2, 0.2], position: [0, 0, -1], color: RED };
  const far: Shape = { type: "sphere", size: [1], position: [0, 0, -4], color: BLUE };
  for (const shapes of [
    [near, far],
    [far, near],
  ])
    expect(drawn(shapes, [ahead], { height: 11, width: 11 })[0]!(5, 5)).toEqual(RED);
  expect(drawn([near, { ...near, color: BLUE }], [ahead], { height: 11, width: 11 })[0]!(5, 5)).toEqual(RED);
});

test("a capsule is a cylinder with a ball at each end, in outline and in light", () => {
  const pose = { position: [0.1, 0, -1.5], rotation: turned(0.8, 0.5, 0.3, 0.1) } as const;
  const color: Vector = [200, 100, 50];
  const [radius, half] = [0.15, 0.3];
  const axis = times(pose.rotation, [0, 0, half]);
  const end = (sign: number): Shape => ({
    ...{ type: "sphere", size: [radius], color },
    position: pose.position.map((value, i) => value + sign * axis[i]!) as unknown as Vector,
  });
  const light = { height: 84, width: 84, headlight: 0.7, ambient: 0.3 };
  const [whole] = drawn([{ ...pose, type: "capsule", size: [radius, half], color }], [ahead], light);
  const parts = [{ ...pose, type: "cylinder", size: [radius, half], color } as Shape, end(1), end(-1)];
  const [union] = drawn(parts, [ahead], light);
  let covered = 0;
  for (let row = 0; row < 84; row++)
    for (let column = 0; column < 84; column++) {
      const [a, b] = [whole!(row, column), union!(row, column)];
      covered += Number(a[2] < 100);
      // Where both meet, rounding may choose the ball or the cylinder.
      for (let i = 0; i < 3; i++)
        expect(Math.abs(a[i]! - b[i]!), `row ${row}, column ${column}`).toBeLessThan(3);
    }
  expect(covered).toBeGreaterThan(500);
});

test("an F is read as an F: nothing is mirrored or upside down", () => {
  const bar = (x: number, y: number, wide: number, tall: number, color: Vector): Shape => ({
    ...{
      type: "box",
      size: [wide / 2, tall / 2, 0.01],
      position: [x + wide / 2, y + tall / 2, -1.01],
      color,
    },
  });
  // A unit is a pixel: 12 rows at depth 1 are 12 high if the half angle is 80.54 degrees.
  const camera = { fieldOfView: (2 * Math.atan(6) * 180) / Math.PI };
  const shapes = [bar(-4, -5, 2, 10, RED), bar(-2, 3, 5, 2, GREEN), bar(-2, -1, 3, 2, BLUE)];
  const [at] = drawn(shapes, [camera], { height: 12, width: 12 });
  expect(
    letters(at!, 12, 12, [
      ["s", RED],
      ["t", GREEN],
      ["m", BLUE],
    ]),
  ).toEqual([
    "............",
    "..ssttttt...",
    "..ssttttt...",
    "..ss........",
    "..ss........",
    "..ssmmm.....",
    "..ssmmm.....",
    "..ss........",
    "..ss........",
    "..ss........",
    "..ss........",
    "............",
  ]);
});

test("robosuite's cameras see an arrow on the table and things before the hand as they lie", () => {
  // An arrow on the table that points along +x, towards the agentview, with a feather on its +y side.
  const flat = (x: number, y: number, wide: number, deep: number, color: Vector): Shape => ({
    ...{ type: "box", size: [wide, deep, 0.005], position: [x, y, 0.805], color },
  });
  const arrow = [
    flat(0, 0, 0.15, 0.02, RED),
    flat(0.12, 0, 0.03, 0.07, GREEN),
    flat(-0.12, 0.05, 0.03, 0.05, BLUE),
  ];
  const agentview: Camera = {
    ...{ position: [0.5, 0, 1.35], rotation: turned(0.653, 0.271, 0.271, 0.653), fieldOfView: 45 },
  };
  // On a hand that points down, whose x is the world's x: up in the picture is the hand's x, right is its y, the world's −y.
  const down: readonly number[] = [1, 0, 0, 0, -1, 0, 0, 0, -1];
  const inHand = turned(0, 0.707108, 0.707108, 0);
  const product = [0, 3, 6].flatMap((row) =>
    [0, 1, 2].map((column) =>
      [0, 1, 2].reduce((sum, k) => sum + down[row + k]! * inHand[3 * k + column]!, 0),
    ),
  );
  const eye: Camera = { position: [0.05, 0, 1.2], rotation: product, fieldOfView: 75 };
  const [from, above] = drawn(arrow, [agentview, eye], { height: 21, width: 21 });
  const names = [
    ["a", RED],
    ["h", GREEN],
    ["f", BLUE],
  ] as const;
  const [one, other] = [letters(from!, 21, 21, names), letters(above!, 21, 21, names)];
  const middle = (rows: readonly string[], letter: string): readonly [number, number] => {
    const places = rows.flatMap((text, row) =>
      [...text].flatMap((found, column) => (found === letter ? [[row, column] as const] : [])),
    );
    const mean = (at: 0 | 1): number => places.reduce((sum, place) => sum + place[at], 0) / places.length;
    return [mean(0), mean(1)];
  };
  // From the front: the head is nearest, so lowest, and the feather, on +y, is to the right of the shaft.
  expect(middle(one, "h")[0]).toBeGreaterThan(middle(one, "f")[0] + 3);
  expect(middle(one, "h")[1]).toBeCloseTo(10, 5);
  expect(middle(one, "f")[1]).toBeGreaterThan(11);
  // From the hand: +x is up, so the head is above; +y is to the left when one looks down with +x up.
  expect(middle(other, "h")[0]).toBeLessThan(middle(other, "f")[0] - 3);
  expect(middle(other, "f")[1]).toBeLessThan(9);
});

test("samples of a pixel are averaged", () => {
  // The edge x = 0 runs through the middle of column 1 of three.
  const half: Shape = { type: "box", size: [5, 5, 0.1], position: [5, 0, -1.1], color: [200, 100, 40] };
  const rest: Shape = { type: "box", size: [9, 9, 0.1], position: [0, 0, -2], color: [100, 0, 0] };
  for (const samples of [2, 4]) {
    const [at] = drawn([half, rest], [ahead], { height: 3, width: 3, samples });
    expect([0, 1, 2].map((column) => at!(1, column))).toEqual([
      [100, 0, 0],
      [150, 50, 20],
      [200, 100, 40],
    ]);
  }
});

test("planes have edges, squares where they are near, and their mean where they are far", () => {
  const plane = (size: readonly number[]): Shape => ({
    ...{
      type: "plane",
      size,
      position: [0, -1, 0],
      rotation: [1, 0, 0, 0, 0, 1, 0, -1, 0],
      color: [200, 200, 200],
    },
  });
  // Looking straight down from 1 above, x to the right: squares of 0.5 metres, of 82 % where they are darker.
  const down: Camera = { rotation: [1, 0, 0, 0, 0, 1, 0, -1, 0], fieldOfView: 90 };
  const [squares] = drawn([plane([0, 0])], [down], { height: 8, width: 8, squares: 0.5, samples: 4 });
  const dark = (row: number, column: number): boolean => squares!(row, column)[0] < 180;
  const rows = Array.from({ length: 8 }, (_, row) =>
    Array.from({ length: 8 }, (_, column) => dark(row, column)),
  );
  // Two pixels are half a metre: every square is two by two.
  for (let row = 0; row < 8; row++)
    for (let column = 0; column < 8; column++) {
      expect(rows[row]![column]).toBe(rows[row - (row % 2)]![column - (column % 2)]);
      if (column >= 2) expect(rows[row]![column]).toBe(!rows[row]![column - 2]);
    }
  const [edged] = drawn([plane([0.5, 0.75])], [down], { height: 8, width: 8 });
  expect(letters(edged!, 8, 8, [["p", [200, 200, 200]]])).toEqual([
    "........",
    "..pppp..",
    "..pppp..",
    "..pppp..",
    "..pppp..",
    "..pppp..",
    "..pppp..",
    "........",
  ]);
  const [far] = drawn([plane([0, 0])], [ahead], { height: 101, width: 3, squares: 0.1 });
  expect(far!(52, 1)[0]).toBeCloseTo(182, -1);
  expect(far!(40, 1)[0]).not.toBe(200);
});

test("light follows the angles: from everywhere, from the eye, and from a lamp", () => {
  const ball: Shape = { type: "sphere", size: [1], position: [0, 0, -3], color: [200, 100, 50] };
  const side = 64;
  const options = { height: side, width: side, ambient: 0.2, headlight: 0.3 };
  const lamp = { position: [2, 3, 1] as const, strength: 0.4 };
  const [at] = drawn([ball], [ahead], { ...options, lamps: [lamp] });
  let seen = 0;
  for (let row = 0; row < side; row += 3)
    for (let column = 0; column < side; column += 3) {
      const d = rayOf(ahead, side, side, row, column);
      const square = d[0] ** 2 + d[1] ** 2 + 1;
      const inside = 9 - 8 * square;
      if (inside < 0.02) continue;
      seen++;
      const t = (3 - Math.sqrt(inside)) / square;
      const p = [t * d[0], t * d[1], -t];
      const normal = [p[0]!, p[1]!, p[2]! + 3];
      const to = [2 - p[0]!, 3 - p[1]!, 1 - p[2]!];
      const cosine = (a: readonly number[]): number =>
        Math.max(0, a.reduce((sum, value, i) => sum + value * normal[i]!, 0) / Math.hypot(...a));
      const light = 0.2 + 0.3 * cosine([-d[0], -d[1], 1]) + 0.4 * cosine(to);
      for (let i = 0; i < 3; i++)
        expect(Math.abs(at!(row, column)[i]! - light * ball.color[i]!)).toBeLessThan(0.6);
    }
  expect(seen).toBeGreaterThan(100);
});

test("the eye looks through the shape that it is in, and sees nothing behind it or too near", () => {
  const sky = drawn([], [ahead], { height: 5, width: 5 })[0]!(2, 2);
  const middle = (...shapes: Shape[]): Vector => drawn(shapes, [ahead], { height: 5, width: 5 })[0]!(2, 2);
  const around = (["sphere", "capsule", "ellipsoid", "cylinder", "box"] as const).map(
    (type): Shape => ({ type, size: [1, 1, 1], color: RED }),
  );
  for (const shape of around) {
    expect(middle(shape)).toEqual(sky);
    expect(middle({ ...shape, position: [0, 0, 3] })).toEqual(sky);
    expect(middle({ ...shape, position: [0, 0, -3] })).toEqual(RED);
    expect(middle({ ...shape, position: [0, 0, -3], opacity: 0 })).toEqual(sky);
  }
  const ball: Shape = { type: "sphere", size: [0.001], position: [0, 0, -0.009], color: RED };
  expect(middle(ball)).toEqual(sky);
  expect(middle({ ...ball, position: [0, 0, -0.012] })).toEqual(RED);
});

test("what cannot be drawn is said in one sentence", () => {
  const whole: SceneShapes = {
    ...{ count: 1, types: Uint8Array.of(5), sizes: Float64Array.of(1, 1, 1), names: ["cube"] },
    ...{ colors: Float32Array.of(1, 0, 0, 1), cameras: [{ name: "agentview", fieldOfView: 45 }] },
  };
  const said = (part: Partial<SceneShapes>): string =>
    caught(() => new ScenePainter({ ...whole, ...part })).message;
  expect(said({ types: Uint8Array.of(6) })).toBe(
    "ScenePainter: shape 0 (cube) is of type mesh, accepted: plane, sphere, capsule, ellipsoid, cylinder, box",
  );
  expect(said({ types: Uint8Array.of(9) })).toMatch(/shape 0 \(cube\) is of type 9, accepted/);
  expect(said({ sizes: Float64Array.of(1, 0, 1) })).toMatch(/sizes of shape 0 \(cube\), a box, are 1, 0, 1/);
  expect(said({ colors: Float32Array.of(1, 2, 0, 1) })).toMatch(/colour of shape 0 \(cube\) is 1, 2, 0, 1/);
  expect(said({ count: 2 })).toMatch(
    /1 types, 3 sizes and 4 numbers of colours are given, accepted: 2, 6 and 8/,
  );
  expect(said({ cameras: [] })).toMatch(/no cameras/);
  expect(said({ cameras: [{ name: "agentview", fieldOfView: 180 }] })).toMatch(
    /field of view of agentview is 180/,
  );
  expect(caught(() => new ScenePainter(whole, { height: 0 })).message).toMatch(/height is 0, accepted/);
  const painter = new ScenePainter(whole);
  const poses = {
    ...{ positions: new Float64Array(3), rotations: Float64Array.from(UNTURNED) },
    ...{ cameraPositions: Float64Array.of(0, 0, 3), cameraRotations: Float64Array.from(UNTURNED) },
  };
  expect(painter.draw(poses)[0]!.pixels).toHaveLength(84 * 84 * 3);
  expect(caught(() => painter.draw({ ...poses, rotations: new Float64Array(8) })).message).toMatch(
    /rotations are 8 numbers, accepted: 9 for 1 shapes and 1 cameras/,
  );
  expect(
    caught(() => painter.draw({ ...poses, positions: Float64Array.of(0, Number.NaN, 0) })).message,
  ).toMatch(/a pose has NaN/);
  painter.close();
  painter.close();
  expect(caught(() => painter.draw(poses)).message).toMatch(/draw after close/);
});
