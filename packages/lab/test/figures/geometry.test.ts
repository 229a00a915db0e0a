// Everything in a figure stands where its axes say: values are read back from the drawing by its ticks alone.
import {
  type BarsFigure,
  type HeatMapFigure,
  type LinesFigure,
  renderSvg,
  type ScatterFigure,
} from "@throughline/lab";
import { describe, expect, test } from "vitest";
import { sequentialColour } from "../../src/figures/colours.js";
import { textWidth } from "../../src/figures/text.js";
import {
  bandsOf,
  linesOf,
  markersOf,
  type Placed,
  type Point,
  placedTexts,
  rectanglesOf,
  scalesOf,
} from "./drawing.js";
import { panels, lines as sampleLines } from "./samples.js";

const figure = (rest: Partial<LinesFigure>): LinesFigure => ({
  kind: "lines",
  title: "T",
  x: { label: "x (steps)" },
  y: { label: "y (units)" },
  series: [],
  ...rest,
});

/** Within the rounding of coordinates to a tenth of a pixel. */
function near(actual: Point, [x, y]: Point): void {
  expect(Math.abs(actual[0] - x), `x of ${actual}, expected ${x}`).toBeLessThan(0.15);
  expect(Math.abs(actual[1] - y), `y of ${actual}, expected ${y}`).toBeLessThan(0.15);
}

function allNear(actual: readonly Point[], expected: readonly Point[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, point] of actual.entries()) near(point, expected[i]!);
}

describe("lines", () => {
  test.each([
    ["linear", "linear", [0, 3, 5, 10], [-2, 4.5, 1, 0.25]],
    ["linear", "log", [0, 3, 5, 10], [0.001, 40, 1, 7e5]],
    ["log", "linear", [1, 30, 500, 4000], [0, 1, 0.5, 0.75]],
    ["log", "log", [1e-8, 1e-3, 1, 1e4], [1e-9, 1e9, 3, 1e-3]],
    ["linear", "linear", [1e6, 1.1e6, 1.5e6], [1e-5, 3e-5, 2e-5]],
  ] as const)("on a %s x axis and a %s y axis", async (xScale, yScale, x, y) => {
    const svg = await renderSvg(
      figure({
        x: { label: "x", scale: xScale },
        y: { label: "y", scale: yScale },
        series: [{ name: "a", x, y, markers: true }],
      }),
    );
    const at = scalesOf(svg, xScale, yScale);
    const expected = x.map((value, i): Point => [at.x(value), at.y(y[i]!)]);
    const [{ points, colour }] = linesOf(svg) as [ReturnType<typeof linesOf>[0]];
    expect(points).toHaveLength(1);
    allNear(points[0]!, expected);
    allNear(markersOf(svg, colour).slice(0, x.length), expected);
  });

  test("break at gaps, and bands with them", async () => {
    const gap = Number.NaN;
    const series = {
      x: [0, 1, 2, 3, 4],
      y: [1, 2, gap, 4, 3],
      low: [0, 1, gap, 2, 2],
      high: [2, 4, gap, 5, 3.5],
    };
    const svg = await renderSvg(figure({ series: [{ name: "a", ...series }] }));
    const at = scalesOf(svg);
    const [line] = linesOf(svg);
    const bands = bandsOf(svg);
    expect([line!.points.length, bands.length]).toEqual([2, 2]);
    expect(new Set([line!.colour, ...bands.map(({ colour }) => colour)]).size).toBe(1);
    for (const [i, [from, to]] of (
      [
        [0, 2],
        [3, 5],
      ] as const
    ).entries()) {
      const edge = (values: readonly number[]): Point[] =>
        series.x.slice(from, to).map((x, k): Point => [at.x(x), at.y(values[from + k]!)]);
      allNear(line!.points[i]!, edge(series.y));
      allNear(bands[i]!.points, [...edge(series.low), ...edge(series.high).reverse()]);
    }
  });

  test("a band of a single point is an upright stroke from its low to its high edge", async () => {
    const svg = await renderSvg(
      figure({
        series: [
          {
            name: "a",
            x: [1, 2, 3],
            y: [1, Number.NaN, 3],
            low: [0, Number.NaN, 2],
            high: [2, Number.NaN, 5],
          },
        ],
      }),
    );
    const at = scalesOf(svg);
    const strokes = [
      ...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"[^>]*stroke-width="6"/g),
    ].map((m) => m.slice(1).map(Number));
    expect(strokes).toHaveLength(2);
    for (const [i, [x, low, high]] of (
      [
        [1, 0, 2],
        [3, 2, 5],
      ] as const
    ).entries()) {
      near([strokes[i]![0]!, strokes[i]![1]!], [at.x(x), at.y(low)]);
      near([strokes[i]![2]!, strokes[i]![3]!], [at.x(x), at.y(high)]);
    }
  });

  test("beyond a limit of the axis are cut off by the plot, not drawn over the rest", async () => {
    const svg = await renderSvg(
      figure({ y: { label: "y", min: 0, max: 1 }, series: [{ name: "a", x: [0, 1, 2], y: [0.5, 3, 0.5] }] }),
    );
    const at = scalesOf(svg);
    const clip = /<clipPath id="[^"]*">\n<path d="M([\d.]+) ([\d.]+)l([\d.]+) 0l0 ([\d.]+)/
      .exec(svg)!
      .slice(1)
      .map(Number);
    expect(Math.abs(clip[1]! - at.y(1))).toBeLessThan(2.5);
    expect(Math.abs(clip[1]! + clip[3]! - at.y(0))).toBeLessThan(2.5);
    expect(svg).toMatch(
      /<g clip-path="url\(#[^)]*\)">\n<path d="M[^"]*" fill="none" stroke="#[0-9a-f]{6}" stroke-width="2"/,
    );
  });

  test("single values are dots at the x of their sum", async () => {
    const svg = await renderSvg(
      figure({
        series: [
          {
            name: "a",
            x: [1, 2],
            y: [2, 3],
            points: [
              [1, 3],
              [2, Number.NaN, 4],
            ],
          },
        ],
      }),
    );
    const at = scalesOf(svg);
    const dots = [
      ...svg.matchAll(
        /transform="matrix\([\d.]+,0,0,[\d.]+,([\d.]+),([\d.]+)\)" fill="#[0-9a-f]{6}" fill-opacity="0.55"/g,
      ),
    ].map((m): Point => [Number(m[1]), Number(m[2])]);
    allNear(
      dots,
      (
        [
          [1, 1],
          [1, 3],
          [2, 2],
          [2, 4],
        ] as const
      ).map(([x, y]): Point => [at.x(x), at.y(y)]),
    );
  });
});

test("levels run across the whole plot at their values, and their labels beside them", async () => {
  const levels = [0.5, 2].map((value) => ({ value, label: `level ${value}` }));
  const svg = await renderSvg(figure({ levels, series: [{ name: "a", x: [0, 4], y: [0, 3] }] }));
  const at = scalesOf(svg);
  const drawn = [
    ...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"[^>]*stroke-dasharray="3,3"/g),
  ].map((m) => m.slice(1).map(Number));
  expect(drawn).toHaveLength(2);
  const axis =
    /<path d="M([\d.]+) [\d.]+L([\d.]+) [\d.]+" fill="none" stroke="#595959" stroke-linecap="round"/g;
  const [, across] = [...svg.matchAll(axis)];
  for (const [i, { value, label }] of levels.entries()) {
    const [x1, y1, x2, y2] = drawn[i]!;
    // Thin lines are moved to the middle of a pixel.
    expect(Math.abs(y1! - at.y(value))).toBeLessThanOrEqual(1);
    expect([y1, x1, x2]).toEqual([y2, Number(across![1]), Number(across![2])]);
    const { at: place } = placedTexts(svg).find(({ text }) => text === label)!;
    expect(place[0]).toBeGreaterThan(x2!);
    expect(Math.abs(place[1] - at.y(value))).toBeLessThan(0.15);
  }
});

describe("scatters", () => {
  test("have every point where it belongs, and none for a gap", async () => {
    const points = { x: [0.1, 0.3, Number.NaN, 0.2, 0.5], y: [100, 5000, 7, Number.NaN, 20] };
    const scatter: ScatterFigure = {
      ...figure({}),
      kind: "scatter",
      y: { label: "y", scale: "log" },
      series: [{ name: "", ...points }],
    };
    const svg = await renderSvg(scatter);
    const at = scalesOf(svg, "linear", "log");
    const [, colour] = /fill="(#[0-9a-f]{6})" fill-opacity="0.85"/.exec(svg)!;
    allNear(
      markersOf(svg, colour!),
      [0, 1, 4].map((i): Point => [at.x(points.x[i]!), at.y(points.y[i]!)]),
    );
  });

  test.each([
    [300, 0.85],
    [301, 0.65],
    [2001, 0.45],
  ])("of %d points let %d of what is below them shine through less", async (count, opacity) => {
    const x = Array.from({ length: count }, (_, i) => i);
    const scatter: ScatterFigure = { ...figure({}), kind: "scatter", series: [{ name: "", x, y: x }] };
    const svg = await renderSvg(scatter);
    expect(svg.split(`fill-opacity="${opacity}"`).length - 1).toBe(count);
  });
});

describe("bars", () => {
  const bars = (rest: Partial<BarsFigure>): BarsFigure => ({
    ...{
      kind: "bars",
      title: "",
      x: { label: "task" },
      y: { label: "y" },
      categories: ["p", "q"],
      series: [],
    },
    ...rest,
  });
  /** The middle of a category, by its name under the axis. */
  const middleOf = (svg: string, name: string): number =>
    placedTexts(svg).find(({ text, anchor }) => text === name && anchor === "middle")!.at[0];
  const heights = (svg: string): { y: (value: number) => number } => {
    const ticks = placedTexts(svg).filter(({ anchor, size }) => anchor === "end" && size === 12);
    const read = ({ text, at }: Placed): Point => [Number(text.replace("−", "-")), at[1]];
    const [[a, from], [b, to]] = [read(ticks[0]!), read(ticks.at(-1)!)];
    return { y: (value) => from + ((to - from) * (value - a)) / (b - a) };
  };

  test("reach from zero to their values, side by side around the middle of their category", async () => {
    const series = [
      { name: "a", y: [2, -1] },
      { name: "b", y: [1, 3] },
    ];
    const svg = await renderSvg(bars({ series }));
    const at = heights(svg);
    const drawn = rectanglesOf(svg, ' stroke="#262626"');
    expect(drawn).toHaveLength(4);
    for (const [i, { y }] of series.entries())
      for (const [k, value] of y.entries()) {
        const bar = drawn[2 * i + k]!;
        const [top, foot] = [Math.max(value, 0), Math.min(value, 0)].map(at.y) as [number, number];
        near([bar.top, bar.top + bar.height], [top, foot]);
      }
    const centre = ({ left, width }: { left: number; width: number }): number => left + width / 2;
    for (const [k, name] of ["p", "q"].entries()) {
      const [one, other] = [drawn[k]!, drawn[2 + k]!];
      expect((centre(one) + centre(other)) / 2).toBeCloseTo(middleOf(svg, name), 0);
      expect(other.left).toBeGreaterThan(one.left + one.width);
    }
    expect(new Set(drawn.map(({ fill }) => fill)).size).toBe(2);
  });

  test("have bars of error from value − error to value + error, through their middles", async () => {
    const svg = await renderSvg(bars({ series: [{ name: "", y: [2, 4], error: [0.5, 1.5] }] }));
    const at = heights(svg);
    const whiskers = [
      ...svg.matchAll(
        /<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)M[^"]*" fill="none" stroke="#000000" stroke-width="1.5"/g,
      ),
    ].map((m) => m.slice(1).map(Number));
    expect(whiskers).toHaveLength(2);
    for (const [i, [value, error]] of (
      [
        [2, 0.5],
        [4, 1.5],
      ] as const
    ).entries()) {
      const [x1, high, x2, low] = whiskers[i]! as [number, number, number, number];
      near([high, low], [at.y(value + error), at.y(value - error)]);
      expect(x1).toBe(x2);
      const { left, width } = rectanglesOf(svg, ' stroke="#262626"')[i]!;
      expect(Math.abs(left + width / 2 - x1)).toBeLessThan(0.15);
    }
  });

  test("on a logarithmic axis stand on its lower end, in proportion to the logarithm", async () => {
    const svg = await renderSvg(
      bars({ y: { label: "y", scale: "log" }, series: [{ name: "", y: [10, 1000] }] }),
    );
    const [small, large] = rectanglesOf(svg, ' stroke="#262626"');
    const { y } = scalesOf(svg.replaceAll(">p<", ">0<").replaceAll(">q<", ">1<"), "linear", "log");
    near([small!.top, large!.top], [y(10), y(1000)]);
    expect(small!.top + small!.height).toBeCloseTo(large!.top + large!.height, 1);
  });

  test("single values are dots over the bar, in their order", async () => {
    const svg = await renderSvg(bars({ series: [{ name: "", y: [2, 1], points: [[1, 2, 3], [1]] }] }));
    const at = heights(svg);
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(
      (m): Point => [Number(m[1]), Number(m[2])],
    );
    expect(dots.map(([, y]) => y)).toEqual([1, 2, 3, 1].map((value) => expect.closeTo(at.y(value), 0)));
    const [one] = rectanglesOf(svg, ' stroke="#262626"');
    const three = dots.slice(0, 3).map(([x]) => x);
    expect(three).toEqual(three.toSorted((a, b) => a - b));
    expect(three.every((x) => x > one!.left && x < one!.left + one!.width)).toBe(true);
  });
});

describe("heat maps", () => {
  const map: HeatMapFigure = {
    ...{ kind: "heat-map", title: "", x: { label: "column" }, y: { label: "row" }, label: "value" },
    columns: [1, 2, 3],
    rows: [0.5, 1.5],
    values: [
      [0, 0.5, 1],
      [0.25, Number.NaN, 0.75],
    ],
  };

  test("have each value's colour where its row and column cross; a gap is grey and crossed out", async () => {
    const svg = await renderSvg(map);
    const at = scalesOf(svg);
    const cells = rectanglesOf(svg, "></path>").filter(({ width }) => width > 100);
    expect(cells).toHaveLength(6);
    const under = ([x, y]: Point): string =>
      cells.findLast(
        (cell) =>
          x >= cell.left && x <= cell.left + cell.width && y >= cell.top && y <= cell.top + cell.height,
      )!.fill;
    for (const [r, row] of map.rows.entries())
      for (const [c, column] of map.columns.entries()) {
        const value = map.values[r]![c]!;
        const colour = Number.isNaN(value) ? "#dcdcdc" : sequentialColour(value);
        expect(under([at.x(Number(column)), at.y(Number(row))]), `row ${row}, column ${column}`).toBe(colour);
      }
    const crossed =
      /<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" fill="#000" stroke="#595959" stroke-width="0.75"/.exec(
        svg,
      )!;
    near(
      [(Number(crossed[1]) + Number(crossed[3])) / 2, (Number(crossed[2]) + Number(crossed[4])) / 2],
      [at.x(2), at.y(1.5)],
    );
  });

  test("have a bar whose colours go from its lowest to its highest tick, limits or data", async () => {
    for (const [limits, low, high] of [
      [{}, "0.0", "1.0"],
      [{ min: -1, max: 3 }, "−1.0", "3.0"],
    ] as const) {
      const svg = await renderSvg({ ...map, ...limits });
      const ticks = placedTexts(svg).filter(
        ({ anchor, size, at }) => anchor === "start" && size === 12 && at[0] > 560,
      );
      const names = ticks.map(({ text }) => text);
      expect(names).toEqual(expect.arrayContaining([low, high]));
      const of = (text: string): number => ticks.find((tick) => tick.text === text)!.at[1];
      expect(of(low)).toBeGreaterThan(of(high));
      const stops = [...svg.matchAll(/<stop offset="([\d.]+)%" stop-color="(#[0-9a-f]{6})"/g)].map((m) => [
        Number(m[1]),
        m[2],
      ]);
      expect([stops[0], stops.at(-1)]).toEqual([
        [0, sequentialColour(1)],
        [100, sequentialColour(0)],
      ]);
    }
  });

  test("of limits have colours by them: 1 of −1 … 3 lies in the middle", async () => {
    const svg = await renderSvg({
      ...map,
      min: -1,
      max: 3,
      values: [
        [1, -1, 3],
        [9, -9, 1],
      ],
    });
    const fills = rectanglesOf(svg, "></path>")
      .filter(({ width }) => width > 100)
      .map(({ fill }) => fill);
    expect(fills).toEqual([0.5, 0, 1, 1, 0, 0.5].map(sequentialColour));
  });
});

describe("text keeps apart", () => {
  const widthOf = ({ text, size }: Placed): number => textWidth(text.replace("^", ""), size);

  test.each([
    [0, 1],
    [0, 123_456],
    [1e-9, 5e-9],
    [-7.25, 12.5],
    [1_000_000.1, 1_000_000.4],
  ])("along an x axis from %d to %d", async (from, to) => {
    const svg = await renderSvg(figure({ series: [{ name: "", x: [from, to], y: [0, 1] }] }));
    const ticks = placedTexts(svg).filter(({ anchor, size }) => anchor === "middle" && size === 12);
    expect(ticks.length).toBeGreaterThan(1);
    for (const [i, tick] of ticks.slice(1).entries())
      expect(tick.at[0] - widthOf(tick) / 2).toBeGreaterThan(ticks[i]!.at[0] + widthOf(ticks[i]!) / 2);
    const [, width] = /width="(\d+)"/.exec(svg)!;
    expect(ticks.at(-1)!.at[0] + widthOf(ticks.at(-1)!) / 2).toBeLessThanOrEqual(Number(width));
    expect(ticks[0]!.at[0] - widthOf(ticks[0]!) / 2).toBeGreaterThanOrEqual(0);
  });

  test("in a legend of many series, in as many rows as it takes, none over another or over the plot", async () => {
    const names = Array.from({ length: 14 }, (_, i) => `series with a long name, number ${i}`);
    const svg = await renderSvg(figure({ series: names.map((name, i) => ({ name, x: [0, 1], y: [i, i] })) }));
    const items = placedTexts(svg).filter(({ text }) => names.includes(text));
    expect(items.map(({ text }) => text)).toEqual(names);
    const [, width] = /width="(\d+)"/.exec(svg)!;
    const plot =
      /<path d="M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)" fill="none" stroke="#595959" stroke-linecap="round"/.exec(
        svg,
      )!;
    for (const [i, item] of items.entries()) {
      expect(item.at[0] + 44 + widthOf(item)).toBeLessThanOrEqual(Number(width));
      expect(item.at[1] + 10).toBeLessThan(Math.min(Number(plot[1]), Number(plot[2])));
      const before = items[i - 1];
      if (before === undefined) continue;
      if (before.at[1] === item.at[1])
        expect(item.at[0]).toBeGreaterThan(before.at[0] + 44 + widthOf(before));
      else expect(item.at[1]).toBeGreaterThanOrEqual(before.at[1] + 17);
    }
  });

  test("a name wider than the figure is broken, and nothing of it is lost", async () => {
    const name = Array.from({ length: 30 }, (_, i) => `word${i}`).join(" ");
    const svg = await renderSvg(
      figure({
        series: [
          { name, x: [0, 1], y: [0, 1] },
          { name: "b", x: [0, 1], y: [1, 0] },
        ],
      }),
    );
    const said = placedTexts(svg)
      .map(({ text }) => text)
      .join(" ");
    for (let i = 0; i < 30; i++) expect(said).toContain(`word${i}`);
    for (const { text, size, at } of placedTexts(svg))
      expect(at[0] + textWidth(text, size)).toBeLessThanOrEqual(640);
  });
});

test("panels beside and under each other share their edges, and stay inside the figure", async () => {
  const panel = (scale: number): LinesFigure =>
    figure({ title: `to ${scale}`, series: [{ name: "a", x: [0, 1], y: [0, scale] }] });
  const svg = await renderSvg({ ...panels, panels: [1, 1000, 1e-5, 10].map(panel), columns: 2 });
  const frames = [
    ...svg.matchAll(
      /<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" fill="none" stroke="#595959" stroke-linecap="round"/g,
    ),
  ].map((m) => m.slice(1).map(Number));
  const upright = frames.filter(([x1, , x2]) => x1 === x2);
  expect(upright).toHaveLength(4);
  const [lefts, tops] = [upright.map(([x]) => x), upright.map(([, a, , b]) => Math.min(a!, b!))];
  expect([lefts[0], lefts[1]]).toEqual([lefts[2], lefts[3]]);
  expect([tops[0], tops[2]]).toEqual([tops[1], tops[3]]);
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)!;
  for (const [x1, y1, x2, y2] of frames) {
    expect(Math.max(x1!, x2!)).toBeLessThanOrEqual(Number(width));
    expect(Math.max(y1!, y2!)).toBeLessThanOrEqual(Number(height));
  }
  expect(linesOf(svg).every(({ colour }) => colour === linesOf(svg)[0]!.colour)).toBe(true);
});

test("the series of a figure are drawn in the colours and dashes that its legend shows", async () => {
  const svg = await renderSvg(sampleLines);
  const legend = [
    ...svg.matchAll(
      /<path d="M0 5L38 5" transform="[^"]*" fill="#000" stroke="(#[0-9a-f]{6})" stroke-width="2"(?: stroke-dasharray="([^"]*)")?/g,
    ),
  ];
  expect(legend.map((m) => [m[1], m[2]])).toEqual(linesOf(svg).map(({ colour, dash }) => [colour, dash]));
});
