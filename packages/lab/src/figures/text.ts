// Width of text in Noto Sans, computed without a font engine, so that the layout is the same in Node and a browser.

/** Font families in the order of preference; the first two are shipped and draw the PNG. */
export const fontFamily = "Noto Sans, Noto Sans Math, Helvetica, Arial, sans-serif";

// Advance widths of U+0020 to U+007E in thousandths of the size, read from @fontsource/noto-sans 5.3.0 (latin).
const regular = [
  260, 269, 408, 646, 572, 831, 732, 225, 300, 300, 551, 572, 268, 322, 268, 372, 572, 572, 572, 572, 572,
  572, 572, 572, 572, 572, 268, 268, 572, 572, 572, 434, 899, 639, 650, 632, 730, 556, 519, 728, 741, 339,
  273, 619, 524, 907, 760, 781, 605, 781, 622, 549, 556, 731, 600, 930, 586, 566, 572, 329, 372, 329, 572,
  444, 281, 561, 615, 480, 615, 564, 344, 615, 618, 258, 258, 534, 258, 935, 618, 605, 615, 615, 413, 479,
  361, 618, 508, 786, 529, 510, 470, 380, 551, 380, 572,
];
const boldIsWider = 1.055;
/** Greek letters average 0.58, mathematical signs 0.57; anything wider (Chinese, emoji) is a full size. */
const otherWidth = 0.6;

/** Superscript and subscript digits and signs that Noto Sans has no glyph for, and what they raise or lower. */
const raised: Readonly<Record<string, string>> = Object.fromEntries(
  [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ"].map((sign, at) => [sign, "0123456789+−n"[at]!]),
);
const lowered: Readonly<Record<string, string>> = Object.fromEntries(
  [..."₀₁₂₃₄₅₆₇₈₉₊₋ₙ"].map((sign, at) => [sign, "0123456789+−n"[at]!]),
);
/** Size of raised and lowered text relative to the text around it. */
export const smallText = 0.7;

/** A stretch of text that is level, raised or lowered. */
export interface TextRun {
  readonly text: string;
  readonly level: -1 | 0 | 1;
}

/** Splits `10⁻³` into `10` and a raised `−3`. */
export function textRuns(text: string): TextRun[] {
  const runs: { text: string; level: -1 | 0 | 1 }[] = [];
  for (const sign of text) {
    const level = sign in raised ? 1 : sign in lowered ? -1 : 0;
    const drawn = raised[sign] ?? lowered[sign] ?? sign;
    const last = runs.at(-1);
    if (last?.level === level) last.text += drawn;
    else runs.push({ text: drawn, level });
  }
  return runs;
}

/** Width in pixels of one line at this font size. */
export function textWidth(text: string, size: number, bold = false): number {
  let ems = 0;
  for (const run of textRuns(text)) {
    const scale = run.level === 0 ? 1 : smallText;
    for (const sign of run.text) ems += scale * signWidth(sign);
  }
  return ems * size * (bold ? boldIsWider : 1);
}

function signWidth(sign: string): number {
  const code = sign.codePointAt(0)!;
  const known = regular[code - 0x20];
  if (known !== undefined) return known / 1000;
  return code >= 0x1100 && !(code >= 0x1d00 && code < 0x2e80) ? 1 : otherWidth;
}

/** Breaks text at spaces into lines no wider than `width`; a single longer word keeps a line of its own. */
export function wrapText(text: string, size: number, width: number, bold = false): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (line !== "" && textWidth(longer, size, bold) > width) {
        lines.push(line);
        line = word;
      } else {
        line = longer;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** Width of the widest line. */
export function widestLine(lines: readonly string[], size: number, bold = false): number {
  return Math.max(0, ...lines.map((line) => textWidth(line, size, bold)));
}
