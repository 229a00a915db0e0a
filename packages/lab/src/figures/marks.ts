// Marks that ECharts does not have: bands, bars with bars of error, cells. Each is a series that names its mark, so an
// option stays plain data; `marks` is what must be registered before such an option is drawn, in Node or in a browser.
import { bandMark } from "./marks/band.js";
import { barMark } from "./marks/bar.js";
import { cellMark } from "./marks/cell.js";
import type { Mark } from "./marks/mark.js";

/** Marks by name, for `echarts.registerCustomSeries`. */
export const marks: Readonly<Record<string, Mark>> = {
  "throughline-band": bandMark,
  "throughline-bar": barMark,
  "throughline-cell": cellMark,
};
