// What a drawing shows, read back from its SVG: where the axes say that values are, and where marks stand.
import { textWidth } from "../../src/figures/text.js";

/** A point, in pixels from the top left corner. */
export type Point = readonly [x: number, y: number];

/** A text with the place where it is anchored. */
export interface Placed {
  readonly text: string;
  readonly anchor: string;
  readonly at: Point;
  /** Font size, pixels. */
  readonly size: number;
}

const pairs = (text: string): Point[] =>
  Array.from(text.matchAll(/(-?[\d.]+)[ ,](-?[\d.]+)/g), (m) => [Number(m[1]), Number(m[2])] as const);

/** All texts that stand upright. Raised digits follow a `^`: `10^−3`. */
export function placedTexts(svg: string): Placed[] {
  const found = svg.matchAll(
    /<text x="([-\d.]+)"([^>]*)font-size:([\d.]+)px[^>]*transform="translate\(([-\d.]+) ([-\d.]+)\)"[^>]*>(.*?)<\/text>/g,
  );
  return Array.from(found, ([, shift, attributes, size, x, y, content]) => {
    const text = content!.replace(/<tspan dy="-[^>]*>/g, "^").replace(/<[^>]*>/g, "");
    // Texts of several levels begin at their anchor: the whole width to its left, half of it, or none.
    const part = -Number(shift) / textWidth(text.replace("^", ""), Number(size));
    const begun = part > 0.75 ? "end" : part > 0.25 ? "middle" : "start";
    const anchor = /text-anchor="(\w+)"/.exec(attributes!)?.[1] ?? begun;
    return { text, anchor, at: [Number(x), Number(y)] as const, size: Number(size) };
  });
}

/** A position in pixels for each value. */
export type Scale = (value: number) => number;

/**
 * The scale that ticks tell, from two of their texts; all others must fit.
 * @param kind `log` for axes on which equal factors are equally far apart
 */
function scaleOf(ticks: readonly (readonly [value: number, pixel: number])[], kind: "linear" | "log"): Scale {
  if (ticks.length < 2) throw new Error(`${ticks.length} ticks tell no scale`);
  const along = (value: number): number => (kind === "log" ? Math.log(value) : value);
  const [[a, from], [b, to]] = [ticks[0]!, ticks.at(-1)!];
  const scale = (value: number): number =>
    from + ((to - from) * (along(value) - along(a))) / (along(b) - along(a));
  for (const [value, pixel] of ticks)
    if (Math.abs(scale(value) - pixel) > 0.1)
      throw new Error(`the tick ${value} is off by ${scale(value) - pixel} pixels`);
  return scale;
}

/** Number of a tick's text: `−1`, `10,000`, `2×10^−3`, `10^−3`. */
export function numberOf(text: string): number {
  const plain = text.replaceAll("−", "-").replaceAll(",", "");
  const [mantissa = "", power] = plain.split("10^");
  return power === undefined ? Number(plain) : Number(mantissa.replace("×", "") || 1) * 10 ** Number(power);
}

/** The two scales of a drawing of one panel. */
export function scalesOf(
  svg: string,
  x: "linear" | "log" = "linear",
  y: "linear" | "log" = "linear",
): { x: Scale; y: Scale } {
  const ticks = placedTexts(svg).filter(({ size, text }) => size === 12 && Number.isFinite(numberOf(text)));
  const beside = ticks.filter(({ anchor }) => anchor === "end");
  const under = ticks.filter(({ anchor }) => anchor === "middle");
  return {
    x: scaleOf(
      under.map(({ text, at }) => [numberOf(text), at[0]]),
      x,
    ),
    y: scaleOf(
      beside.map(({ text, at }) => [numberOf(text), at[1]]),
      y,
    ),
  };
}

/** The lines of series: colour, dashes, and the corners of each stretch. */
export function linesOf(svg: string): { colour: string; dash: string | undefined; points: Point[][] }[] {
  const found = svg.matchAll(
    /<path d="(M[^"]*)" fill="none" stroke="(#[0-9a-f]{6})" stroke-width="2"(?: stroke-dasharray="([^"]*)")?/g,
  );
  return Array.from(found, ([, path, colour, dash]) => ({
    colour: colour!,
    dash,
    points: path!
      .split("M")
      .filter((part) => part !== "")
      .map(pairs),
  }));
}

/** Corners of the polygons of bands. */
export function bandsOf(svg: string): { colour: string; points: Point[] }[] {
  const found = svg.matchAll(/<polygon points="([^"]*)" fill="(#[0-9a-f]{6})" fill-opacity="0.2"/g);
  return Array.from(found, ([, points, colour]) => ({ colour: colour!, points: pairs(points!) }));
}

/** Rectangles that are filled. */
export function rectanglesOf(
  svg: string,
  attributes = "",
): { fill: string; left: number; top: number; width: number; height: number }[] {
  const found = svg.matchAll(
    new RegExp(
      `<path d="M([-\\d.]+) ([-\\d.]+)l([-\\d.]+) 0l0 ([-\\d.]+)l-[\\d.]+ 0Z" fill="(#[0-9a-f]{6})"${attributes}`,
      "g",
    ),
  );
  return Array.from(found, ([, left, top, width, height, fill]) => ({
    ...{ fill: fill!, left: Number(left), top: Number(top), width: Number(width), height: Number(height) },
  }));
}

/** Middles of the marks of one colour that are scaled paths, as markers of lines and points of scatters are. */
export function markersOf(svg: string, colour: string): Point[] {
  const found = svg.matchAll(
    new RegExp(`transform="matrix\\([\\d.]+,0,0,[\\d.]+,([-\\d.]+),([-\\d.]+)\\)" fill="${colour}"`, "g"),
  );
  return Array.from(found, ([, x, y]) => [Number(x), Number(y)]);
}
