// Values to compare with: thin dashed lines across the plot, each with its label to the right of it.
import type { Level } from "../figure.js";
import { type Part, quiet } from "../parts.js";
import { fontFamily, widestLine, wrapText } from "../text.js";

const size = 11;
/** Labels are broken into lines beyond this width, and stand this far from the plot; pixels. */
const widest = 76;
const apart = 4;

const linesOf = ({ label }: Level): string[] => wrapText(label, size, widest);

/** Pixels to the right of a plot that the labels need. */
export function roomForLevels(levels: readonly Level[] | undefined): number {
  return Math.max(0, ...(levels ?? []).map((level) => apart + widestLine(linesOf(level), size) + 4));
}

/** The levels of a grid as one series without data; none if there are no levels. */
export function levelSeries(levels: readonly Level[] | undefined, grid: number): Part[] {
  if (levels === undefined || levels.length === 0) return [];
  return [
    {
      type: "line",
      xAxisIndex: grid,
      yAxisIndex: grid,
      data: [],
      silent: true,
      z: 5,
      markLine: {
        silent: true,
        animation: false,
        symbol: "none",
        lineStyle: { color: quiet, width: 1.25, type: [3, 3] },
        label: {
          position: "end",
          distance: apart,
          formatter: "{b}",
          color: quiet,
          fontSize: size,
          fontFamily,
        },
        data: levels.map((level) => ({ yAxis: level.value, name: linesOf(level).join("\n") })),
      },
    },
  ];
}

/** Values of levels, so that an axis includes them. */
export function levelValues(levels: readonly Level[] | undefined): number[] {
  return (levels ?? []).map(({ value }) => value);
}
