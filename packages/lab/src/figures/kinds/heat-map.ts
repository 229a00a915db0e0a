// A table of values as colours, with its colour bar.
import {
  type AxisPlan,
  axisParts,
  overhang,
  planNames,
  planNumbers,
  roomBeside,
  roomUnder,
} from "../axes.js";
import { sequentialColour } from "../colours.js";
import { axisExtent, dataExtent, type Extent } from "../extent.js";
import type { HeatMapFigure } from "../figure.js";
import { cellSeries } from "../marks/cell.js";
import {
  type Box,
  joinParts,
  missing,
  type Panel,
  type Part,
  type Parts,
  quiet,
  type Room,
  textAt,
  tickSize,
} from "../parts.js";
import { rgbPng } from "../picture.js";
import { textWidth } from "../text.js";

const barWidth = 14;
const barGap = 16;
/** Above so many cells the map is one picture: as sharp, and a hundredth of the size. */
const mostCells = 4096;

export function heatMapPanel(figure: HeatMapFigure): Panel {
  const scale = colourScale(figure);
  // Rows of numbers grow upwards, as an axis does; rows of names read downwards, as a table does.
  const upwards = figure.rows.every((row) => typeof row === "number");
  const rows = upwards ? figure.rows : figure.rows.toReversed();
  const values = upwards ? figure.values : figure.values.toReversed();
  const gaps = values.some((row) => row.some(Number.isNaN));
  const xPlan = (width: number): AxisPlan => planNames(figure.x, figure.columns, width, "x");
  const yPlan = (height: number): AxisPlan => planNames(figure.y, rows, height, "y");
  const barPlan = (height: number): AxisPlan => ({
    ...planNumbers({ label: figure.label }, scale, height, "y"),
    categories: true,
  });
  return {
    measure: (width, height, atLeast = 0): Room => {
      const right =
        barGap +
        barWidth +
        Math.max(roomBeside(barPlan(height)), gaps ? textWidth(noValue, tickSize) + 8 : 0);
      const beside = Math.max(atLeast, roomBeside(yPlan(height)));
      const inner = width - beside - right;
      const left = Math.max(beside, overhang(xPlan(inner), inner).left + 6);
      const box = wholeCells({ left, top: 0, width: width - left - right, height }, figure);
      return {
        left,
        right,
        bottom: Math.max(roomUnder(xPlan(box.width)), gaps ? 34 : 0),
        height: box.height,
      };
    },
    draw: (whole, grid): Parts => {
      const box = wholeCells(whole, figure);
      const axes = axisParts(box, grid, xPlan(box.width), yPlan(box.height));
      const cells = figure.rows.length * figure.columns.length;
      const colours = values.map((row) => row.map((value) => colourOf(value, scale)));
      const map: Parts = {
        grid: [axes.grid],
        xAxis: [axes.xAxis],
        yAxis: [axes.yAxis],
        series: cells <= mostCells ? [cellSeries(colours, grid)] : [],
        graphic: cells <= mostCells ? [] : [picture(colours, box)],
      };
      return joinParts([
        map,
        colourBar(box, grid + 1, barPlan(box.height)),
        gaps ? gapNote(box, cells <= mostCells) : nothing,
      ]);
    },
  };
}

const nothing: Parts = { grid: [], xAxis: [], yAxis: [], series: [], graphic: [] };
const noValue = "no value";

function colourScale({ values, min, max, label }: HeatMapFigure): Extent {
  return axisExtent({ label, min, max }, dataExtent(values), 0);
}

function colourOf(value: number, { min, max }: Extent): string {
  return Number.isNaN(value) ? missing : sequentialColour((value - min) / (max - min));
}

/** The largest box of whole pixels per cell, so that no seams show between cells. */
function wholeCells(box: Box, { columns, rows }: HeatMapFigure): Box {
  const whole = (length: number, count: number): number => Math.max(1, Math.floor(length / count)) * count;
  const width = columns.length * 2 > box.width ? box.width : whole(box.width, columns.length);
  const height = rows.length * 2 > box.height ? box.height : whole(box.height, rows.length);
  return { left: Math.round(box.left), top: Math.round(box.top), width, height };
}

/** All cells as one picture; those without a value are chequered, which shows in grey as well. */
function picture(colours: readonly (readonly string[])[], box: Box): Part {
  const upright = colours
    .toReversed()
    .map((row, y) => row.map((c, x) => (c === missing && (x + y) % 2 ? quiet : c)));
  const times = Math.max(1, Math.ceil((2 * box.width) / upright[0]!.length));
  const image = rgbPng(upright, times, Math.max(1, Math.ceil((2 * box.height) / upright.length)));
  return {
    type: "image",
    silent: true,
    x: box.left,
    y: box.top,
    style: { image, width: box.width, height: box.height },
  };
}

function colourBar(box: Box, grid: number, plan: AxisPlan): Parts {
  const bar = { left: box.left + box.width + barGap, top: box.top, width: barWidth, height: box.height };
  const bare: AxisPlan = { ...plan, ticks: { major: [], minor: [] }, label: [] };
  const axes = axisParts(bar, grid, bare, plan, "right");
  const stops = Array.from({ length: 33 }, (_, at) => ({
    offset: at / 32,
    color: sequentialColour(1 - at / 32),
  }));
  const fill = { type: "linear", x: 0, y: 0, x2: 0, y2: 1, colorStops: stops };
  return {
    grid: [axes.grid],
    xAxis: [{ ...axes.xAxis, show: false }],
    yAxis: [axes.yAxis],
    series: [],
    graphic: [
      {
        type: "rect",
        silent: true,
        shape: { x: bar.left, y: bar.top, width: bar.width, height: bar.height },
        style: { fill },
      },
    ],
  };
}

/** Explains the grey cells. */
function gapNote(box: Box, crossed: boolean): Parts {
  const x = box.left + box.width + barGap;
  const y = box.top + box.height + 14;
  const square = { x, y, width: barWidth, height: barWidth };
  const stroke: Part = {
    type: "line",
    silent: true,
    shape: { x1: x, y1: y + barWidth, x2: x + barWidth, y2: y },
    style: { stroke: quiet, lineWidth: 0.75 },
  };
  const half = barWidth / 2;
  const checks = [x, x + half].map((left, at) => {
    const shape = { x: left, y: at === 0 ? y : y + half, width: half, height: half };
    return { type: "rect", silent: true, shape, style: { fill: quiet } };
  });
  return {
    ...nothing,
    graphic: [
      { type: "rect", silent: true, shape: square, style: { fill: missing } },
      ...(crossed ? [stroke] : checks),
      textAt(x + barWidth + 6, y + barWidth / 2, noValue, { verticalAlign: "middle" }),
    ],
  };
}
