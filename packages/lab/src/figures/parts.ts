// Options for ECharts, in pieces that a layout puts together. Plain data, but for the texts of ticks.

/** A piece of an ECharts option. */
export type Part = Readonly<Record<string, unknown>>;

/** Pixels from the figure's top left corner. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Every grid has exactly one x axis and one y axis, so one number finds all three. */
export interface Parts {
  readonly grid: Part[];
  readonly xAxis: Part[];
  readonly yAxis: Part[];
  readonly series: Part[];
  readonly graphic: Part[];
}

/** Room that a panel takes beyond its plot, and the plot's own height, in pixels. */
export interface Room {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly height: number;
  /** All of the width that is used, for panels that need not fill it. */
  readonly width?: number;
}

/** A plain figure made ready to be placed. */
export interface Panel {
  /** Room within `width`, with at least `left` to the left and a plot of `height` where it is free to choose. */
  measure(width: number, height: number, left?: number): Room;
  /** Draws into the plot's box; `grid` is the number of the first grid that is free. */
  draw(box: Box, grid: number): Parts;
}

export const ink = "#262626";
export const quiet = "#595959";
export const faint = "#e2e2e2";
export const fainter = "#f4f4f4";
/** Stands for what has no value. */
export const missing = "#dcdcdc";

export const tickSize = 12;
export const labelSize = 13;
export const lineHeight = 17;

/** Text as a graphic element. */
export function textAt(x: number, y: number, text: string, style: Part = {}): Part {
  return { type: "text", silent: true, x, y, style: { text, fill: ink, fontSize: tickSize, ...style } };
}

/** Parts of several panels as one. */
export function joinParts(all: readonly Parts[]): Parts {
  return {
    grid: all.flatMap((parts) => parts.grid),
    xAxis: all.flatMap((parts) => parts.xAxis),
    yAxis: all.flatMap((parts) => parts.yAxis),
    series: all.flatMap((parts) => parts.series),
    graphic: all.flatMap((parts) => parts.graphic),
  };
}
