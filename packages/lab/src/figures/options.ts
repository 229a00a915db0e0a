// A figure as an ECharts option: the same object is drawn as SVG in Node and, later, lives in a browser.
import { checkFigure } from "./check.js";
import type { Figure } from "./figure.js";
import { layOut } from "./layout.js";
import type { Part } from "./parts.js";
import { fontFamily } from "./text.js";

export { marks } from "./marks.js";

/** Value for `setOption`, and the size in pixels that it was laid out for. */
export interface Chart {
  readonly width: number;
  readonly height: number;
  /** Plain data, but for `axisLabel.formatter` of the axes. Needs `marks` registered. */
  readonly option: Part;
}

/** The option of a figure. @throws FigureError for a figure that cannot be drawn */
export function chartOf(figure: Figure): Chart {
  checkFigure(figure);
  const { width, height, titles, legends, parts } = layOut(figure);
  const { grid, xAxis, yAxis, series, graphic } = parts;
  const axes = grid.length > 0 ? { grid, xAxis, yAxis, series } : {};
  const option = {
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { fontFamily },
    title: titles,
    legend: legends,
    graphic: { elements: graphic.map((element) => withFont(element)) },
    ...axes,
  };
  return { width, height, option };
}

/** Graphic elements do not inherit the option's font. */
function withFont(element: Part): Part {
  if (element.type !== "text") return element;
  return { ...element, style: { fontFamily, ...(element.style as Part) } };
}
