import { type Figure, type LinesFigure, renderSvg } from "@throughline/lab";
import { describe, expect, test } from "vitest";
import { bars, everyKind, heatMap, images, lines, panels, scatter } from "./samples.js";

/** All text of a drawing, its parts of one line joined. */
function texts(svg: string): string[] {
  return [...svg.matchAll(/<text [^>]*>(.*?)<\/text>/g)].map((match) => match[1]!.replace(/<[^>]*>/g, ""));
}

/** Elements of a tag whose attributes match. */
function count(svg: string, tag: string, attributes: RegExp = /./): number {
  return [...svg.matchAll(new RegExp(`<${tag} ([^>]*)>`, "g"))].filter((match) => attributes.test(match[1]!))
    .length;
}

describe.each(Object.entries(everyKind))("%s", (_, figure) => {
  test("names title, axes with units, series and captions", async () => {
    const svg = await renderSvg(figure);
    const said = texts(svg);
    for (const text of expected(figure)) expect(said).toContain(text);
  });

  test("is the same bytes when drawn again, and in any order", async () => {
    const first = await renderSvg(figure);
    await renderSvg(lines);
    expect(await renderSvg(structuredClone(figure))).toBe(first);
  });

  test("is one well-formed document without scripts, styles or traces of the library", async () => {
    const svg = await renderSvg(figure);
    expect(svg).toMatch(/^<svg role="img" width="\d+" height="\d+" /);
    expect(svg.trimEnd()).toMatch(/<\/svg>$/);
    const drawing = svg.replace(/base64,[^"]*/g, "");
    expect(drawing).not.toMatch(/NaN|undefined|Infinity|<style|<script|class=|ecmeta|\bzr\d/);
    expect(wellFormed(svg)).toBe(true);
  });
});

/** What must be readable in a figure of any kind. */
function expected(figure: Figure): string[] {
  if (figure.kind === "panels") return [figure.title, ...figure.panels.flatMap(expected)];
  const escaped = (text: string): string =>
    text.replace(/</g, "&lt;").replace(/>/g, "&gt;").replace("₁", "1");
  if (figure.kind === "images") return [figure.title, ...figure.images.map(({ caption }) => caption)];
  const names = figure.kind === "heat-map" ? [figure.label] : figure.series.map(({ name }) => name);
  return [figure.title, figure.x.label, figure.y.label, ...names].map(escaped);
}

/** Every tag is closed in the order it was opened. */
function wellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [, closing, name, empty] of svg.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
    if (empty === "/") continue;
    if (closing === "") open.push(name!);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

test("ids are a drawing's own, so that two can stand in one page", async () => {
  const ids = (svg: string): string[] => [...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]!);
  const [first, second] = [ids(await renderSvg(lines)), ids(await renderSvg(scatter))];
  expect(first.length).toBeGreaterThan(0);
  expect(first.filter((id) => second.includes(id))).toEqual([]);
});

test("text stands on explicit baselines, and superscripts need no glyphs of their own", async () => {
  const svg = await renderSvg({ ...lines, title: "κ up to 10⁻³" });
  expect(svg).not.toContain("dominant-baseline");
  expect(svg).toMatch(/κ up to 10<tspan dy="-[\d.]+" style="font-size:[\d.]+px">−3<\/tspan>/);
});

test("a band lies under its line: one polygon for each stretch between gaps", async () => {
  const gap: LinesFigure = {
    ...lines,
    series: [
      {
        name: "a",
        x: [0, 1, 2, 3, 4, 5],
        y: [1, 2, Number.NaN, 4, 5, 6],
        low: [0, 1, Number.NaN, 3, 4, 5],
        high: [2, 3, Number.NaN, 5, 6, 7],
      },
    ],
  };
  const svg = await renderSvg(gap);
  expect(count(svg, "polygon", /fill-opacity="0.2"/)).toBe(2);
  expect(svg.indexOf('fill-opacity="0.2"')).toBeLessThan(svg.indexOf('stroke-width="2"'));
});

test("a point without neighbours gets a marker", async () => {
  const one = (y: readonly number[]): LinesFigure => ({
    ...lines,
    series: [{ name: "", x: y.map((_, i) => i), y }],
  });
  const markers = async (figure: LinesFigure): Promise<number> =>
    count(await renderSvg(figure), "path", /transform="[^"]*" fill="#[0-9a-f]{6}"/);
  const none = await markers(one([1, 2, 3]));
  expect(await markers(one([1]))).toBe(none + 1);
  expect(await markers(one([1, Number.NaN, 3]))).toBe(none + 2);
});

test("series differ in dashes and shapes as well as in colour", async () => {
  const many: LinesFigure = {
    ...lines,
    series: Array.from({ length: 5 }, (_, i) => ({ name: `s${i}`, x: [0, 1], y: [i, i + 1] })),
  };
  const svg = await renderSvg(many);
  const strokes = [
    ...svg.matchAll(/stroke="(#[0-9a-f]{6})" stroke-width="2"(?: stroke-dasharray="([^"]+)")?/g),
  ];
  expect(new Set(strokes.map((match) => match[1])).size).toBe(5);
  expect(new Set(strokes.map((match) => match[2])).size).toBe(5);
});

test("dashed says more than the order of series", async () => {
  const svg = await renderSvg({
    ...lines,
    series: [
      { name: "ours", x: [0, 1], y: [0, 1], dashed: false },
      { name: "paper", x: [0, 1], y: [1, 2], dashed: true },
    ],
  });
  expect(svg).toContain('stroke-dasharray="7,4"');
});

test("identical values, nothing finite, and a lone value on a log axis are drawn", async () => {
  const with_ = (y: readonly number[], scale: "linear" | "log" = "linear"): LinesFigure => ({
    ...lines,
    y: { label: "y (unit)", scale },
    series: [{ name: "a", x: y.map((_, i) => i), y }],
  });
  expect(texts(await renderSvg(with_([5, 5, 5])))).toContain("5.0");
  expect(texts(await renderSvg(with_([0, 0])))).toContain("0.0");
  expect(texts(await renderSvg(with_([Number.NaN, Number.NaN])))).toContain("no finite values");
  expect(texts(await renderSvg(with_([1e-7], "log")))).toContain("10−7");
});

test("limits of an axis are kept", async () => {
  const svg = await renderSvg({ ...lines, y: { label: "accuracy (fraction)", min: 0, max: 1 } });
  const said = texts(svg);
  expect(said).toContain("1.0");
  expect(said).not.toContain("2.0");
});

test("a heat map has a colour bar with its label, and says what grey cells are", async () => {
  const svg = await renderSvg(heatMap);
  expect(count(svg, "linearGradient")).toBe(1);
  expect(texts(svg)).toEqual(expect.arrayContaining(["success rate (fraction)", "no value", "0.2", "1.0"]));
  const whole = {
    ...heatMap,
    values: [
      [1, 2, 3],
      [4, 5, 6],
    ],
  };
  expect(texts(await renderSvg(whole))).not.toContain("no value");
});

test("rows of numbers grow upwards, rows of names read downwards", async () => {
  const heights = async (rows: (number | string)[], text: string): Promise<number> => {
    const svg = await renderSvg({
      ...heatMap,
      rows,
      values: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    });
    return Number(new RegExp(`translate\\([\\d.]+ ([\\d.]+)\\)"[^>]*>${text}<`).exec(svg)![1]);
  };
  expect(await heights([0.5, 1.5], "0.5")).toBeGreaterThan(await heights([0.5, 1.5], "1.5"));
  expect(await heights(["low", "high"], "low")).toBeLessThan(await heights(["low", "high"], "high"));
});

test("a large heat map becomes one picture", async () => {
  const size = 80;
  const axis = Array.from({ length: size }, (_, i) => i);
  const large = { ...heatMap, columns: axis, rows: axis, values: axis.map((r) => axis.map((c) => r * c)) };
  const svg = await renderSvg(large);
  expect(count(svg, "image", /preserveAspectRatio="none" .*data:image\/png;base64,/)).toBe(1);
  expect(svg.length).toBeLessThan(100_000);
});

test("bars carry bars of error, and a missing bar says so", async () => {
  const svg = await renderSvg(bars);
  expect(count(svg, "path", /stroke="#000000" stroke-width="1.5"/)).toBe(3);
  expect(texts(svg).filter((text) => text === "n/a")).toHaveLength(1);
});

test("every single value of a bar and of a line is a dot", async () => {
  const points = [
    [97, 98, 99],
    [81, 85, 89, 90],
  ];
  const circles = /<(?:circle|path) [^>]*fill="#ffffff" stroke="#000000"/g;
  const dots = async (figure: Figure, pattern: RegExp): Promise<number> =>
    (await renderSvg(figure)).match(pattern)?.length ?? 0;
  const dotted = { ...bars, series: [{ ...bars.series[0]!, points }] };
  expect(await dots(dotted, circles)).toBe(7);
  expect(await dots({ ...bars, series: [bars.series[0]!] }, circles)).toBe(0);
  const line = { name: "GRU", x: [1, 2], y: [98, 86] };
  const faint = /fill-opacity="0.55"/g;
  expect(await dots({ ...lines, series: [{ ...line, points }] }, faint)).toBe(7);
  expect(await dots({ ...lines, series: [line] }, faint)).toBe(0);
});

test("a level is a dashed line with its label, within the axis, and not in the legend", async () => {
  for (const figure of [bars, lines] as const) {
    const svg = await renderSvg({ ...figure, levels: [{ value: 200, label: "chance" }] });
    expect(texts(svg).filter((text) => text === "chance")).toHaveLength(1);
    expect(count(svg, "path", /stroke-dasharray="3,3"/)).toBe(1);
    expect(texts(svg)).toContain("200");
  }
});

test("long names of categories are wrapped, then turned, and never cut", async () => {
  const name = (i: number): string => `a category with a very long name, number ${i}`;
  const three = { ...bars, categories: [0, 1, 2].map(name), series: [{ name: "", y: [1, 2, 3] }] };
  const few = texts(await renderSvg(three));
  expect(few).not.toContain(name(1));
  expect(few.join(" ")).toContain(name(1));
  const many = Array.from({ length: 12 }, (_, i) => i);
  const svg = await renderSvg({
    ...bars,
    categories: many.map(name),
    series: [{ name: "", y: many }],
  });
  expect(svg).toMatch(/matrix\(0\.819,-0\.574/);
  for (const i of many) expect(texts(svg).join(" ")).toContain(`number ${i}`);
});

test("pictures are drawn to one scale, with captions", async () => {
  const svg = await renderSvg(images);
  const widths = [...svg.matchAll(/<image [^>]*?width="([\d.]+)" height="([\d.]+)"/g)].map((m) => [
    Number(m[1]),
    Number(m[2]),
  ]);
  expect(widths).toEqual([
    [200, 200],
    [100, 200],
    [100, 100],
  ]);
});

test("panels share one legend, in which every name stands once", async () => {
  const twice = await renderSvg({ ...panels, panels: [lines, { ...lines, title: "again" }] });
  expect(texts(twice).filter((text) => text === "GRU")).toHaveLength(1);
});

test("panels in which a line is dashed here and solid there have their own legends", async () => {
  const dashed = lines.series.map((line) => ({ ...line, dashed: line.dashed !== true }));
  const svg = await renderSvg({ ...panels, panels: [lines, { ...lines, series: dashed }] });
  expect(texts(svg).filter((text) => text === "GRU")).toHaveLength(2);
});

test("panels that show different things have their own legends, and the best colours each", async () => {
  const svg = await renderSvg({ ...panels, panels: [lines, bars] });
  const alone = /fill="(#[0-9a-f]{6})" stroke="#262626"/.exec(await renderSvg(bars))![1];
  expect(svg).toContain(`fill="${alone}" stroke="#262626"`);
  for (const name of ["GRU", "OCRA"]) expect(texts(svg).filter((text) => text === name)).toHaveLength(1);
});

test("100,000 points keep their extremes and give a small file", async () => {
  const x = Array.from({ length: 100_000 }, (_, i) => i);
  const svg = await renderSvg({
    ...lines,
    series: [{ name: "", x, y: x.map((i) => (i === 70_001 ? 9 : Math.sin(i / 1000))) }],
  });
  expect(svg.length).toBeLessThan(150_000);
  expect(texts(svg)).toContain("8");
});
