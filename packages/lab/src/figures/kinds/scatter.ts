// Points.
import type { ScatterFigure } from "../figure.js";
import type { Panel, Part } from "../parts.js";
import type { SeriesStyle } from "../styles.js";
import { planePanel } from "./plane.js";

type Points = ScatterFigure["series"][number];

export function scatterPanel(figure: ScatterFigure, styles: ReadonlyMap<string, SeriesStyle>): Panel {
  const { x, y, series } = figure;
  const plane = {
    x,
    y,
    xs: series.map((points) => points.x),
    ys: series.map((points) => points.y),
    padding: { x: 0.04, y: 0.05 },
  };
  return planePanel(plane, (grid) => series.map((points) => draw(points, styles.get(points.name)!, grid)));
}

/** Many points are drawn smaller and let those below shine through. */
function draw({ name, x, y }: Points, style: SeriesStyle, grid: number): Part {
  const many = x.length > 2000 ? 2 : x.length > 300 ? 1 : 0;
  return {
    type: "scatter",
    name,
    xAxisIndex: grid,
    yAxisIndex: grid,
    data: x.flatMap((value, at) => (Number.isNaN(value) || Number.isNaN(y[at]!) ? [] : [[value, y[at]!]])),
    symbol: style.symbol,
    symbolSize: [9, 6.5, 4][many],
    itemStyle: { color: style.colour, opacity: [0.85, 0.65, 0.45][many] },
    clip: true,
    silent: true,
    z: 3,
  };
}
