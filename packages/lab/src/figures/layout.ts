// Where everything goes: titles, legend, panels. Plots that stand under or beside each other share their edges.
import type { Figure, PlainFigure } from "./figure.js";
import { barsPanel } from "./kinds/bars.js";
import { heatMapPanel } from "./kinds/heat-map.js";
import { imagesPanel } from "./kinds/images.js";
import { hasMarkers, linesPanel } from "./kinds/lines.js";
import { scatterPanel } from "./kinds/scatter.js";
import { legendOf } from "./legend.js";
import { ink, joinParts, type Panel, type Part, type Parts, quiet, type Room } from "./parts.js";
import { type SeriesStyle, seriesNames, stylesFor } from "./styles.js";
import { wrapText } from "./text.js";

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
  const names = seriesNames(figure);
  const styles = stylesFor(names);
  const plain: readonly PlainFigure[] = figure.kind === "panels" ? figure.panels : [figure];
  const columns = figure.kind === "panels" ? Math.min(figure.columns, plain.length) : 1;
  const panels = plain.map((each) => panelOf(each, styles));
  const grid = arrange(panels, columns);
  const heading = headingOf(figure, 16, grid.width - 2 * margin);
  const legend = legendOf(
    names,
    { bare: bareLines(plain), icon: plain.some(({ kind }) => kind === "lines") ? 38 : 16 },
    grid.width - 2 * margin,
  );
  const headings =
    figure.kind === "panels" ? plain.map((each) => headingOf(each, 13.5, grid.column - 8)) : [];

  const titles = [...heading.at(margin, 12)];
  const legendTop = 12 + heading.height + (legend.height > 0 ? 6 : 0);
  let top = legendTop + legend.height + 14;
  const drawn: Parts[] = [];
  let grids = 0;
  for (let row = 0; row * columns < panels.length; row++) {
    const inRow = Array.from(
      { length: Math.min(columns, panels.length - row * columns) },
      (_, c) => row * columns + c,
    );
    const rooms = inRow.map((at) => grid.rooms[at]!);
    const above = Math.max(
      0,
      ...inRow.map((at) => (headings[at]?.height ?? 0) + (headings.length > 0 ? 8 : 0)),
    );
    for (const [column, at] of inRow.entries()) {
      const room = rooms[column]!;
      const left = column * (grid.column + panelGap);
      titles.push(...(headings[at]?.at(left + (columns === 1 ? margin : 8), top) ?? []));
      const width = grid.column - room.left - room.right;
      const parts = panels[at]!.draw(
        { left: left + room.left, top: top + above, width, height: room.height },
        grids,
      );
      grids += parts.grid.length;
      drawn.push(parts);
    }
    const below = Math.max(...rooms.map((room) => room.height + room.bottom));
    top += above + below + (headings.length > 0 ? 10 : 0);
  }
  const legends = legend.at(margin, legendTop);
  return { width: grid.width, height: Math.ceil(top), titles, legends, parts: joinParts(drawn) };
}

/** Series that show no marker in any panel. */
function bareLines(panels: readonly PlainFigure[]): Set<string> {
  const bare = new Set<string>();
  const marked = new Set<string>();
  for (const panel of panels) {
    if (panel.kind === "lines") {
      for (const line of panel.series) (hasMarkers(line) ? marked : bare).add(line.name);
    } else if (panel.kind === "scatter" || panel.kind === "bars") {
      for (const { name } of panel.series) marked.add(name);
    }
  }
  return new Set([...bare].filter((name) => !marked.has(name)));
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

interface Heading {
  readonly height: number;
  at(left: number, top: number): Part[];
}

function headingOf(figure: Figure, size: number, width: number): Heading {
  const lines = figure.title === "" ? [] : wrapText(figure.title, size, width, true);
  const under =
    figure.subtitle === undefined || figure.subtitle === "" ? [] : wrapText(figure.subtitle, 12, width);
  const titleHeight = lines.length * Math.round(size * 1.35);
  const part = (text: string, top: number, left: number, style: Part): Part => ({
    text,
    left,
    top,
    padding: 0,
    textStyle: style,
  });
  const title = { color: ink, fontSize: size, fontWeight: 700, lineHeight: Math.round(size * 1.35) };
  return {
    height: titleHeight + under.length * 17,
    at: (left, top) => [
      ...(lines.length === 0 ? [] : [part(lines.join("\n"), top, left, title)]),
      ...(under.length === 0
        ? []
        : [
            part(under.join("\n"), top + titleHeight, left, {
              color: quiet,
              fontSize: 12,
              fontWeight: 400,
              lineHeight: 17,
            }),
          ]),
    ],
  };
}
