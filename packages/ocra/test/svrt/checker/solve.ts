// The labels of SVRT's pictures from their geometry: written from the problems' descriptions, not from our generator.
import { classes, curve, hausdorff, kinds, same } from "./compare.js";
import { circumcentre, misalignment, unsquareness } from "./places.js";
import { filledPixels, shared } from "./raster.js";
import { distance, gap, inside, type Point, type Shape } from "./shape.js";

/** 0 or 1 by where a number lies. @throws between the two, where no label is right */
function decide(value: number, one: (v: number) => boolean, zero: (v: number) => boolean): 0 | 1 {
  if (one(value) === zero(value)) throw new Error(`${value} decides for neither label`);
  return one(value) ? 1 : 0;
}

/** The label that this list of counts stands for. */
function byKinds(shapes: readonly Shape[], zero: readonly number[], one: readonly number[]): 0 | 1 {
  const found = kinds(shapes).join();
  return decide(
    0,
    () => found === one.join(),
    () => found === zero.join(),
  );
}

function require(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

const centres = (shapes: readonly Shape[]): Point[] => shapes.map(({ centre }) => centre);

const largestFirst = (shapes: readonly Shape[]): Shape[] => [...shapes].sort((a, b) => b.area - a.area);

/** The members of each cluster of shapes whose filled pixels meet, fewest first. */
function clusters(shapes: readonly Shape[]): Shape[][] {
  const filled = shapes.map(filledPixels);
  const cluster = shapes.map((_, i) => i);
  shapes.forEach((_, i) => {
    for (let j = 0; j < i; j++) {
      if (shared(filled[i]!, filled[j]!) === 0) continue;
      const [from, to] = [cluster[i]!, cluster[j]!];
      cluster.forEach((value, k) => {
        if (value === from) cluster[k] = to;
      });
    }
  });
  return [...new Set(cluster)]
    .map((value) => shapes.filter((_, i) => cluster[i] === value))
    .sort((a, b) => a.length - b.length);
}

type Solver = (shapes: readonly Shape[]) => 0 | 1;

const isSquare = (shapes: readonly Shape[]): 0 | 1 =>
  decide(
    unsquareness(centres(shapes)),
    (d) => d <= 3,
    (d) => d > 3,
  );

const isAligned = (shapes: readonly Shape[]): 0 | 1 =>
  decide(
    misalignment(centres(shapes)),
    (d) => d <= 1.5,
    (d) => d > 6,
  );

/** The solvers of all problems, by number. */
export const solvers: Readonly<Record<number, Solver>> = {
  1: (shapes) => byKinds(shapes, [1, 1], [2]),
  2: (shapes) => {
    const [big, small] = largestFirst(shapes) as [Shape, Shape];
    require(inside(big, small), "the small shape is not inside");
    return decide(
      gap(big, small),
      (d) => d < 5,
      (d) => d > 11,
    );
  },
  3: (shapes) => {
    const found = clusters(shapes);
    require(gapBetween(found[0]!, found[1]!) > 11, "the groups are too near");
    const sizes = found.map((members) => members.length).join();
    return decide(
      0,
      () => sizes === "2,2",
      () => sizes === "1,3",
    );
  },
  4: (shapes) => {
    const [big, small] = largestFirst(shapes) as [Shape, Shape];
    return inside(big, small) ? 1 : 0;
  },
  5: (shapes) => byKinds(shapes, [1, 1, 1, 1], [2, 2]),
  6: (shapes) => {
    const pairs = classes(shapes);
    require(pairs.length === 2 && pairs[0]!.length === 2, "not two pairs");
    const [a, b] = pairs.map(([p, q]) => distance(p!.centroid, q!.centroid));
    return decide(
      Math.abs(a! - b!),
      (d) => d <= 3,
      (d) => d >= 20.9,
    );
  },
  7: (shapes) => byKinds(shapes, [2, 2, 2], [3, 3]),
  8: (shapes) => {
    const [big, small] = largestFirst(shapes) as [Shape, Shape];
    const [isCopy, isInside] = [same(big, small, { scale: true }), inside(big, small)];
    if (isCopy) require(Math.abs(big.area / small.area - 4) < 1e-6, "not half as large");
    require(isCopy || isInside, "another shape outside");
    return isCopy && isInside ? 1 : 0;
  },
  9: (shapes) => {
    require(kinds(shapes, { scale: true }).join() === "3", "not one shape");
    require(isAligned(shapes) === 1, "not aligned");
    const [big] = largestFirst(shapes) as [Shape];
    const [p, q] = centres(shapes.filter((shape) => shape !== big)) as [Point, Point];
    const [x, y] = big.centre;
    const between = (x - p[0]) * (x - q[0]) + (y - p[1]) * (y - q[1]) < 0;
    return between ? 0 : 1;
  },
  10: (shapes) => {
    require(kinds(shapes).join() === "4", "not identical");
    return isSquare(shapes);
  },
  11: (shapes) => {
    const [big, small] = largestFirst(shapes) as [Shape, Shape];
    const common = shared(filledPixels(big), filledPixels(small));
    if (common > 0)
      return decide(
        common,
        (n) => n <= 4,
        (n) => n > 4 && false,
      );
    return decide(
      gap(big, small),
      () => false,
      (d) => d > 7,
    );
  },
  12: (shapes) => {
    require(kinds(shapes, { scale: true }).length === 3, "not all different");
    const [large] = largestFirst(shapes);
    const far = shapes.map((shape) =>
      Math.min(...shapes.filter((o) => o !== shape).map((o) => distance(shape.centre, o.centre))),
    );
    return shapes[far.indexOf(Math.max(...far))] === large ? 1 : 0;
  },
  13: (shapes) => {
    const [bigA, smallA, bigB, smallB] = shapes as [Shape, Shape, Shape, Shape];
    require(same(bigA, bigB) && same(smallA, smallB) && bigA.area > smallA.area, "not two equal pairs");
    const offset = (big: Shape, small: Shape): Point => [
      small.centroid[0] - big.centroid[0],
      small.centroid[1] - big.centroid[1],
    ];
    return decide(
      distance(offset(bigA, smallA), offset(bigB, smallB)),
      (d) => d < 1e-6,
      (d) => d > 31.9,
    );
  },
  14: (shapes) => {
    require(kinds(shapes).join() === "3", "not identical");
    return isAligned(shapes);
  },
  15: (shapes) => {
    require(isSquare(shapes) === 1, "not a square");
    return byKinds(shapes, [1, 1, 1, 1], [4]);
  },
  16: (shapes) => {
    const [left, right] = [shapes.slice(0, 3), shapes.slice(3)];
    require(mirroredPlaces(left, right), "places are not mirrored");
    require(kinds(left).join() === "3" && kinds(right).join() === "3", "not three identical ones");
    const [copied, mirrored] = [same(left[0]!, right[0]!), same(left[0]!, right[0]!, { mirror: true })];
    return decide(
      0,
      () => mirrored && !copied,
      () => copied && !mirrored,
    );
  },
  17: (shapes) => {
    const found = classes(shapes).sort((a, b) => a.length - b.length);
    require(found.map((members) => members.length).join() === "1,3", "not three and one");
    const centre = circumcentre(centres(found[1]!));
    return decide(
      distance(found[0]![0]!.centre, centre),
      (d) => d < 1.5,
      (d) => d > 20.9,
    );
  },
  18: (shapes) => {
    require(kinds(shapes).join() === "6", "not identical");
    const [left, right] = [shapes.slice(0, 3), shapes.slice(3)];
    require(left.every(({ centre }, i) => centre[1] === right[i]!.centre[1]), "heights differ");
    return mirroredPlaces(left, right) ? 1 : 0;
  },
  19: (shapes) => (same(shapes[0]!, shapes[1]!, { scale: true }) ? 1 : 0),
  20: (shapes) => {
    const [a, b] = shapes as [Shape, Shape];
    const [dx, dy] = [b.centre[0] - a.centre[0], b.centre[1] - a.centre[1]];
    const [mx, my] = [(a.centre[0] + b.centre[0]) / 2, (a.centre[1] + b.centre[1]) / 2];
    const mirrored = b.points.map(([x, y]): Point => {
      const beyond = (2 * ((x - mx) * dx + (y - my) * dy)) / (dx * dx + dy * dy);
      return [x - beyond * dx, y - beyond * dy];
    });
    return decide(
      hausdorff(curve(a.points), curve(mirrored)),
      (d) => d < 1e-6,
      (d) => d > 0.3,
    );
  },
  21: (shapes) => (same(shapes[0]!, shapes[1]!, { scale: true, rotation: true }) ? 1 : 0),
  22: (shapes) => {
    require(isAligned(shapes) === 1, "not aligned");
    return byKinds(shapes, [1, 1, 1], [3]);
  },
  23: (shapes) => {
    const [big, ...smalls] = largestFirst(shapes) as [Shape, Shape, Shape];
    require(kinds(smalls).join() === "1,1", "small shapes are identical");
    return inside(big, smalls[0]!) === inside(big, smalls[1]!) ? 0 : 1;
  },
};

function gapBetween(group: readonly Shape[], other: readonly Shape[]): number {
  return Math.min(...group.flatMap((a) => other.map((b) => gap(a, b))));
}

function mirroredPlaces(left: readonly Shape[], right: readonly Shape[]): boolean {
  return left.every(({ centre: [x, y] }, i) => right[i]!.centre[0] === 128 - x && right[i]!.centre[1] === y);
}
