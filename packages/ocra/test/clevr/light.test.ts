// Light at points of a scene: the part of each lamp that is seen, against thousands of rays, and what sky and distance give.
import { Random } from "@throughline/lab/random";
import { describe, expect, test } from "vitest";
import type { Vector } from "../../src/clevr/camera.js";
import { Light } from "../../src/clevr/light.js";
import { type ClevrScene, lampCentres, type PlacedSolid } from "../../src/clevr/scene.js";
import { Solids } from "../../src/clevr/solids.js";

/** Radii of the lamps' discs, as the renderer has them. */
const radii = [0.5, 0.6, 0.5];

const solid = (shape: number, size: number, x: number, y: number): PlacedSolid => ({
  object: [3, shape, size, 0],
  x,
  y,
});

function lit(scene: ClevrScene): { light: Light; solids: Solids } {
  const solids = new Solids(scene.solids);
  return { solids, light: new Light(scene, solids) };
}

/** The share of each lamp's disc, which faces the point, that no solid hides: by rays to random points of it. */
function seen({ solids, lamps }: ClevrScene, point: Vector, rays: number, rng: Random): number[] {
  const bodies = new Solids(solids);
  return lamps.map((lamp, which) => {
    const way = lamp.map((value, axis) => value - point[axis]!) as unknown as Vector;
    const far = Math.hypot(...way);
    const [ux, uy, uz] = way.map((value) => value / far) as unknown as Vector;
    const flat = Math.hypot(ux, uy);
    const a: Vector = [-uy / flat, ux / flat, 0];
    const b: Vector = [-uz * a[1], uz * a[0], ux * a[1] - uy * a[0]];
    let open = 0;
    for (let ray = 0; ray < rays; ray++) {
      let [p, q] = [2, 2];
      while (p * p + q * q > 1) [p, q] = [rng.uniform(-1, 1), rng.uniform(-1, 1)];
      const to = [0, 1, 2].map(
        (axis) => lamp[axis]! + radii[which]! * (p * a[axis]! + q * b[axis]!) - point[axis]!,
      );
      const length = Math.hypot(...to);
      const [dx, dy, dz] = to.map((value) => value / length) as unknown as Vector;
      let hidden = false;
      for (let i = 0; i < bodies.count; i++) {
        if (bodies.distance(i, ...point, dx, dy, dz) < length) hidden = true;
      }
      if (!hidden) open++;
    }
    return open / rays;
  });
}

/** The shares of the lamps at a point of the ground, as parts of what an empty scene gives there. */
function shares(scene: ClevrScene, point: Vector): number[] {
  const parts = [scene, { ...scene, solids: [] }].map((one) => {
    const { light } = lit(one);
    light.arrive(...point, 0, 0, 1, -1, true);
    return [...light.share];
  });
  return parts[0]!.map((part, lamp) => part / parts[1]![lamp]!);
}

describe("soft shadows", () => {
  const scene: ClevrScene = {
    solids: [solid(0, 2, 0, 0), solid(1, 1, 1.5, -1.2), solid(2, 2, -1.8, 1)],
    lamps: lampCentres,
  };

  test("at points of the ground, the open share of each lamp is that of many rays", () => {
    const rng = new Random("shadows");
    let [whole, none, part] = [0, 0, 0];
    for (let i = 0; i < 60; i++) {
      const point: Vector = [rng.uniform(-4, 4), rng.uniform(-4, 4), 0];
      const [found, expected] = [shares(scene, point), seen(scene, point, 600, rng)];
      for (const [lamp, share] of expected.entries()) {
        // 24 rays of the pattern: within two of them of what 600 random ones find (whose own error is 0.02).
        expect(Math.abs(found[lamp]! - share), `lamp ${lamp} at ${point}`).toBeLessThan(2 / 24 + 0.08);
        if (share === 1) whole++;
        else if (share === 0) none++;
        else part++;
      }
    }
    for (const count of [whole, none, part]) expect(count).toBeGreaterThan(3);
  });

  test("far from every solid all lamps are whole; where the middle of a shadow falls, its lamp is gone", () => {
    expect(shares(scene, [40, 40, 0])).toEqual([1, 1, 1]);
    const one = { ...scene, solids: [solid(2, 2, 0, 0)] };
    for (const [which, [x, y, z]] of lampCentres.entries()) {
      // From the lamp through the sphere's centre, 0.7 above the ground, on to the ground.
      const beyond = 0.7 / (z - 0.7);
      const found = shares(one, [-x * beyond, -y * beyond, 0]);
      expect(found[which]).toBe(0);
      expect(Math.max(...found)).toBe(1);
    }
  });

  test("the coarse pattern is an average of the same disc", () => {
    const rng = new Random("coarse");
    let sum = 0;
    for (let i = 0; i < 200; i++) {
      const point: Vector = [rng.uniform(-3, 3), rng.uniform(-3, 3), 0];
      const { light } = lit(scene);
      light.arrive(...point, 0, 0, 1, -1, true);
      const fine = [...light.share];
      light.arrive(...point, 0, 0, 1, -1, false);
      sum += [...light.share].reduce((total, share, lamp) => total + Math.sign(share - fine[lamp]!), 0);
    }
    expect(Math.abs(sum)).toBeLessThan(60); // neither always brighter nor always darker
  });
});

describe("without solids", () => {
  const empty: ClevrScene = { solids: [], lamps: lampCentres };
  const { light } = lit(empty);
  const at = (point: Vector, normal: Vector): number => {
    light.arrive(...point, ...normal, -1, true);
    expect(light.irradiance[1]).toBe(light.irradiance[0]); // grey light
    return light.irradiance[0]!;
  };

  test("lamps are seen in their directions, and only from the side that faces them", () => {
    at([1, 2, 0], [0, 0, 1]);
    for (const [lamp, centre] of lampCentres.entries()) {
      const way = [centre[0] - 1, centre[1] - 2, centre[2]];
      const length = Math.hypot(...way);
      for (let axis = 0; axis < 3; axis++)
        expect(light.towards[3 * lamp + axis]).toBeCloseTo(way[axis]! / length, 12);
      expect(light.share[lamp]).toBeGreaterThan(0);
    }
    at([1, 2, 0], [0, 0, -1]);
    expect([...light.share]).toEqual([0, 0, 0]);
  });

  test("a surface that looks down gets the ground's light alone, one that looks up the sky's and the lamps'", () => {
    const [up, down] = [at([0, 0, 0], [0, 0, 1]), at([0, 0, 0], [0, 0, -1])];
    expect(down).toBeCloseTo(0.13, 12);
    expect(up).toBeGreaterThan(0.17);
    const bare = [...Array(3).keys()].reduce((sum, lamp) => {
      light.arrive(0, 0, 0, 0, 0, 1, -1, true);
      return sum + light.share[lamp]! * light.towards[3 * lamp + 2]!;
    }, 0);
    expect(up).toBeCloseTo(0.17 + bare, 12);
  });

  test("farther lamps give less, by the square of the distance on top of their size", () => {
    const near: ClevrScene = { solids: [], lamps: [[0, 0, 10], [0, 0, 20], [0, 0, -5]] }; // biome-ignore format: lamps
    const { light: other } = lit(near);
    other.arrive(0, 0, 0, 0, 0, 1, -1, true);
    const [first, second, below] = [...other.share];
    expect((first! / 120) * (100 + 140)).toBeCloseTo(1, 12);
    expect((second! / 20) * (400 + 140)).toBeCloseTo(1, 12);
    expect(below).toBe(0);
  });
});

test("a solid beside a point takes of the sky's light and gives its own colour back", () => {
  const red: ClevrScene = {
    solids: [{ object: [7, 2, 2, 0], x: 0.9, y: 0 }],
    lamps: lampCentres.map(([x, y]) => [x, y, -1] as const), // below the ground: no direct light
  };
  const { light } = lit(red);
  light.arrive(0, 0, 0, 0, 0, 1, -1, true);
  const [r, g, b] = [...light.irradiance];
  expect(r).toBeGreaterThan(g!);
  expect(r).toBeGreaterThan(b!);
  expect(g).toBeLessThan(0.17);
  light.arrive(30, 30, 0, 0, 0, 1, -1, true);
  for (const value of light.irradiance) expect(value).toBeCloseTo(0.17, 4);
});
