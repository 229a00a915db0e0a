// Everything that can be wrong with a figure is refused before anything is drawn.
import { refusal, whole } from "@throughline/torch/checks";
import { FigureError, type FigureProblem } from "./errors.js";
import type {
  Axis,
  BarsFigure,
  Figure,
  HeatMapFigure,
  ImageGridFigure,
  Level,
  LineSeries,
  LinesFigure,
  ScatterFigure,
} from "./figure.js";
import { checkNamesIn } from "./known.js";

/** @throws FigureError with one sentence that names the figure, the part, what was given and what is accepted. */
export function checkFigure(figure: Figure): void {
  checkKind(figure);
  checkNamesIn(figure);
  if (figure.kind === "panels") {
    positiveInteger(figure.title, "columns", figure.columns);
    if (figure.panels.length === 0) refuse("empty", figure.title, "has no panels; give at least one");
    for (const panel of figure.panels) {
      if ((panel as Figure).kind === "panels")
        refuse("nested", figure.title, "has panels inside a panel; give a plain figure for each panel");
      checkFigure(panel);
    }
  } else if (figure.kind === "lines") checkLines(figure);
  else if (figure.kind === "scatter") checkScatter(figure);
  else if (figure.kind === "heat-map") checkHeatMap(figure);
  else if (figure.kind === "bars") checkBars(figure);
  else checkImages(figure);
}

const kinds: readonly unknown[] = ["lines", "scatter", "heat-map", "bars", "images", "panels"];

function checkKind({ kind, title }: Figure): void {
  if (kinds.includes(kind)) return;
  refuse(
    "kind",
    title,
    `is of kind ${JSON.stringify(kind)}; accepted are lines, scatter, heat-map, bars, images and panels`,
  );
}

function refuse(code: FigureProblem, title: string, problem: string): never {
  throw new FigureError(code, `figure ${JSON.stringify(title)} ${problem}`);
}

function checkLevels(title: string, levels: readonly Level[] | undefined, axis: Axis): void {
  for (const { value, label } of levels ?? []) {
    if (typeof label !== "string" || label.trim() === "")
      refuse("level", title, `has a level at ${value} without a label; give one`);
    if (!Number.isFinite(value))
      refuse("level", title, `has the level ${JSON.stringify(label)} at ${value}; give a finite number`);
    numbers(title, `at level ${JSON.stringify(label)}`, [value], axis);
  }
}

function checkPoints(
  title: string,
  part: string,
  y: readonly number[],
  points: LineSeries["points"],
  axis: Axis,
): void {
  if (points === undefined) return;
  sameLength(title, part, { y, points });
  for (const [at, values] of points.entries()) numbers(title, `${part}, points of ${at}`, values, axis);
}

function checkLines(figure: LinesFigure): void {
  checkAxes(figure);
  checkNames(figure);
  checkLevels(figure.title, figure.levels, figure.y);
  for (const { name, x, y, low, high, points } of figure.series) {
    const part = `in series ${JSON.stringify(name)}`;
    sameLength(figure.title, part, { x, y });
    checkPoints(figure.title, part, y, points, figure.y);
    if ((low === undefined) !== (high === undefined)) {
      refuse(
        "band",
        figure.title,
        `has, ${part}, only one edge of a band; give both low and high, or neither`,
      );
    }
    numbers(figure.title, `${part}, x`, x, figure.x);
    numbers(figure.title, `${part}, y`, y, figure.y);
    if (low === undefined || high === undefined) continue;
    sameLength(figure.title, part, { y, low, high });
    numbers(figure.title, `${part}, low`, low, figure.y);
    numbers(figure.title, `${part}, high`, high, figure.y);
    const at = low.findIndex((value, i) => value > high[i]!);
    if (at >= 0)
      refuse(
        "band",
        figure.title,
        `has, ${part}, a band whose low edge ${low[at]} is above its high edge ${high[at]} (point ${at})`,
      );
  }
}

function checkScatter(figure: ScatterFigure): void {
  checkAxes(figure);
  checkNames(figure);
  for (const { name, x, y } of figure.series) {
    const part = `in series ${JSON.stringify(name)}`;
    sameLength(figure.title, part, { x, y });
    numbers(figure.title, `${part}, x`, x, figure.x);
    numbers(figure.title, `${part}, y`, y, figure.y);
  }
}

function checkBars(figure: BarsFigure): void {
  checkAxes(figure);
  ofCategories(figure.title, "x", figure.x);
  checkNames(figure);
  const { categories } = figure;
  checkLevels(figure.title, figure.levels, figure.y);
  if (categories.length === 0) refuse("empty", figure.title, "has no categories; give at least one");
  for (const { name, y, error, points } of figure.series) {
    const part = `in series ${JSON.stringify(name)}`;
    checkPoints(figure.title, part, y, points, figure.y);
    sameLength(figure.title, part, error === undefined ? { categories, y } : { categories, y, error });
    numbers(figure.title, `${part}, y`, y, figure.y);
    if (error === undefined) continue;
    numbers(figure.title, `${part}, error`, error, { label: "error" });
    const at = error.findIndex((value) => value < 0);
    if (at >= 0)
      refuse(
        "error-bar",
        figure.title,
        `has, ${part}, the error ${error[at]} (bar ${at}); half lengths are 0 or more`,
      );
    numbers(
      figure.title,
      `${part}, y − error`,
      y.map((value, i) => value - error[i]!),
      figure.y,
    );
  }
}

function checkHeatMap(figure: HeatMapFigure): void {
  const { title, columns, rows, values } = figure;
  checkAxes(figure);
  ofCategories(title, "x", figure.x);
  ofCategories(title, "y", figure.y);
  if (figure.label.trim() === "")
    refuse("axis-label", title, "has no label for its colours; give one, with the unit");
  if (columns.length === 0 || rows.length === 0)
    refuse(
      "empty",
      title,
      `has ${rows.length} rows and ${columns.length} columns; give at least one of each`,
    );
  if (values.length !== rows.length)
    refuse(
      "length",
      title,
      `has ${rows.length} row names and ${values.length} rows of values; give as many of each`,
    );
  for (const [at, row] of values.entries()) {
    sameLength(title, `in row ${JSON.stringify(rows[at])}`, { columns, values: row });
    numbers(title, `in row ${JSON.stringify(rows[at])}`, row, { label: figure.label });
  }
  range(title, "the colours", figure.min, figure.max);
}

function checkImages(figure: ImageGridFigure): void {
  positiveInteger(figure.title, "columns", figure.columns);
  if (figure.images.length === 0) refuse("empty", figure.title, "has no images; give at least one");
  for (const [at, { caption, width, height, channels, pixels }] of figure.images.entries()) {
    const part = `image ${at} (${JSON.stringify(caption)})`;
    positiveInteger(figure.title, `${part}: width`, width);
    positiveInteger(figure.title, `${part}: height`, height);
    if (![1, 3, 4].includes(channels))
      refuse("channels", figure.title, `has ${channels} channels in ${part}; accepted are 1, 3 and 4`);
    if (pixels.length !== width * height * channels) {
      refuse(
        "length",
        figure.title,
        `has ${pixels.length} bytes in ${part}, but ${width}×${height} pixels of ${channels} channels are ${width * height * channels}`,
      );
    }
  }
}

function checkAxes(figure: { readonly title: string; readonly x: Axis; readonly y: Axis }): void {
  for (const [name, axis] of [
    ["x", figure.x],
    ["y", figure.y],
  ] as const) {
    if (axis.label.trim() === "")
      refuse("axis-label", figure.title, `has no label on its ${name} axis; give one, with the unit`);
    range(figure.title, `the ${name} axis`, axis.min, axis.max);
    if (axis.scale === "log") {
      for (const end of [axis.min, axis.max]) {
        if (end !== undefined && end <= 0)
          refuse(
            "log",
            figure.title,
            `has the limit ${end} on its logarithmic ${name} axis; limits there are above 0`,
          );
      }
    }
  }
}

function range(title: string, part: string, min: number | undefined, max: number | undefined): void {
  for (const end of [min, max]) {
    if (end !== undefined && !Number.isFinite(end))
      refuse("range", title, `has the limit ${end} for ${part}; give a finite number, or none`);
  }
  if (min !== undefined && max !== undefined && min >= max)
    refuse("range", title, `has limits ${min} to ${max} for ${part}; give min below max`);
}

function ofCategories(title: string, name: string, axis: Axis): void {
  if (axis.scale === "log" || axis.min !== undefined || axis.max !== undefined) {
    refuse(
      "categories",
      title,
      `has scale, min or max on its ${name} axis, which shows categories; leave them out`,
    );
  }
}

function checkNames(figure: {
  readonly title: string;
  readonly series: readonly { readonly name: string }[];
}): void {
  const names = figure.series.map(({ name }) => name);
  if (names.length === 0) refuse("empty", figure.title, "has no series; give at least one");
  if (names.length > 1 && names.some((name) => name.trim() === ""))
    refuse("name", figure.title, "has a series without a name beside others; name every one");
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    refuse(
      "name",
      figure.title,
      `has two series named ${JSON.stringify(twice)}; give each a name of its own`,
    );
}

function sameLength(title: string, part: string, lists: Readonly<Record<string, readonly unknown[]>>): void {
  const lengths = Object.entries(lists).map(([name, list]) => `${list.length} ${name}`);
  if (new Set(Object.values(lists).map((list) => list.length)).size > 1) {
    refuse(
      "length",
      title,
      `has, ${part}, ${lengths.slice(0, -1).join(", ")} and ${lengths.at(-1)}; give as many of each`,
    );
  }
}

function numbers(title: string, part: string, values: readonly number[], axis: Axis): void {
  const endless = values.findIndex((value) => value === Infinity || value === -Infinity);
  if (endless >= 0)
    refuse(
      "infinite",
      title,
      `has, ${part}, ${values[endless]} at point ${endless}; give finite numbers, and NaN where there is none`,
    );
  const low = axis.scale === "log" ? values.findIndex((value) => value <= 0) : -1;
  if (low >= 0)
    refuse(
      "log",
      title,
      `has, ${part}, ${values[low]} at point ${low}, but its axis ${JSON.stringify(axis.label)} is logarithmic; give numbers above 0, NaN for gaps, or a linear axis`,
    );
}

function positiveInteger(title: string, part: string, value: number): void {
  const problem = refusal(part, value, whole(1, 1));
  if (problem !== undefined) throw new FigureError("count", `figure ${JSON.stringify(title)}: ${problem}`);
}
