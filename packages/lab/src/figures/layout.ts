// Layout of headings and panels. Plots that stand under or beside each other share their edges.
import type { Figure, PlainFigure } from "./figure.js";
import { headingOf } from "./heading.js";
import { barsPanel } from "./kinds/bars.js";
import { heatMapPanel } from "./kinds/heat-map.js";
import { imagesPanel } from "./kinds/images.js";
import { linesPanel } from "./kinds/lines.js";
import { scatterPanel } from "./kinds/scatter.js";
import { joinParts, type Panel, type Part, type Parts, type Room } from "./parts.js";
import { type SeriesStyle, styleGroups } from "./styles.js";

/** A figure in pixels, ready for an ECharts option. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly titles: readonly Part[];
  readonly legends: readonly Part[];
  readonly parts: Parts;
}

const margin = 16;
const panelGap = 18;

export function layOut(figure: Figure): Layout {
  const several = figure.kind === "panels";
  const plain: readonly PlainFigure[] = several ? figure.panels : [figure];
  const columns = several ? Math.min(figure.columns, plain.length) : 1;
  const groups = styleGroups(plain);
  const panels = plain.map((each, at) => {
    return panelOf(each, groups.find((group) => group.panels.includes(at))?.styles ?? new Map());
  });
  const grid = arrange(panels, columns);
  // One legend for all, unless panels show different things in the same styles, or one thing in different styles.
  const shared = groups.length <= 1 && dashedAlike(plain);
  const heading = headingOf(figure, 16, grid.width - 2 * margin, shared ? plain : []);
  const headings = several
    ? plain.map((each) => headingOf(each, 13.5, grid.column - margin, shared ? [] : [each]))
    : [];

  const headed = [heading.at(margin, 12)];
  const drawn: Parts[] = [];
  let top = 12 + heading.height + 14;
  let grids = 0;
  for (let first = 0; first < panels.length; first += columns) {
    const row = panels.slice(first, first + columns).map((panel, column) => ({
      panel,
      room: grid.rooms[first + column]!,
      heading: headings[first + column],
      left: column * (grid.column + panelGap),
    }));
    const above = Math.max(...row.map((each) => (each.heading === undefined ? 0 : each.heading.height + 8)));
    for (const { panel, room, heading, left } of row) {
      if (heading !== undefined) headed.push(heading.at(left + (columns === 1 ? margin : 8), top));
      const width = grid.column - room.left - room.right;
      const box = { left: left + room.left, top: top + above, width, height: room.height };
      const parts = panel.draw(box, grids);
      grids += parts.grid.length;
      drawn.push(parts);
    }
    top += above + Math.max(...row.map(({ room }) => room.height + room.bottom)) + (several ? 10 : 0);
  }
  return {
    width: grid.width,
    height: Math.ceil(top),
    titles: headed.flatMap(({ titles }) => titles),
    legends: headed.flatMap(({ legends }) => legends),
    parts: joinParts(drawn),
  };
}

/** True if lines of one name are dashed in all panels or in none. */
function dashedAlike(panels: readonly PlainFigure[]): boolean {
  const lines = panels.flatMap((panel) => (panel.kind === "lines" ? panel.series : []));
  const dashed = new Set(lines.filter((line) => line.dashed === true).map(({ name }) => name));
  return lines.every((line) => line.dashed === true || !dashed.has(line.name));
}

function panelOf(figure: PlainFigure, styles: ReadonlyMap<string, SeriesStyle>): Panel {
  if (figure.kind === "lines") return linesPanel(figure, styles);
  if (figure.kind === "scatter") return scatterPanel(figure, styles);
  if (figure.kind === "bars") return barsPanel(figure, styles);
  if (figure.kind === "heat-map") return heatMapPanel(figure);
  return imagesPanel(figure);
}

interface Arrangement {
  /** All of the figure, pixels. */
  readonly width: number;
  /** One column. */
  readonly column: number;
  readonly rooms: readonly Room[];
}

/** Measures all panels; those of a column get the same left edge. */
function arrange(panels: readonly Panel[], columns: number): Arrangement {
  const column = [640, 460, 390][columns - 1] ?? 330;
  const height = columns === 1 ? 320 : columns === 2 ? 250 : 220;
  const first = panels.map((panel) => panel.measure(column, height));
  const rooms = panels.map((panel, at) => {
    const beside = first.filter((_, other) => other % columns === at % columns);
    return panel.measure(column, height, Math.max(...beside.map((room) => room.left)));
  });
  const narrow = panels.length === 1 ? rooms[0]!.width : undefined;
  const width = Math.max(360, narrow ?? columns * column + (columns - 1) * panelGap);
  return { width, column: panels.length === 1 ? width : column, rooms };
}
