import { type Figure, FigureError, LabError, renderPng, renderSvg, saveFigure } from "@throughline/lab";
import { describe, expect, test } from "vitest";
import { bars, heatMap, images, lines, panels, scatter } from "./samples.js";

const series = (more: object): Figure =>
  ({ ...lines, series: [{ name: "a", x: [1, 2], y: [3, 4], ...more }] }) as Figure;
const image = (more: object): Figure =>
  ({ ...images, images: [{ ...images.images[0]!, ...more }] }) as Figure;

const refused: readonly [what: string, figure: Figure, code: string, text: string][] = [
  [
    "an empty label of an axis",
    { ...lines, x: { label: " " } },
    "axis-label",
    'figure "Loss while training" has no label on its x axis; give one, with the unit',
  ],
  [
    "no label of colours",
    { ...heatMap, label: "" },
    "axis-label",
    'figure "Success" has no label for its colours; give one, with the unit',
  ],
  ["no series", { ...lines, series: [] }, "empty", "has no series; give at least one"],
  ["no panels", { ...panels, panels: [] }, "empty", "has no panels; give at least one"],
  [
    "a level without a label",
    { ...bars, levels: [{ value: 50, label: " " }] },
    "level",
    "has a level at 50 without a label; give one",
  ],
  [
    "a level nowhere",
    { ...lines, levels: [{ value: Number.NaN, label: "chance" }] },
    "level",
    'has the level "chance" at NaN; give a finite number',
  ],
  [
    "points for other bars",
    { ...bars, series: [{ name: "a", y: [1, 2], points: [[1]] }] },
    "length",
    'has, in series "a", 2 y and 1 points; give as many of each',
  ],
  ["no categories", { ...bars, categories: [] }, "empty", "has no categories; give at least one"],
  ["no images", { ...images, images: [] }, "empty", "has no images; give at least one"],
  [
    "no cells",
    { ...heatMap, rows: [], values: [] },
    "empty",
    "has 0 rows and 3 columns; give at least one of each",
  ],
  ["unequal lengths", series({ y: [3] }), "length", 'has, in series "a", 2 x and 1 y; give as many of each'],
  [
    "a shorter band",
    series({ low: [1], high: [2, 3] }),
    "length",
    'has, in series "a", 2 y, 1 low and 2 high; give as many of each',
  ],
  [
    "half a band",
    series({ low: [1, 2] }),
    "band",
    "only one edge of a band; give both low and high, or neither",
  ],
  [
    "a band upside down",
    series({ low: [1, 9], high: [2, 3] }),
    "band",
    "whose low edge 9 is above its high edge 3 (point 1)",
  ],
  [
    "infinite values",
    series({ y: [1, Number.POSITIVE_INFINITY] }),
    "infinite",
    'has, in series "a", y, Infinity at point 1; give finite numbers, and NaN where there is none',
  ],
  [
    "a value ≤ 0 on a log axis",
    { ...scatter, series: [{ name: "a", x: [1, 2], y: [1, -3] }] },
    "log",
    'has, in series "a", y, -3 at point 1, but its axis "condition number" is logarithmic; give numbers above 0, NaN for gaps, or a linear axis',
  ],
  [
    "a limit ≤ 0 on a log axis",
    { ...scatter, y: { label: "y", scale: "log", min: 0 } },
    "log",
    "has the limit 0 on its logarithmic y axis; limits there are above 0",
  ],
  [
    "an error below 0",
    { ...bars, series: [{ name: "a", y: [1, 2], error: [1, -1] }] },
    "error-bar",
    "the error -1 (bar 1); half lengths are 0 or more",
  ],
  [
    "an error through 0 on a log axis",
    { ...bars, y: { label: "t (s)", scale: "log" }, series: [{ name: "a", y: [1, 2], error: [1.5, 1] }] },
    "log",
    "y − error, -0.5 at point 0",
  ],
  [
    "limits the wrong way round",
    { ...lines, x: { label: "x", min: 2, max: 1 } },
    "range",
    "has limits 2 to 1 for the x axis; give min below max",
  ],
  [
    "a limit that is no number",
    { ...lines, x: { label: "x", min: Number.NaN } },
    "range",
    "has the limit NaN for the x axis; give a finite number, or none",
  ],
  [
    "a scale on categories",
    { ...bars, x: { label: "task", scale: "log" } },
    "categories",
    "has scale, min or max on its x axis, which shows categories; leave them out",
  ],
  [
    "two series of one name",
    { ...lines, series: [lines.series[0]!, lines.series[0]!] },
    "name",
    'has two series named "GRU"; give each a name of its own',
  ],
  [
    "a nameless series beside others",
    { ...lines, series: [lines.series[0]!, { name: "", x: [], y: [] }] },
    "name",
    "has a series without a name beside others; name every one",
  ],
  [
    "missing rows",
    { ...heatMap, rows: [1] },
    "length",
    "has 1 row names and 2 rows of values; give as many of each",
  ],
  [
    "a short row",
    { ...heatMap, values: [[1, 2, 3], [4]] },
    "length",
    "has, in row 1.5, 3 columns and 1 values; give as many of each",
  ],
  [
    "too few pixels",
    image({ pixels: new Uint8Array(3) }),
    "length",
    'has 3 bytes in image 0 ("grey"), but 2×2 pixels of 1 channels are 4',
  ],
  [
    "two channels",
    image({ channels: 2 }),
    "channels",
    'has 2 channels in image 0 ("grey"); accepted are 1, 3 and 4',
  ],
  ["no columns", { ...images, columns: 0 }, "count", "columns is 0, accepted: a whole number of at least 1"],
  [
    "panels in panels",
    { ...panels, panels: [panels] } as unknown as Figure,
    "nested",
    "has panels inside a panel; give a plain figure for each panel",
  ],
  [
    "an unknown kind",
    { kind: "pie", title: "x" } as unknown as Figure,
    "kind",
    'figure "x" is of kind "pie"; accepted are lines, scatter, heat-map, bars, images and panels',
  ],
];

describe("refuses", () => {
  test.each(refused)("%s", async (_, figure, code, text) => {
    const error = await renderSvg(figure).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FigureError);
    expect(error).toBeInstanceOf(LabError);
    expect((error as FigureError).code).toBe(`figure/${code}`);
    expect((error as FigureError).message).toContain(text);
  });

  test("a scale that is none", async () => {
    await expect(renderPng(lines, { scale: 0 })).rejects.toThrow(
      "the scale of a PNG is 0; give a number above 0 and at most 10",
    );
  });

  test("what is no SVG of a figure", async () => {
    await expect(renderPng("<p>")).rejects.toThrow(
      "the SVG to draw as PNG has no width and height in its first tag",
    );
  });

  test("a name that leaves the folder", async () => {
    await expect(saveFigure("/nowhere", "../x", lines)).rejects.toThrow(
      '"../x" cannot name a figure; give a name without slashes or a leading dot',
    );
  });
});
