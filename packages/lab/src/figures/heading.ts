// Headings over plots: title, subtitle, legend.
import type { Figure, PlainFigure } from "./figure.js";
import { hasMarkers } from "./kinds/lines.js";
import { legendOf } from "./legend.js";
import { ink, type Part, quiet } from "./parts.js";
import { wrapText } from "./text.js";

const subtitleSize = 12;
const subtitleLine = 17;

/** A heading of known height, to be placed. */
export interface Heading {
  /** Pixels. */
  readonly height: number;
  /** Draws it with its top left corner here. */
  at(left: number, top: number): { readonly titles: Part[]; readonly legends: Part[] };
}

/** Title and subtitle of a figure, over a legend of these panels' series if there are any. */
export function headingOf(
  { title, subtitle = "" }: Pick<Figure, "title" | "subtitle">,
  size: number,
  width: number,
  legendFor: readonly PlainFigure[],
): Heading {
  const line = Math.round(size * 1.35);
  const over = title === "" ? [] : wrapText(title, size, width, true);
  const under = subtitle === "" ? [] : wrapText(subtitle, subtitleSize, width);
  const legend = legendOf(namesOf(legendFor), iconsOf(legendFor), width);
  const subtitleTop = over.length * line;
  const legendTop = subtitleTop + under.length * subtitleLine + (legend.height > 0 ? 6 : 0);
  return {
    height: legendTop + legend.height,
    at: (left, top) => ({
      titles: [
        ...titlePart(over, left, top, { color: ink, fontSize: size, fontWeight: 700, lineHeight: line }),
        ...titlePart(under, left, top + subtitleTop, {
          color: quiet,
          fontSize: subtitleSize,
          fontWeight: 400,
          lineHeight: subtitleLine,
        }),
      ],
      legends: legend.at(left, top + legendTop),
    }),
  };
}

function titlePart(lines: readonly string[], left: number, top: number, textStyle: Part): Part[] {
  return lines.length === 0 ? [] : [{ text: lines.join("\n"), left, top, padding: 0, textStyle }];
}

/** Names of all series, in order of appearance, each once. */
function namesOf(panels: readonly PlainFigure[]): string[] {
  return [
    ...new Set(panels.flatMap((panel) => ("series" in panel ? panel.series.map(({ name }) => name) : []))),
  ];
}

/** Wide icons where dashes must be seen; no markers on lines that have none in any panel. */
function iconsOf(panels: readonly PlainFigure[]): { bare: ReadonlySet<string>; icon: number } {
  const bare = new Set<string>();
  const marked = new Set<string>();
  for (const panel of panels) {
    if (panel.kind === "lines") {
      for (const line of panel.series) (hasMarkers(line) ? marked : bare).add(line.name);
    } else if ("series" in panel) {
      for (const { name } of panel.series) marked.add(name);
    }
  }
  const icon = panels.some(({ kind }) => kind === "lines") ? 38 : 16;
  return { bare: new Set([...bare].filter((name) => !marked.has(name))), icon };
}
