// Bars side by side, with bars of error.
import {
  type AxisPlan,
  axisParts,
  overhang,
  planNames,
  planNumbers,
  roomBeside,
  roomUnder,
} from "../axes.js";
import { axisExtent, dataExtent, type Extent } from "../extent.js";
import type { BarSeries, BarsFigure } from "../figure.js";
import { barSeries } from "../marks/bar.js";
import { levelSeries, levelValues, roomForLevels } from "../marks/level.js";
import type { Panel, Parts, Room } from "../parts.js";
import type { SeriesStyle } from "../styles.js";

export function barsPanel(figure: BarsFigure, styles: ReadonlyMap<string, SeriesStyle>): Panel {
  const { x, y, categories, levels, series } = figure;
  const yExtent = extentWithBase(figure);
  const xPlan = (width: number): AxisPlan => planNames(x, categories, width, "x");
  const yPlan = (height: number): AxisPlan => planNumbers(y, yExtent, height, "y");
  return {
    measure: (width, height, atLeast = 0): Room => {
      const right = Math.max(16, roomForLevels(levels));
      const beside = Math.max(atLeast, roomBeside(yPlan(height)));
      const inner = width - beside - right;
      const left = Math.max(beside, overhang(xPlan(inner), inner).left + 6);
      return { left, right, bottom: roomUnder(xPlan(width - left - right)), height };
    },
    draw: (box, grid): Parts => {
      const axes = axisParts(box, grid, xPlan(box.width), yPlan(box.height));
      const base = y.scale === "log" ? yExtent.min : Math.min(yExtent.max, Math.max(yExtent.min, 0));
      const drawn = series.map((bars, at) =>
        barSeries(bars, {
          colour: styles.get(bars.name)!.colour,
          grid,
          slot: at,
          slots: series.length,
          base,
        }),
      );
      return {
        grid: [axes.grid],
        xAxis: [axes.xAxis],
        yAxis: [axes.yAxis],
        series: [...drawn, ...levelSeries(levels, grid)],
        graphic: [],
      };
    },
  };
}

/** Bars stand on zero, so zero is on the axis; on a logarithmic axis they stand on its lower end. */
function extentWithBase({ y, levels, series }: BarsFigure): Extent {
  const error = (bars: BarSeries, at: number): number => bars.error?.[at] || 0;
  const data = dataExtent([
    levelValues(levels),
    ...series.flatMap((bars) => [
      bars.y,
      bars.y.map((value, at) => value + error(bars, at)),
      bars.y.map((value, at) => value - error(bars, at)),
      bars.points?.flat(),
    ]),
  ]);
  if (y.scale === "log") return axisExtent(y, data, 0.08);
  return axisExtent(y, { min: Math.min(0, data?.min ?? 0), max: Math.max(0, data?.max ?? 0) }, 0.05);
}
