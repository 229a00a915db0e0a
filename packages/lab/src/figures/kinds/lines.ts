// Lines, with bands.
import { drawnIndices } from "../decimate.js";
import type { LineSeries, LinesFigure } from "../figure.js";
import { bandSeries } from "../marks/band.js";
import { levelSeries, levelValues, roomForLevels } from "../marks/level.js";
import type { Panel, Part } from "../parts.js";
import { longDash, type SeriesStyle } from "../styles.js";
import { planePanel } from "./plane.js";

export function linesPanel(figure: LinesFigure, styles: ReadonlyMap<string, SeriesStyle>): Panel {
  const { x, y, levels, series } = figure;
  const plane = {
    x,
    y,
    xs: series.map((line) => line.x),
    ys: [
      ...series.flatMap((line) => [line.y, line.low, line.high, line.points?.flat()]),
      levelValues(levels),
    ],
    right: roomForLevels(levels),
    padding: { x: 0.015, y: 0.05 },
  };
  return planePanel(plane, (grid) => [
    ...series.flatMap((line) => draw(line, styles.get(line.name)!, grid)),
    ...levelSeries(levels, grid),
  ]);
}

function draw(line: LineSeries, style: SeriesStyle, grid: number): Part[] {
  const kept = thinned(line);
  const points = kept.map((at) => [line.x[at]!, line.y[at]!] as const);
  const dash = line.dashed === undefined ? style.dash : line.dashed ? longDash : [];
  const curve: Part = {
    type: "line",
    name: line.name,
    xAxisIndex: grid,
    yAxisIndex: grid,
    data: points.map((point, at) => datum(point, line.markers === true || alone(points, at), style)),
    symbol: style.symbol,
    symbolSize: 8,
    showAllSymbol: true,
    clip: true,
    color: style.colour,
    lineStyle: { width: 2, type: dash.length === 0 ? "solid" : dash, cap: "butt", join: "round" },
    silent: true,
    z: 3,
  };
  const dots = line.points === undefined ? [] : [dotsOf(line.x, line.points, style, grid)];
  if (line.low === undefined || line.high === undefined) return [curve, ...dots];
  const { low, high } = line;
  return [
    curve,
    ...dots,
    bandSeries(
      line.name,
      kept.map((at) => [line.x[at]!, low[at]!, high[at]!]),
      style.colour,
      grid,
    ),
  ];
}

/** Single values, as small dots without a name of their own in the legend. */
function dotsOf(
  x: readonly number[],
  points: readonly (readonly number[])[],
  style: SeriesStyle,
  grid: number,
): Part {
  return {
    type: "scatter",
    xAxisIndex: grid,
    yAxisIndex: grid,
    data: points.flatMap((values, at) => values.filter(Number.isFinite).map((value) => [x[at]!, value])),
    symbol: "circle",
    symbolSize: 4.5,
    itemStyle: { color: style.colour, opacity: 0.55 },
    clip: true,
    silent: true,
    z: 2,
  };
}

/** True if any point of a line gets a marker. */
export function hasMarkers(line: LineSeries): boolean {
  const points = line.x.map((x, at) => [x, line.y[at]!] as const);
  return line.markers === true || points.some((_, at) => alone(points, at));
}

/** Only a curve that runs from left to right can be thinned; a trajectory keeps every point. */
function thinned(line: LineSeries): number[] {
  const ordered = line.x.every((value, at) => at === 0 || value >= line.x[at - 1]!);
  return drawnIndices(line.x.length, line, ordered ? undefined : line.x.length);
}

/** A point without neighbours is no line: it gets a marker, or it would not be seen. */
function alone(points: readonly (readonly [number, number])[], at: number): boolean {
  const there = (point: readonly [number, number] | undefined): boolean =>
    point !== undefined && !Number.isNaN(point[0]) && !Number.isNaN(point[1]);
  return there(points[at]) && !there(points[at - 1]) && !there(points[at + 1]);
}

function datum([x, y]: readonly [number, number], marked: boolean, style: SeriesStyle): Part {
  const gap = Number.isNaN(x) || Number.isNaN(y);
  return { value: gap ? [null, null] : [x, y], symbol: marked && !gap ? style.symbol : "none" };
}
