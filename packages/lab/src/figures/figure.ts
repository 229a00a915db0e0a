// Figures as data: what is drawn, not how. One renderer turns them into SVG and PNG.

export interface Axis {
  /** Label with its unit: `delay (steps)`. */
  readonly label: string;
  readonly scale?: "linear" | "log";
  readonly min?: number;
  readonly max?: number;
}

/** A value that readers compare with, drawn as a thin dashed line across the plot: chance, a published result. */
export interface Level {
  readonly value: number;
  /** Stands on the line: `chance`. */
  readonly label: string;
}

/** A line, with a band around it if `low` and `high` are given. */
export interface LineSeries {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly low?: readonly number[];
  readonly high?: readonly number[];
  /** The values that each y sums up, such as one a seed: dots at its x. */
  readonly points?: readonly (readonly number[])[];
  /** Default: a line without markers. */
  readonly markers?: boolean;
  readonly dashed?: boolean;
}

export interface LinesFigure {
  readonly kind: "lines";
  readonly title: string;
  /** One quieter line under the title: what is averaged over what, which preset. */
  readonly subtitle?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly levels?: readonly Level[];
  readonly series: readonly LineSeries[];
}

export interface ScatterFigure {
  readonly kind: "scatter";
  readonly title: string;
  readonly subtitle?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly {
    readonly name: string;
    readonly x: readonly number[];
    readonly y: readonly number[];
  }[];
}

export interface HeatMapFigure {
  readonly kind: "heat-map";
  readonly title: string;
  readonly subtitle?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly columns: readonly (number | string)[];
  readonly rows: readonly (number | string)[];
  /** values[row][column]; NaN where there is none. */
  readonly values: readonly (readonly number[])[];
  /** Meaning of the colours, with its unit. */
  readonly label: string;
  readonly min?: number;
  readonly max?: number;
}

export interface BarsFigure {
  readonly kind: "bars";
  readonly title: string;
  readonly subtitle?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly levels?: readonly Level[];
  readonly categories: readonly string[];
  readonly series: readonly BarSeries[];
}

/** One bar for each category. */
export interface BarSeries {
  readonly name: string;
  readonly y: readonly number[];
  /** Half the length of the bar of error. */
  readonly error?: readonly number[];
  /** The values that each bar sums up, such as one a seed: dots on the bar. */
  readonly points?: readonly (readonly number[])[];
}

/** Pictures in a grid, each with a caption: pixels row-major, grey (1 channel), RGB (3) or RGBA (4), 0 to 255. */
export interface ImageGridFigure {
  readonly kind: "images";
  readonly title: string;
  readonly subtitle?: string;
  readonly columns: number;
  readonly images: readonly {
    readonly caption: string;
    readonly width: number;
    readonly height: number;
    readonly channels: 1 | 3 | 4;
    readonly pixels: Uint8Array;
  }[];
}

export type PlainFigure = LinesFigure | ScatterFigure | HeatMapFigure | BarsFigure | ImageGridFigure;

/** Several figures as panels of one. */
export interface PanelsFigure {
  readonly kind: "panels";
  readonly title: string;
  readonly subtitle?: string;
  readonly columns: number;
  readonly panels: readonly PlainFigure[];
}

export type Figure = PlainFigure | PanelsFigure;
