// Pooling, padding, resizing and windows against loops over plain arrays: every option, sizes that do not divide.
import { nn, randn, type Tensor, tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const F = nn.functional;
type Plane = number[][];
const near = { rtol: 1e-12, atol: 1e-12, because: "sums of a few numbers, in any order" };
const [H, W] = [7, 9];
const image = (): Tensor => randn([2, 3, H, W], { dtype: "float64" });
const planes = (x: Tensor): Plane[][] => x.toArray() as unknown as Plane[][];
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
/** `body` of each plane of [N, C, H, W]. */
const each = (x: Tensor, body: (plane: Plane) => Plane): Plane[][] =>
  planes(x).map((example) => example.map(body));
/** Flat [rows, columns] of `value`. */
const build = (rows: number, columns: number, value: (r: number, c: number) => number): Plane =>
  range(rows).map((r) => range(columns).map((c) => value(r, c)));

interface Windows {
  readonly kernel: [number, number];
  readonly stride: [number, number];
  readonly padding: [number, number];
  readonly dilation: [number, number];
  readonly ceil: boolean;
}

/** Number of windows along a side: an incomplete last one counts if asked for, but not if it begins in the padding. */
function count(size: number, axis: 0 | 1, { kernel, stride, padding, dilation, ceil }: Windows): number {
  const span = dilation[axis] * (kernel[axis] - 1) + 1;
  const steps = (size + 2 * padding[axis] - span) / stride[axis];
  const windows = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  return ceil && (windows - 1) * stride[axis] >= size + padding[axis] ? windows - 1 : windows;
}

/** Places [r, c] that window (i, j) looks at, also outside the plane. */
function placesOf(i: number, j: number, { kernel, stride, padding, dilation }: Windows): [number, number][] {
  return range(kernel[0]).flatMap((a) =>
    range(kernel[1]).map((b): [number, number] => [
      i * stride[0] - padding[0] + a * dilation[0],
      j * stride[1] - padding[1] + b * dilation[1],
    ]),
  );
}

const inside = ([r, c]: [number, number]): boolean => r >= 0 && c >= 0 && r < H && c < W;
const usual: Windows = { kernel: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1], ceil: false };
const settings: Record<string, Windows> = {
  "side by side": usual,
  overlapping: { ...usual, kernel: [3, 2], stride: [1, 1] },
  padded: { ...usual, kernel: [3, 4], stride: [2, 3], padding: [1, 2] },
  "with incomplete windows": { ...usual, kernel: [3, 3], stride: [3, 2], ceil: true },
  "incomplete and padded": { ...usual, kernel: [4, 2], stride: [3, 3], padding: [2, 1], ceil: true },
  dilated: { ...usual, kernel: [2, 3], stride: [1, 2], dilation: [3, 2] },
};
const options = ({ stride, padding, dilation, ceil }: Windows) => ({
  stride,
  padding,
  dilation,
  ceilMode: ceil,
});

describe("pooling", () => {
  for (const [name, windows] of Object.entries(settings)) {
    const [rows, columns] = [count(H, 0, windows), count(W, 1, windows)];

    scoped(`maxPool2d, ${name}: the greatest of each window, and where it is`, () => {
      const x = image();
      const [values, places] = F.maxPool2d(x, windows.kernel, { ...options(windows), returnIndices: true });
      const known = each(x, (plane) =>
        build(rows, columns, (i, j) =>
          Math.max(
            ...placesOf(i, j, windows)
              .filter(inside)
              .map(([r, c]) => plane[r]![c]!),
          ),
        ),
      );
      expect(values).toBeClose(known, near);
      const flat = x.reshape([2, 3, H * W]).gather(2, places.reshape([2, 3, -1]));
      expect(flat.reshape(values.shape)).toBeClose(values, near);
      expect(new nn.MaxPool2d(windows.kernel, options(windows)).forward(x)).toBeClose(known, near);
    });

    if (name === "dilated") continue;
    scoped(`avgPool2d, ${name}: the mean, with and without the padding, or over a divisor`, () => {
      const x = image();
      const { dilation: _, ...given } = options(windows);
      const sums = (divide: (found: number, i: number, j: number) => number) =>
        each(x, (plane) =>
          build(rows, columns, (i, j) => {
            const found = placesOf(i, j, windows).filter(inside);
            const sum = found.reduce((s, [r, c]) => s + plane[r]![c]!, 0);
            return sum / divide(found.length, i, j);
          }),
        );
      // Padding counts, but nothing beyond it, where an incomplete window ends.
      const reach = (i: number, j: number): number =>
        placesOf(i, j, windows).filter(([r, c]) => r < H + windows.padding[0] && c < W + windows.padding[1])
          .length;
      expect(F.avgPool2d(x, windows.kernel, given)).toBeClose(
        sums((_, i, j) => reach(i, j)),
        near,
      );
      const bare = F.avgPool2d(x, windows.kernel, { ...given, countIncludePad: false });
      expect(bare).toBeClose(
        sums((found) => found),
        near,
      );
      const over = F.avgPool2d(x, windows.kernel, { ...given, divisorOverride: 5 });
      expect(over).toBeClose(
        sums(() => 5),
        near,
      );
    });
  }

  for (const size of [1, 2, 3, 5] as const) {
    scoped(`adaptive pooling into ${size}: from ⌊iL/n⌋ to ⌈(i + 1)L/n⌉`, () => {
      const x = image();
      const span = (i: number, length: number, n: number): number[] =>
        range(length).slice(Math.floor((i * length) / n), Math.ceil(((i + 1) * length) / n));
      const known = (one: (values: number[]) => number) =>
        each(x, (plane) =>
          build(size, W, (i, j) =>
            one(span(i, H, size).flatMap((r) => span(j, W, W).map((c) => plane[r]![c]!))),
          ),
        );
      const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      expect(F.adaptiveAvgPool2d(x, [size, null])).toBeClose(known(mean), near);
      expect(F.adaptiveMaxPool2d(x, [size, null])).toBeClose(
        known((values) => Math.max(...values)),
        near,
      );
      const line = x.select(2, 0);
      const rows = line.toArray() as unknown as number[][][];
      expect(F.adaptiveAvgPool1d(line, size)).toBeClose(
        rows.map((example) =>
          example.map((row) => range(size).map((i) => mean(span(i, W, size).map((c) => row[c]!)))),
        ),
        near,
      );
    });
  }

  scoped("one dimension is two of which one has size 1", () => {
    const x = randn([2, 3, W], { dtype: "float64" });
    const given = { stride: 2, padding: 1 };
    const wide = { stride: [1, 2], padding: [0, 1] } as const;
    expect(F.maxPool1d(x, 3, given)).toBeClose(F.maxPool2d(x.unsqueeze(2), [1, 3], wide).squeeze(2), near);
    expect(F.avgPool1d(x, 3, given)).toBeClose(F.avgPool2d(x.unsqueeze(2), [1, 3], wide).squeeze(2), near);
  });
});

describe("padding", () => {
  /** Where place `i` of a padded side comes from; null for the constant. */
  const sources: Record<nn.functional.PadMode, (i: number, size: number) => number | null> = {
    constant: (i, size) => (i < 0 || i >= size ? null : i),
    replicate: (i, size) => Math.min(Math.max(i, 0), size - 1),
    circular: (i, size) => (i + size) % size,
    reflect: (i, size) => (i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i),
  };
  for (const [mode, source] of Object.entries(sources)) {
    scoped(`${mode}: left, right, top, bottom`, () => {
      const x = image();
      const known = each(x, (plane) =>
        build(H + 1 + 3, W + 2 + 4, (r, c) => {
          const [from, at] = [source(r - 1, H), source(c - 2, W)];
          return from === null || at === null ? 7 : plane[from]![at]!;
        }),
      );
      const value = mode === "constant" ? { value: 7 } : {};
      const padded = F.pad(x, [2, 4, 1, 3], { mode: mode as nn.functional.PadMode, ...value });
      expect(padded).toBeClose(known, near);
    });
  }

  scoped("what is negative cuts", () => {
    const x = image();
    expect(F.pad(x, [-1, -2, 0, -3])).toBeClose(
      each(x, (plane) => plane.slice(0, -3).map((row) => row.slice(1, -2))),
      near,
    );
    expect(F.pad(F.pad(x, [3, 1, 2, 2]), [-3, -1, -2, -2])).toBeClose(x, near);
  });
});

describe("resizing", () => {
  const cubic = (distance: number): number => {
    const [d, a] = [Math.abs(distance), -0.75];
    if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
    return d < 2 ? a * (d ** 3 - 5 * d ** 2 + 8 * d - 4) : 0;
  };
  const linear = (distance: number): number => Math.max(0, 1 - Math.abs(distance));
  /** Weights of the input's elements in element `i` of the output. */
  const weights = (i: number, from: number, to: number, corners: boolean, kernel: (d: number) => number) => {
    const cubicKernel = kernel === cubic;
    let place = corners ? (to === 1 ? 0 : (i * (from - 1)) / (to - 1)) : ((i + 0.5) * from) / to - 0.5;
    if (!cubicKernel) place = Math.max(0, place);
    const found = Array<number>(from).fill(0);
    for (let at = Math.floor(place) - 1; at <= Math.floor(place) + 2; at++) {
      found[Math.min(Math.max(at, 0), from - 1)]! += kernel(place - at);
    }
    return found;
  };
  const blend = (plane: Plane, across: number[][], along: number[][]): Plane =>
    across.map((down) =>
      along.map((right) =>
        plane.reduce(
          (sum, row, r) => sum + down[r]! * row.reduce((s, value, c) => s + right[c]! * value, 0),
          0,
        ),
      ),
    );

  for (const [mode, kernel] of Object.entries({ bilinear: linear, bicubic: cubic })) {
    for (const alignCorners of [false, true]) {
      for (const size of [
        [12, 5],
        [3, 16],
        [1, 9],
      ] as const) {
        scoped(`${mode} to ${size}, corners aligned: ${alignCorners}`, () => {
          const x = image();
          const across = range(size[0]).map((i) => weights(i, H, size[0], alignCorners, kernel));
          const along = range(size[1]).map((i) => weights(i, W, size[1], alignCorners, kernel));
          const y = F.interpolate(x, { size, mode: mode as "bilinear", alignCorners });
          expect(y).toBeClose(
            each(x, (plane) => blend(plane, across, along)),
            near,
          );
        });
      }
    }
  }

  scoped("nearest takes ⌊i · from / to⌋, nearest-exact the centre's", () => {
    const x = image();
    const at = (i: number, from: number, to: number, shift: number) => Math.floor(((i + shift) * from) / to);
    for (const [mode, shift] of [
      ["nearest", 0],
      ["nearest-exact", 0.5],
    ] as const) {
      const known = each(x, (plane) =>
        build(4, 18, (r, c) => plane[at(r, H, 4, shift)]![at(c, W, 18, shift)]!),
      );
      expect(F.interpolate(x, { size: [4, 18], mode })).toBeClose(known, near);
    }
  });

  scoped("a plane a·r + b·c + d stays one under aligned bilinear resizing", () => {
    const plane = (rows: number, columns: number) =>
      build(rows, columns, (r, c) => (2 * r) / (rows - 1) - (3 * c) / (columns - 1) + 0.5);
    const x = tensor([[plane(H, W)]], { dtype: "float64" });
    expect(F.interpolate(x, { size: [11, 4], mode: "bilinear", alignCorners: true })).toBeClose(
      [[plane(11, 4)]],
      near,
    );
  });
});

describe("windows as columns", () => {
  for (const [name, windows] of Object.entries(settings).filter(([, { ceil }]) => !ceil)) {
    scoped(`unfold and fold, ${name}`, () => {
      const x = image();
      const { ceilMode: _, ...given } = options(windows);
      const [rows, columns] = [count(H, 0, windows), count(W, 1, windows)];
      const value = (plane: Plane, place: [number, number]) =>
        inside(place) ? plane[place[0]]![place[1]]! : 0;
      const known = planes(x).map((example) =>
        example.flatMap((plane) =>
          range(windows.kernel[0] * windows.kernel[1]).map((k) =>
            range(rows * columns).map((at) =>
              value(plane, placesOf(Math.floor(at / columns), at % columns, windows)[k]!),
            ),
          ),
        ),
      );
      const found = F.unfold(x, windows.kernel, given);
      expect(found).toBeClose(known, near);
      // Folding back adds each element as often as windows look at it.
      const times = build(H, W, () => 0);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          for (const [r, c] of placesOf(i, j, windows).filter(inside)) times[r]![c]!++;
        }
      }
      const folded = F.fold(found, [H, W], windows.kernel, given);
      expect(folded).toBeClose(x.mul(tensor(times, { dtype: "float64" })), near);
    });
  }

  scoped("pixelShuffle puts channel c·r² + a·r + b at (a, b) of each block", () => {
    const x = randn([2, 8, 3, 2], { dtype: "float64" });
    const source = planes(x);
    const known = source.map((example) =>
      range(2).map((channel) =>
        build(6, 4, (r, c) => example[channel * 4 + (r % 2) * 2 + (c % 2)]![r >> 1]![c >> 1]!),
      ),
    );
    expect(F.pixelShuffle(x, 2)).toBeClose(known, near);
    expect(F.pixelUnshuffle(F.pixelShuffle(x, 2), 2)).toBeClose(x, near);
  });
});
