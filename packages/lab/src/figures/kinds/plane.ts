// Shared part of lines and scatter: a plane with two axes of numbers.
import { type AxisPlan, axisParts, overhang, planNumbers, roomBeside, roomUnder } from "../axes.js";
import { axisExtent, dataExtent } from "../extent.js";
import type { Axis } from "../figure.js";
import { type Box, type Panel, type Part, type Parts, quiet, type Room, textAt } from "../parts.js";

export interface Plane {
  readonly x: Axis;
  readonly y: Axis;
  /** All numbers along x and along y, to choose the axes by. */
  readonly xs: readonly (readonly number[] | undefined)[];
  readonly ys: readonly (readonly number[] | undefined)[];
  /** Room that is needed to the right of the plot, pixels. */
  readonly right?: number;
  /** Room around the data, as a part of the axis. */
  readonly padding: { readonly x: number; readonly y: number };
}

/** A panel with this plane, on which `series` draws for a grid. */
export function planePanel(plane: Plane, series: (grid: number) => readonly Part[]): Panel {
  const xData = dataExtent(plane.xs);
  const yData = dataExtent(plane.ys);
  const xExtent = axisExtent(plane.x, xData, plane.padding.x);
  const yExtent = axisExtent(plane.y, yData, plane.padding.y);
  // Steps, epochs, sizes: no ticks between whole numbers.
  const steps = plane.xs.every(
    (list) => list === undefined || list.every((x) => Number.isInteger(x) || Number.isNaN(x)),
  );
  const xPlan = (width: number): AxisPlan => planNumbers(plane.x, xExtent, width, "x", steps);
  const yPlan = (height: number): AxisPlan => planNumbers(plane.y, yExtent, height, "y");
  return {
    measure: (width, height, atLeast = 0): Room => {
      const left = Math.max(atLeast, roomBeside(yPlan(height)));
      const beyond = 16 + Math.max(0, overhang(xPlan(width - left - 16), width - left - 16).right - 12);
      const right = Math.max(beyond, plane.right ?? 0);
      return { left, right, bottom: roomUnder(xPlan(width - left - right)), height };
    },
    draw: (box, grid): Parts => {
      const axes = axisParts(box, grid, xPlan(box.width), yPlan(box.height));
      const graphic = xData === undefined || yData === undefined ? [emptyNote(box)] : [];
      return {
        grid: [axes.grid],
        xAxis: [axes.xAxis],
        yAxis: [axes.yAxis],
        series: [...series(grid)],
        graphic,
      };
    },
  };
}

function emptyNote(box: Box): Part {
  const style = { fill: quiet, align: "center", verticalAlign: "middle" };
  return textAt(box.left + box.width / 2, box.top + box.height / 2, "no finite values", style);
}
