// A bar with its bar of error.
import type { BarSeries } from "../figure.js";
import { ink, type Part, quiet } from "../parts.js";
import { fontFamily } from "../text.js";
import { type Drawn, group, type Mark, type MarkApi, type MarkParams, markSeries, numberAt } from "./mark.js";

export interface BarPlace {
  readonly colour: string;
  readonly grid: number;
  /** Index of the bar, and the number of bars in each category. */
  readonly slot: number;
  readonly slots: number;
  /** Positions of bars. */
  readonly base: number;
}

/** Part of a category's width that its bars fill together, and of a bar's width that stays free beside it. */
const filled = 0.74;
const apart = 0.08;

/** One bar a category. A datum is [category, value, error, slot, slots, base, ...points]. */
export function barSeries(bars: BarSeries, place: BarPlace): Part {
  const known = (value: number | undefined): number | null =>
    value === undefined || Number.isNaN(value) ? null : value;
  return markSeries("throughline-bar", place.grid, {
    name: bars.name,
    data: bars.y.map((value, at) => [
      at,
      known(value),
      known(bars.error?.[at]),
      place.slot,
      place.slots,
      place.base,
      ...(bars.points?.[at] ?? []).filter(Number.isFinite),
    ]),
    encode: { x: 0, y: 1 },
    // Rows differ in length: without this ECharts keeps as many values as the first row has.
    dimensions: Array.from({ length: FIRST_POINT + longest(bars) }, (_, i) => `v${i}`),
    itemStyle: { color: place.colour },
    z: 3,
  });
}

/** The place in a datum where its points begin. */
const FIRST_POINT = 6;

function longest({ points = [] }: BarSeries): number {
  return Math.max(0, ...points.map(({ length }) => length));
}

export const barMark: Mark = (params, api): Drawn => {
  const [category, value, error, slot, slots, base] = [0, 1, 2, 3, 4, 5].map((d) =>
    numberAt(api, d),
  ) as number[];
  const size = api.size!([1, 0]) as number[];
  const share = (size[0]! * filled) / slots!;
  const [centre, foot] = api.coord([category!, base!]) as [number, number];
  const x = centre + (slot! - (slots! - 1) / 2) * share;
  if (Number.isNaN(value)) return group([absent(params, x)]);
  const top = api.coord([category!, value!])[1]!;
  const width = Math.max(1, Math.min(share * (1 - apart), 90));
  const shape = {
    x: x - width / 2,
    y: Math.min(top, foot),
    width,
    height: Math.max(Math.abs(top - foot), 0.75),
  };
  const bar: Part = {
    type: "rect",
    shape,
    style: { fill: String(api.visual("color")), stroke: ink, lineWidth: 0.75 },
  };
  const dots = dotsOf(api, category!, x, width);
  if (Number.isNaN(error) || error === 0) return group([bar, ...dots]);
  const ends = [
    api.coord([category!, value! + error!])[1]!,
    api.coord([category!, value! - error!])[1]!,
  ] as const;
  return group([bar, ...whisker(x, ends[0], ends[1], Math.min(6, width / 3)), ...dots]);
};

/** Single values side by side over the bar, in the order given, so that equal ones can be counted. */
function dotsOf(api: MarkApi, category: number, x: number, width: number): Part[] {
  const values: number[] = [];
  for (let at = FIRST_POINT; ; at++) {
    const value = numberAt(api, at);
    if (Number.isNaN(value)) break;
    values.push(value);
  }
  const step = values.length > 1 ? (0.8 * width) / (values.length - 1) : 0;
  const radius = Math.max(1.4, Math.min(2.6, step / 2));
  return values.map((value, at) => ({
    type: "circle",
    shape: {
      cx: x + (at - (values.length - 1) / 2) * step,
      cy: api.coord([category, value])[1]!,
      r: radius,
    },
    style: { fill: "#ffffff", stroke: "#000000", lineWidth: 1 },
  }));
}

/** Black on white, so that it shows on dark bars too. */
function whisker(x: number, y1: number, y2: number, cap: number): Part[] {
  const path = `M${x},${y1}L${x},${y2}M${x - cap},${y1}L${x + cap},${y1}M${x - cap},${y2}L${x + cap},${y2}`;
  return [
    { type: "path", shape: { pathData: path }, style: { fill: "none", stroke: "#ffffff", lineWidth: 3.5 } },
    { type: "path", shape: { pathData: path }, style: { fill: "none", stroke: "#000000", lineWidth: 1.5 } },
  ];
}

/** A missing bar must not look like a bar of height 0. */
function absent(params: MarkParams, x: number): Part {
  const plot = params.coordSys as unknown as { y: number; height: number };
  return {
    type: "text",
    style: {
      text: "n/a",
      x,
      y: plot.y + plot.height - 3,
      align: "center",
      verticalAlign: "bottom",
      fill: quiet,
      fontSize: 11,
      fontFamily,
    },
  };
}
