// The names in figures: a misspelt one would be passed over in silence.
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { FigureError } from "./errors.js";
import type {
  Axis,
  BarSeries,
  BarsFigure,
  Figure,
  HeatMapFigure,
  ImageGridFigure,
  Level,
  LineSeries,
  LinesFigure,
  PanelsFigure,
  ScatterFigure,
} from "./figure.js";

const about = { kind: true, title: true, subtitle: true, x: true, y: true } as const;
const axis: OptionNames<Axis> = { label: true, scale: true, min: true, max: true };
const level: OptionNames<Level> = { value: true, label: true };
const figures: Readonly<{ [K in Figure["kind"]]: OptionNames<Extract<Figure, { kind: K }>> }> = {
  lines: { ...about, levels: true, series: true } satisfies OptionNames<LinesFigure>,
  scatter: { ...about, series: true } satisfies OptionNames<ScatterFigure>,
  bars: { ...about, levels: true, categories: true, series: true } satisfies OptionNames<BarsFigure>,
  "heat-map": {
    ...about,
    ...{ columns: true, rows: true, values: true, label: true, min: true, max: true },
  } satisfies OptionNames<HeatMapFigure>,
  images: {
    kind: true,
    title: true,
    subtitle: true,
    columns: true,
    images: true,
  } satisfies OptionNames<ImageGridFigure>,
  panels: {
    kind: true,
    title: true,
    subtitle: true,
    columns: true,
    panels: true,
  } satisfies OptionNames<PanelsFigure>,
};
const line: OptionNames<LineSeries> = {
  ...{ name: true, x: true, y: true, low: true, high: true },
  ...{ points: true, markers: true, dashed: true },
};
const bars: OptionNames<BarSeries> = { name: true, y: true, error: true, points: true };
const dots: OptionNames<ScatterFigure["series"][number]> = { name: true, x: true, y: true };
const image: OptionNames<ImageGridFigure["images"][number]> = {
  ...{ caption: true, width: true, height: true, channels: true, pixels: true },
};

/** @param figure of a known kind. @throws FigureError figure/option for a name that a figure or a part of it does not have */
export function checkNamesIn(figure: Figure): void {
  const { title } = figure;
  const check = <T extends object>(part: string, names: OptionNames<T>, given: T): void => {
    try {
      knownOptions(`figure ${JSON.stringify(title)}${part}`, names, given);
    } catch (cause) {
      throw new FigureError("option", (cause as Error).message, { cause });
    }
  };
  check("", figures[figure.kind] as OptionNames<Figure>, figure);
  if ("x" in figure) check(", x", axis, figure.x);
  if ("y" in figure) check(", y", axis, figure.y);
  if ("levels" in figure) for (const each of figure.levels ?? []) check(", levels", level, each);
  if (figure.kind === "lines") for (const each of figure.series) check(", series", line, each);
  if (figure.kind === "bars") for (const each of figure.series) check(", series", bars, each);
  if (figure.kind === "scatter") for (const each of figure.series) check(", series", dots, each);
  if (figure.kind === "images") for (const each of figure.images) check(", images", image, each);
}
