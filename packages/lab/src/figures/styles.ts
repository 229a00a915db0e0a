// Styles that tell series apart: colour, lightness, dashes and the shape of their markers.
import { seriesColours } from "./colours.js";
import type { PlainFigure } from "./figure.js";

export interface SeriesStyle {
  readonly colour: string;
  /** Dash pattern in pixels; empty for a solid line. */
  readonly dash: readonly number[];
  /** An ECharts symbol. */
  readonly symbol: string;
}

const dashes: readonly (readonly number[])[] = [
  [],
  [7, 3],
  [2, 2.5],
  [9, 3, 2, 3],
  [14, 4],
  [5, 2, 1.5, 2, 1.5, 2],
];
/** Style of `dashed: true`. */
export const longDash: readonly number[] = [7, 4];

// Paths, because a legend keeps the proportions of paths only.
const symbols: readonly string[] = [
  "path://M5,0A5,5,0,1,1,5,10A5,5,0,1,1,5,0Z",
  "path://M0,0H10V10H0Z",
  "path://M0,9L5,0L10,9Z",
  "path://M5,0L10,5L5,10L0,5Z",
  "path://M0,0L10,0L5,9Z",
  "path://M3.5,0H6.5V3.5H10V6.5H6.5V10H3.5V6.5H0V3.5H3.5Z",
  "path://M5,0L6.5,3.5L10,3.8L7.3,6.2L8.2,10L5,7.9L1.8,10L2.7,6.2L0,3.8L3.5,3.5Z",
  "path://M2,0L5,3L8,0L10,2L7,5L10,8L8,10L5,7L2,10L0,8L3,5L0,2Z",
];

/** Styles of the series of panels that belong together. */
export interface StyleGroup {
  /** Series in order of appearance. */
  readonly styles: ReadonlyMap<string, SeriesStyle>;
  /** Indices of the panels. */
  readonly panels: readonly number[];
}

/**
 * Panels that share a name, directly or through others, show all their series in one set of styles, so that the same
 * thing looks the same; panels that have nothing in common each use the best styles for themselves.
 */
export function styleGroups(panels: readonly PlainFigure[]): StyleGroup[] {
  let groups: { names: string[]; panels: number[] }[] = [];
  for (const [index, panel] of panels.entries()) {
    if (!("series" in panel)) continue;
    const names = panel.series.map(({ name }) => name);
    const related = groups.filter((group) => group.names.some((name) => names.includes(name)));
    const joined = [...related, { names, panels: [index] }];
    groups = groups.filter((group) => !related.includes(group));
    groups.push({
      names: [...new Set(joined.flatMap((group) => group.names))],
      panels: joined.flatMap((group) => group.panels),
    });
  }
  return groups.map((group) => ({ styles: stylesFor(group.names), panels: group.panels }));
}

/** A style for every name. */
function stylesFor(names: readonly string[]): ReadonlyMap<string, SeriesStyle> {
  const colours = seriesColours(names.length);
  return new Map(
    names.map((name, at) => [
      name,
      { colour: colours[at]!, dash: dashes[at % dashes.length]!, symbol: symbols[at % symbols.length]! },
    ]),
  );
}
