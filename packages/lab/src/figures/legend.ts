// The legend: rows of names between the title and the plots, where it covers nothing.
import { ink, type Part } from "./parts.js";
import { widestLine, wrapText } from "./text.js";

const size = 12.5;
const iconGap = 6;
const itemGap = 20;
const rowHeight = 20;

export interface Legend {
  /** Pixels. */
  readonly height: number;
  /** Draws it with its top left corner here. */
  at(left: number, top: number): Part[];
}

export interface LegendIcons {
  /** Names of lines without markers. */
  readonly bare: ReadonlySet<string>;
  /** Width, pixels: enough to show dashes where there are lines. */
  readonly icon: number;
}

interface Item {
  readonly name: string;
  readonly lines: number;
  readonly width: number;
}

/**
 * Names in as many rows as the width needs; a name that is wider than all of it is broken into lines.
 */
export function legendOf(names: readonly string[], icons: LegendIcons, width: number): Legend {
  const { icon } = icons;
  const room = width - icon - iconGap;
  const rows: Item[][] = [];
  let used = 0;
  for (const name of names.filter((text) => text !== "")) {
    const lines = wrapText(name, size, room);
    const item = {
      name,
      lines: lines.length,
      width: icon + iconGap + Math.min(room, widestLine(lines, size)),
    };
    if (rows.length === 0 || used + itemGap + item.width > width) {
      rows.push([item]);
      used = item.width;
    } else {
      rows.at(-1)!.push(item);
      used += itemGap + item.width;
    }
  }
  const heights = rows.map((row) => rowHeight * Math.max(...row.map((item) => item.lines)));
  return {
    height: heights.reduce((sum, height) => sum + height, 0),
    at: (left, top) =>
      rows.map((row, at) => {
        const above = heights.slice(0, at).reduce((sum, height) => sum + height, 0);
        return rowPart(row, icons, left, top + above, room);
      }),
  };
}

function rowPart(row: readonly Item[], icons: LegendIcons, left: number, top: number, room: number): Part {
  const broken = row.some((item) => item.lines > 1);
  return {
    // ECharts draws a circle on lines that have no markers.
    data: row.map(({ name }) => (icons.bare.has(name) ? { name, itemStyle: { opacity: 0 } } : { name })),
    left,
    top,
    padding: 0,
    itemWidth: icons.icon,
    itemHeight: 10,
    itemGap,
    selectedMode: false,
    textStyle: {
      color: ink,
      fontSize: size,
      lineHeight: 17,
      padding: [0, 0, 0, iconGap - 5],
      ...(broken ? { width: room, overflow: "break" } : {}),
    },
  };
}
