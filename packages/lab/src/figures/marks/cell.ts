// A cell of a heat map.
import { missing, type Part, quiet } from "../parts.js";
import { type Drawn, group, type Mark, type MarkParams, markSeries, numberAt } from "./mark.js";

/** Cells by row, from the bottom, and column; those of the colour `missing` are crossed out. */
export function cellSeries(colours: readonly (readonly string[])[], grid: number): Part {
  const data = colours.flatMap((row, y) =>
    row.map((color, x) => ({ value: [x, y, color === missing ? 1 : 0], itemStyle: { color } })),
  );
  return markSeries("throughline-cell", grid, { data, encode: { x: 0, y: 1 }, z: 3 });
}

export const cellMark: Mark = (params, api): Drawn => {
  const [width, height] = api.size!([1, 1]) as [number, number];
  const [cx, cy] = api.coord([numberAt(api, 0), numberAt(api, 1)]) as [number, number];
  const shape = { x: cx - width / 2, y: cy - height / 2, width, height };
  const square: Part = {
    type: "rect",
    shape: overlapping(shape, params),
    style: { fill: String(api.visual("color")) },
  };
  if (numberAt(api, 2) === 0) return group([square]);
  const stroke: Part = {
    type: "line",
    shape: { x1: shape.x, y1: shape.y + height, x2: shape.x + width, y2: shape.y },
    style: { stroke: quiet, lineWidth: 0.75 },
  };
  return group([square, stroke]);
};

/** Reaches half a pixel under the next cells to the right and above, which are drawn later: no seams at any scale. */
function overlapping(
  cell: { x: number; y: number; width: number; height: number },
  params: MarkParams,
): Part {
  const plot = params.coordSys as unknown as { x: number; y: number; width: number };
  const right = cell.x + cell.width < plot.x + plot.width - 0.25 ? 0.5 : 0;
  const above = cell.y > plot.y + 0.25 ? 0.5 : 0;
  return { x: cell.x, y: cell.y - above, width: cell.width + right, height: cell.height + above };
}
