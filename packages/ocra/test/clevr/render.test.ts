// The renderer against geometry that is computed in another way, and against what light does.

import { createHash } from "node:crypto";
import {
  type ClevrObject,
  type ClevrPicture,
  type ClevrScene,
  type ClevrVector,
  clevrColours,
  clevrProject,
  clevrShapes,
  clevrSizes,
  lampCentres,
  type PlacedSolid,
  renderScene,
} from "@throughline/ocra";
import { ThroughlineError } from "@throughline/torch/errors";
import { describe, expect, test } from "vitest";
import { depthInside, groundAt, hull, seen, surface } from "./lens.js";

const size = 128;
const scene = (...solids: PlacedSolid[]): ClevrScene => ({ solids, lamps: lampCentres });
const solid = (
  shape: number,
  x: number,
  y: number,
  more: Partial<Record<"size" | "colour" | "material", number>> = {},
): PlacedSolid => {
  const object: ClevrObject = [more.colour ?? 3, shape, more.size ?? 2, more.material ?? 0];
  return { object, x, y };
};
const brightness = ({ pixels }: ClevrPicture, column: number, row: number): number => {
  const at = Math.floor(row) * size + Math.floor(column);
  return (pixels[at]! + pixels[at + size * size]! + pixels[at + 2 * size * size]!) / 3;
};
const empty = renderScene(scene(), size);

describe("projection", () => {
  test("known points land where the camera's focal length puts them", () => {
    const points: ClevrVector[] = [
      [0, 0, 0],
      [3, -2, 0.7],
      [-3, 1, 0],
      [2.8, 2.8, 1.4],
      [-4, -1, 0.3],
    ];
    for (const point of points) {
      const { column, row } = clevrProject(point);
      const [x, y] = seen(point, size);
      expect(column * size).toBeCloseTo(x, 8);
      expect(row * size).toBeCloseTo(y, 8);
    }
    // The camera looks at the ground near the scene's middle: its axis meets z = 0 there.
    const { column, row } = clevrProject([7.481 - 11.2647 * 0.6642, -6.508 + 11.2647 * 0.5778, 0]);
    expect([column, row].map((value) => Math.round(value * 1e3) / 1e3)).toEqual([0.5, 0.5]);
  });

  test.each(clevrShapes.map((name, shape) => ({ name, shape })))(
    "a $name owns the pixels inside its outline",
    ({ shape }) => {
      for (const [x, y, which] of [
        [0, 0, 2],
        [2.5, -2, 1],
        [-3, 1, 2],
        [1, 3, 0],
      ] as const) {
        const { owners } = renderScene(scene(solid(shape, x, y, { size: which })), size);
        const points = surface(shape, clevrSizes[which].extent, x, y).map((point) => seen(point, size));
        const outline = hull(points);
        owners.forEach((owner, at) => {
          const depth = depthInside(outline, [(at % size) + 0.5, Math.floor(at / size) + 0.5]);
          // A pixel at the outline belongs to whoever has more of it; the hull of sampled points is a little too small.
          if (Math.abs(depth) < 0.55) return;
          if ((owner === 1) !== depth > 0)
            throw new Error(`(${x}, ${y}): pixel ${at} is ${depth} inside, owner ${owner}`);
        });
      }
    },
  );

  test("the nearer of two objects hides the other", () => {
    const [near, far] = [solid(2, 1.2, -1, { size: 1 }), solid(0, -1.2, 1.1)];
    const [column, row] = seen([1.2, -1, 0.5], size).map(Math.floor) as [number, number];
    for (const [solids, owner] of [
      [[near, far], 1],
      [[far, near], 2],
    ] as const) {
      const { owners } = renderScene(scene(...solids), size);
      expect(owners[row * size + column]).toBe(owner);
      expect(new Set(owners).size).toBe(3);
    }
  });
});

describe("light", () => {
  /** Where the shadow of the middle of an object falls, from the centre of a lamp. */
  const shadowOf = ([x, y, z]: ClevrVector, [lx, ly, lz]: ClevrVector): ClevrVector => {
    const steps = lz / (lz - z);
    return [lx + steps * (x - lx), ly + steps * (y - ly), 0];
  };

  /** The share of the ground's light that is left at points, with an object in the middle. */
  const left = (
    lamps: readonly ClevrVector[],
    object: PlacedSolid,
    points: readonly (readonly number[])[],
    pixels = size,
  ): number[] => {
    const [bare, picture] = [[], [object]].map((solids) => renderScene({ solids, lamps }, pixels));
    return points.map(([x, y]) => {
      const [column, row] = seen([x!, y!, 0], pixels).map(Math.floor) as [number, number];
      expect(picture!.owners[row * pixels + column]).toBe(0);
      return picture!.pixels[row * pixels + column]! / bare!.pixels[row * pixels + column]!;
    });
  };

  test.each([0, 1, 2])("a shadow falls away from lamp %i: moved to the other side, it moves too", (lamp) => {
    // To the camera's left and right, where the object hides neither shadow.
    const side: ClevrVector = [3.28, 3.77, 5];
    const other: ClevrVector = [-3.28, -3.77, 5];
    const object = solid(2, 0, 0);
    const lampsAt = (place: ClevrVector): ClevrVector[] =>
      lampCentres.map((centre, i) => (i === lamp ? place : centre));
    const shadows = [side, other].map((place) => shadowOf([0, 0, 0.7], place).map((value) => 1.5 * value));
    const [one, two] = [side, other].map((place) => left(lampsAt(place), object, shadows));
    expect(one![0]).toBeLessThan(two![0]! - 0.02);
    expect(two![1]).toBeLessThan(one![1]! - 0.02);
  });

  test("nothing but shadows changes on the ground, and far from the object nothing at all", () => {
    const picture = renderScene(scene(solid(1, 0, 0)), size);
    picture.owners.forEach((owner, at) => {
      const [column, row] = [(at % size) + 0.5, Math.floor(at / size) + 0.5];
      if (owner !== 0) return;
      const change = brightness(empty, column, row) - brightness(picture, column, row);
      const [x, y] = groundAt(column, row, size);
      if (change < -4) throw new Error(`the ground at (${x}, ${y}) is brighter by ${-change}`);
      // The lowest lamp, at a height of 3, throws a shadow of 1.4 to a distance of 6.1, and its half-shadow a little farther.
      if (Math.hypot(x, y) > 7.5 && change > 1.5) throw new Error(`a shadow at (${x}, ${y})`);
    });
  });

  test("shadows are soft, and softer farther from the object", () => {
    const lamps: ClevrVector[] = [[-4.6, -5.3, 5], lampCentres[1]!, lampCentres[2]!];
    const object = solid(1, 0, 0, { size: 1 });
    const away = [4.6 / 7.02, 5.3 / 7.02] as const;
    /** Points across the shadow at a distance behind the object, and how much light is left at each. */
    const profile = (behind: number): number[] => {
      const points = Array.from({ length: 31 }, (_, i) => {
        const step = (i - 15) / 15;
        return [behind * away[0] + step * away[1], behind * away[1] - step * away[0]];
      });
      return left(lamps, object, points, 256);
    };
    const halfShadow = (behind: number): number => {
      const values = profile(behind);
      const [least, most] = [Math.min(...values), Math.max(...values)];
      expect(least).toBeLessThan(0.85);
      expect(most).toBeGreaterThan(0.95);
      return values.filter(
        (value) => value > least + 0.2 * (most - least) && value < least + 0.8 * (most - least),
      ).length;
    };
    expect(halfShadow(0.6)).toBeGreaterThan(0);
    expect(halfShadow(1.3)).toBeGreaterThan(halfShadow(0.6));
  });

  test("metal shines, rubber does not", () => {
    const brightest = (material: number): number => {
      const { pixels, owners } = renderScene(scene(solid(2, 0, 0, { material, colour: 6 })), size);
      return Math.max(...[...owners.keys()].filter((at) => owners[at] === 1).map((at) => pixels[at]!)); // red, of a blue one
    };
    expect(brightest(1)).toBeGreaterThan(brightest(0) + 80);
  });

  test("metal mirrors a neighbour: a red cube colours a gray sphere", () => {
    const metal = solid(2, 0, 0, { material: 1 });
    const redness = (picture: ClevrPicture): number =>
      Math.max(
        ...[...picture.owners.keys()]
          .filter((at) => picture.owners[at] === 1)
          .map((at) => picture.pixels[at]! - picture.pixels[at + size * size]!),
      );
    expect(redness(renderScene(scene(metal), size))).toBeLessThan(4);
    expect(redness(renderScene(scene(metal, solid(0, 1.6, -0.3, { colour: 7 })), size))).toBeGreaterThan(25);
  });

  test.each(clevrColours.map(({ name, rgb }, colour) => ({ name, rgb, colour })))(
    "$name looks $name",
    ({ colour, rgb }) => {
      for (const material of [0, 1]) {
        const { pixels, owners } = renderScene(scene(solid(2, 0, 0, { colour, material })), size);
        const own = [...owners.keys()].filter((at) => owners[at] === 1);
        const mean = [0, 1, 2].map((c) =>
          own.reduce((sum, at) => sum + (pixels[at + c * size * size]! / 255) ** 2.2, 0),
        );
        const hue = (values: readonly number[]): number[] => {
          const total = values.reduce((a, b) => a + b);
          return values.map((value) => value / total);
        };
        const nearest = clevrColours
          .map((other, i) => ({
            i,
            gap: Math.hypot(...hue(mean).map((value, c) => value - hue(other.rgb)[c]!)),
          }))
          .sort((a, b) => a.gap - b.gap)[0]!;
        expect(clevrColours[nearest.i]!.rgb).toEqual(rgb);
      }
    },
  );
});

describe("renderScene", () => {
  const crowd = scene(
    solid(0, -2, 1, { colour: 1 }),
    solid(1, 1, 1, { colour: 4, material: 1 }),
    solid(2, 1.5, -1.5, { colour: 7, material: 1, size: 1 }),
  );

  test("the same scene gives the same bytes, always the ones below", () => {
    const hash = ({ pixels, owners }: ClevrPicture): string =>
      createHash("sha256").update(pixels).update(owners).digest("hex").slice(0, 16);
    expect(hash(renderScene(crowd, 64))).toBe(hash(renderScene(crowd, 64)));
    expect([hash(renderScene(crowd, 64)), hash(renderScene(crowd, 128))]).toEqual([
      "53a684d6c7c71ea6",
      "492979fecdca4b20",
    ]);
  });

  test("owners follow the order of the solids; a picture need not be square", () => {
    const { owners, pixels } = renderScene(crowd, 80, 60);
    expect([owners.length, pixels.length]).toEqual([4800, 14_400]);
    expect([...new Set(owners)].sort()).toEqual([0, 1, 2, 3]);
    crowd.solids.forEach(({ x, y, object }, i) => {
      const [column, row] = seen([x, y, clevrSizes[object[2]]!.extent], 1);
      expect(owners[Math.floor(row * 60) * 80 + Math.floor(column * 80)]).toBe(i + 1);
    });
  });

  test("edges are smooth: as those of a picture four times as fine, averaged in linear light", () => {
    const { pixels, owners } = renderScene(crowd, size);
    const fine = renderScene(crowd, 4 * size).pixels;
    const light = (value: number): number => (value / 255) ** 2.2;
    const averaged = (row: number, column: number): number => {
      let sum = 0;
      for (let i = 0; i < 16; i++) {
        sum += light(fine[(4 * row + (i >> 2)) * 4 * size + 4 * column + (i & 3)]!) / 16;
      }
      return 255 * sum ** (1 / 2.2);
    };
    const edges = [...owners.keys()].filter((at) => at % size < size - 1 && owners[at] !== owners[at + 1]);
    const gaps = edges.map((at) => Math.abs(pixels[at]! - averaged(Math.floor(at / size), at % size)));
    expect(edges.length).toBeGreaterThan(100);
    // 3 × 3 rays hit an edge to within a sixth of a pixel; one ray would be off by 15 and more.
    expect(gaps.reduce((a, b) => a + b) / gaps.length).toBeLessThan(6);
  });

  const refusals: readonly [message: string, scene: ClevrScene, width: number][] = [
    ["the scene has 16 solids; at most 15 are accepted", scene(...Array(16).fill(solid(0, 0, 0))), 64],
    ["the scene has 0 lamps; three are accepted", { solids: [], lamps: [] }, 64],
    [
      "the scene has an object [0, 3, 0, 0]; accepted: numbers",
      scene({ object: [0, 3, 0, 0], x: 0, y: 0 }),
      64,
    ],
    ["the scene has an object at (NaN, 0); give finite numbers", scene(solid(0, Number.NaN, 0)), 64],
    ["width is 0, accepted: a whole number from 1 to 4096", scene(), 0],
  ];

  test.each(refusals)("%s", (message, wrong, width) => {
    expect(() => renderScene(wrong, width)).toThrow(`renderScene: ${message}`);
    expect(() => renderScene(wrong, width)).toThrow(ThroughlineError);
  });
});
