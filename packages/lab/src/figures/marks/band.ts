// The area between two edges: one polygon for each stretch without gaps.
import type { Part } from "../parts.js";
import { type Drawn, group, type Mark, type MarkApi, markSeries, numberAt } from "./mark.js";

type Point = readonly number[];

/** A band of rows [x, low, high], in the colour of its line and under all lines. */
export function bandSeries(
  name: string,
  rows: readonly (readonly [number, number, number])[],
  colour: string,
  grid: number,
): Part {
  const data = rows.map((row) => row.map((value) => (Number.isNaN(value) ? null : value)));
  return markSeries("throughline-band", grid, {
    name,
    data,
    encode: { x: 0, y: [1, 2] },
    itemStyle: { color: colour, opacity: 0.2 },
    z: 1,
  });
}

/** Draws the whole band with its first datum, and nothing with the others. */
export const bandMark: Mark = (params, api): Drawn => {
  if (params.dataIndex !== 0) return null;
  const fill = String(api.visual("color"));
  return group(stretches(api, params.dataInsideLength).map((stretch) => area(stretch, fill)));
};

interface Stretch {
  readonly low: Point[];
  readonly high: Point[];
}

function stretches(api: MarkApi, length: number): Stretch[] {
  const found: Stretch[] = [];
  let current: Stretch | undefined;
  for (let index = 0; index < length; index++) {
    const [x, low, high] = [0, 1, 2].map((dimension) => numberAt(api, dimension, index)) as [
      number,
      number,
      number,
    ];
    if (Number.isNaN(x + low + high)) {
      current = undefined;
      continue;
    }
    if (current === undefined) {
      current = { low: [], high: [] };
      found.push(current);
    }
    current.low.push(api.coord([x, low]));
    current.high.push(api.coord([x, high]));
  }
  return found;
}

/** A point alone has a band without width: it becomes a stroke that can be seen. */
function area({ low, high }: Stretch, colour: string): Part {
  if (low.length === 1) {
    const [[x, y1], [, y2]] = [low[0]!, high[0]!] as [[number, number], [number, number]];
    return {
      type: "line",
      shape: { x1: x, y1, x2: x, y2 },
      style: { stroke: colour, lineWidth: 6, opacity: 0.25 },
    };
  }
  return {
    type: "polygon",
    shape: { points: [...low, ...high.toReversed()] },
    style: { fill: colour, opacity: 0.2 },
  };
}
