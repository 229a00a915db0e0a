// A bar with its bar of error.
import type { BarsFigure } from "../figure.js";
import { ink, type Part, quiet } from "../parts.js";
import { fontFamily } from "../text.js";
import { type Drawn, group, type Mark, type MarkParams, markSeries, numberAt } from "./mark.js";

export interface BarPlace {
  readonly colour: string;
  readonly grid: number;
  /** Which of how many bars in each category. */
  readonly slot: number;
  readonly slots: number;
  /** Where bars stand. */
  readonly base: number;
}

/** Part of a category's width that its bars fill together, and of a bar's width that stays free beside it. */
const filled = 0.74;
const apart = 0.08;

/** One bar a category. A datum is [category, value, error, slot, slots, base]. */
export function barSeries(bars: BarsFigure["series"][number], place: BarPlace): Part {
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
    ]),
    encode: { x: 0, y: 1 },
    itemStyle: { color: place.colour },
    z: 3,
  });
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
  if (Number.isNaN(error) || error === 0) return group([bar]);
  const ends = [
    api.coord([category!, value! + error!])[1]!,
    api.coord([category!, value! - error!])[1]!,
  ] as const;
  return group([bar, ...whisker(x, ends[0], ends[1], Math.min(6, width / 3))]);
};

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
