import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figureFromJson, figureToJson, renderPng, renderSvg, saveFigure } from "@throughline/lab";
import { afterAll, describe, expect, test } from "vitest";
import { everyKind, heatMap, images, lines } from "./samples.js";

const folder = mkdtempSync(join(tmpdir(), "throughline-figures-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Width, height and, if they are small, the pixels of a PNG, by the codec that drew it. */
async function pixels(png: Uint8Array): Promise<{ width: number; height: number; data: Uint8ClampedArray }> {
  const { createCanvas, loadImage } = await import("@napi-rs/canvas");
  const image = await loadImage(Buffer.from(png));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height) as never;
}

describe.each(Object.entries(everyKind))("PNG of %s", (_, figure) => {
  test("has the size of the SVG, times the scale, and is the same when drawn again", async () => {
    const svg = await renderSvg(figure);
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)!;
    const png = await renderPng(figure, { scale: 1 });
    const view = new DataView(png.buffer, png.byteOffset);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([Number(width), Number(height)]);
    expect(Buffer.from(await renderPng(svg, { scale: 1 })).equals(png)).toBe(true);
  });
});

test("the default scale is 2, and text is drawn", async () => {
  const { width, height, data } = await pixels(await renderPng(lines));
  const [, w, h] = /width="(\d+)" height="(\d+)"/.exec(await renderSvg(lines))!;
  expect([width, height]).toEqual([2 * Number(w), 2 * Number(h)]);
  // The title stands in the top left corner: dark pixels there, white at the edge.
  let dark = 0;
  for (let y = 24; y < 64; y++) for (let x = 32; x < 300; x++) if (data[(y * width + x) * 4]! < 90) dark++;
  expect(dark).toBeGreaterThan(400);
  expect([...data.slice(0, 4)]).toEqual([255, 255, 255, 255]);
});

test("text of a PNG is the shipped font's, in place: the middle of a tick's text is at its tick", async () => {
  // A y axis with the one tick text "0.0" and a grid line through it: ink above and below the line in equal parts.
  const figure = { ...lines, title: "", subtitle: undefined, series: [{ name: "", x: [0, 1], y: [-1, 1] }] };
  const svg = await renderSvg(figure);
  const place =
    /<text x="0" y="([\d.]+)"[^>]*text-anchor="end"[^>]*translate\(([\d.]+) ([\d.]+)\)[^>]*>0\.0</.exec(svg)!;
  const [right, middle] = [Number(place[2]), Number(place[3])];
  const { width, data } = await pixels(await renderPng(svg, { scale: 4 }));
  const rows: number[] = [];
  for (let y = Math.round(4 * (middle - 9)); y < 4 * (middle + 9); y++) {
    for (let x = Math.round(4 * (right - 20)); x < 4 * right; x++)
      if (data[(y * width + x) * 4]! < 110) rows.push(y / 4);
  }
  expect(Math.min(...rows)).toBeCloseTo(middle - 0.357 * 12, 0);
  expect(Math.max(...rows)).toBeCloseTo(middle + 0.357 * 12, 0);
});

test("saves SVG, PNG and data, and nothing else", async () => {
  const directory = join(folder, "deep", "figures");
  const paths = await saveFigure(directory, "loss", lines);
  expect(paths).toEqual(["svg", "png", "json"].map((ending) => join(directory, `loss.${ending}`)));
  expect(readdirSync(directory).sort()).toEqual(["loss.json", "loss.png", "loss.svg"]);
  expect(readFileSync(paths[0]!, "utf8")).toBe(await renderSvg(lines));
});

test("writes nothing for a figure that cannot be drawn", async () => {
  const directory = join(folder, "none");
  await expect(saveFigure(directory, "loss", { ...lines, series: [] })).rejects.toThrow("has no series");
  expect(() => readdirSync(directory)).toThrow();
});

test.each(Object.entries(everyKind))("%s comes back from JSON as it was", async (_, figure) => {
  const json = figureToJson(figure);
  expect(json).not.toMatch(/NaN/);
  expect(figureFromJson(json)).toEqual(figure);
  expect(await renderSvg(figureFromJson(json))).toBe(await renderSvg(figure));
});

test("JSON keeps gaps and pixels", () => {
  const map = figureFromJson(figureToJson(heatMap)) as typeof heatMap;
  expect(map.values[1]![1]).toBeNaN();
  const grid = figureFromJson(figureToJson(images)) as typeof images;
  expect(grid.images[0]!.pixels).toEqual(Uint8Array.of(0, 85, 170, 255));
});

test("refuses what is no figure", () => {
  expect(() => figureFromJson("{")).toThrow(/^this is not the JSON of a figure: /);
  expect(() => figureFromJson('{"kind":"lines"}')).toThrow(
    'it lacks "format": "throughline-figure", "version": 1',
  );
  const bad = figureToJson({ ...lines, series: [] });
  expect(() => figureFromJson(bad)).toThrow("has no series; give at least one");
});
