// Axes: their ticks, what stands at them, and how much room that takes.
import type { Extent } from "./extent.js";
import type { Axis } from "./figure.js";
import { type Box, faint, fainter, ink, labelSize, lineHeight, type Part, quiet, tickSize } from "./parts.js";
import { textWidth, widestLine, wrapText } from "./text.js";
import { linearTicks, logTicks, type Ticks } from "./ticks.js";

/** An axis with its ticks chosen for a length in pixels. */
export interface AxisPlan extends Extent {
  readonly type: "value" | "log";
  readonly ticks: Ticks;
  /** Lines of its label. */
  readonly label: readonly string[];
  /** Degrees by which the texts of ticks are turned. */
  readonly turned: number;
  /** Categories have no lines across the plot. */
  readonly categories: boolean;
}

const tickLength = 5;
const tickGap = 4;
const labelGap = 7;

/** Chooses ticks for an axis of numbers. Texts along an x axis never touch; `whole` keeps to whole numbers. */
export function planNumbers(
  axis: Axis,
  extent: Extent,
  length: number,
  direction: "x" | "y",
  whole = false,
): AxisPlan {
  const type = axis.scale === "log" ? "log" : "value";
  const choose = type === "log" ? logTicks : linearTicks;
  let target = Math.max(2, Math.floor(length / (direction === "x" ? 55 : 40)));
  let ticks = choose(extent.min, extent.max, target, whole);
  while (direction === "x" && target > 1 && touching(ticks, length))
    ticks = choose(extent.min, extent.max, --target, whole);
  return {
    type,
    ...extent,
    ticks,
    label: wrapText(axis.label, labelSize, length),
    turned: 0,
    categories: false,
  };
}

function touching({ major }: Ticks, length: number): boolean {
  const width = major.reduce((sum, { text }) => sum + textWidth(text, tickSize) + 14, 0);
  return width > length;
}

/** An axis of names: number i stands at i, half a slot of room at both ends. */
export function planNames(
  axis: Axis,
  names: readonly (string | number)[],
  length: number,
  direction: "x" | "y",
): AxisPlan {
  const slot = length / names.length;
  const { texts, turned } =
    direction === "x" ? fitAcross(names.map(String), slot) : fitDown(names.map(String), slot);
  const major = texts.flatMap((text, value) => (text === undefined ? [] : [{ value, text }]));
  return {
    type: "value",
    min: -0.5,
    max: names.length - 0.5,
    ticks: { major, minor: [] },
    label: wrapText(axis.label, labelSize, length),
    turned,
    categories: true,
  };
}

type Texts = readonly (string | undefined)[];

/** Straight if there is room, else on several lines, else turned; of many, every second, fifth, … */
function fitAcross(names: readonly string[], slot: number): { texts: Texts; turned: number } {
  const room = slot - 8;
  const fits = (lines: readonly string[]): boolean =>
    lines.length <= 3 && widestLine(lines, tickSize) <= room;
  const wrapped = names.map((name) => wrapText(name, tickSize, room));
  if (wrapped.every(fits)) return { texts: wrapped.map((lines) => lines.join("\n")), turned: 0 };
  if (names.every((name) => Number.isFinite(Number(name)))) {
    const widest = widestLine(names, tickSize) + 8;
    return { texts: everyNth(names, Math.ceil(widest / slot)), turned: 0 };
  }
  const long = names.map((name) => wrapText(name, tickSize, 200).join("\n"));
  return { texts: everyNth(long, Math.ceil(16 / slot)), turned: 35 };
}

function fitDown(names: readonly string[], slot: number): { texts: Texts; turned: number } {
  const wrapped = names.map((name) => wrapText(name, tickSize, 170).join("\n"));
  return { texts: everyNth(wrapped, Math.ceil(15 / slot)), turned: 0 };
}

/** Every nth, n rounded up to 1, 2, 5, 10, … */
function everyNth(texts: readonly string[], atLeast: number): Texts {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, atLeast)));
  const every = [1, 2, 5, 10].map((m) => m * power).find((n) => n >= atLeast)!;
  return texts.map((text, at) => (at % every === 0 ? text : undefined));
}

/** Pixels beside a y axis: ticks, their texts, the label. */
export function roomBeside(plan: AxisPlan): number {
  return tickLength + tickGap + tickTextWidth(plan) + labelGap + plan.label.length * lineHeight + 6;
}

/** Pixels under an x axis. */
export function roomUnder(plan: AxisPlan): number {
  return tickLength + tickGap + tickTextHeight(plan) + labelGap + plan.label.length * lineHeight + 8;
}

/** Lengths by which texts of an x axis reach beyond its ends. */
export function overhang(plan: AxisPlan, length: number): { left: number; right: number } {
  const at = (value: number): number => {
    const position = plan.type === "log" ? Math.log : (x: number): number => x;
    return (length * (position(value) - position(plan.min))) / (position(plan.max) - position(plan.min));
  };
  const ends = plan.ticks.major.map(({ value, text }) => {
    const width = widestLine(text.split("\n"), tickSize);
    if (plan.turned === 0) return { left: width / 2 - at(value), right: at(value) + width / 2 - length };
    return { left: width * Math.cos(radians(plan)) + 10 - at(value), right: 0 };
  });
  return {
    left: Math.max(0, ...ends.map((end) => end.left)),
    right: Math.max(0, ...ends.map((end) => end.right)),
  };
}

function tickTextWidth({ ticks }: AxisPlan): number {
  return Math.max(0, ...ticks.major.map(({ text }) => widestLine(text.split("\n"), tickSize)));
}

function tickTextHeight(plan: AxisPlan): number {
  const height = textLines(plan) * (tickSize + 3);
  if (plan.turned === 0) return height;
  return (
    tickTextWidth(plan) * Math.sin(radians(plan)) + (height / 2) * Math.cos(radians(plan)) + turnedGap(plan)
  );
}

function textLines({ ticks }: AxisPlan): number {
  return Math.max(1, ...ticks.major.map(({ text }) => text.split("\n").length));
}

/** Turned text is centred on its anchor: with several lines it must stay further away. */
function turnedGap(plan: AxisPlan): number {
  return plan.turned === 0 ? 0 : ((textLines(plan) - 1) * (tickSize + 3)) / 2;
}

function radians({ turned }: AxisPlan): number {
  return (turned * Math.PI) / 180;
}

/** The grid and its two axes. */
export function axisParts(
  box: Box,
  grid: number,
  x: AxisPlan,
  y: AxisPlan,
  side: "left" | "right" = "left",
): { grid: Part; xAxis: Part; yAxis: Part } {
  const under = tickLength + tickGap + tickTextHeight(x) + labelGap;
  const beside = tickLength + tickGap + tickTextWidth(y) + labelGap;
  return {
    grid: { ...box, containLabel: false, outerBoundsMode: "none" },
    xAxis: { ...common(x, grid), position: "bottom", nameGap: under },
    yAxis: { ...common(y, grid), position: side, nameGap: beside, nameRotate: 90 },
  };
}

function common(plan: AxisPlan, grid: number): Part {
  const { major, minor } = plan.ticks;
  const texts = new Map(major.map(({ value, text }) => [value, text]));
  const majors = major.map(({ value }) => value);
  const all = [...majors, ...minor].sort((a, b) => a - b);
  return {
    gridIndex: grid,
    type: plan.type,
    min: plan.min,
    max: plan.max,
    name: plan.label.join("\n"),
    nameLocation: "middle",
    nameMoveOverlap: false,
    nameTextStyle: { color: ink, fontSize: labelSize, lineHeight },
    axisLine: { show: true, onZero: false, lineStyle: { color: quiet } },
    axisTick: {
      show: true,
      length: tickLength,
      customValues: all,
      lineStyle: { color: quiet },
    },
    axisLabel: {
      color: ink,
      fontSize: tickSize,
      lineHeight: tickSize + 3,
      margin: tickLength + tickGap + turnedGap(plan),
      rotate: plan.turned,
      customValues: majors,
      hideOverlap: false,
      formatter: (value: number): string => texts.get(value) ?? nearest(major, value),
    },
    // A line for every tick, in the order of the ticks.
    splitLine: {
      show: !plan.categories,
      lineStyle: { color: all.map((value) => (texts.has(value) ? faint : fainter)) },
    },
  };
}

/** The text of the tick that is meant, should ECharts hand a value back rounded. */
function nearest(ticks: Ticks["major"], value: number): string {
  const away = ticks.map((tick) => Math.abs(tick.value - value));
  return ticks[away.indexOf(Math.min(...away))]?.text ?? String(value);
}
