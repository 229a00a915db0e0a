// Makes ECharts' SVG the same everywhere: what a browser alone understands is replaced by what every program draws.
import { smallText, textRuns, textWidth } from "./text.js";

/** Distance from the baseline to the middle of a line, as a part of the font size: half the height of Noto Sans' capitals. */
const middle = 0.357;

/** The SVG with a title for those who cannot see it, ids of its own, no scripts' traces, and text placed by baseline. */
export function portable(svg: string, title: string): string {
  const plain = svg
    .replace(/<style\s*>.*?<\/style>\n?/gs, "")
    .replace(/ (?:class|ecmeta_\w+|pointer-events|baseProfile|version|xml:space)="[^"]*"/g, "")
    // Boxes that nobody sees: they are there for the mouse.
    .replace(/<path (?![^>]*stroke=)[^>]*fill="none"[^>]*><\/path>\n?/g, "")
    .replace(/<path [^>]*fill-opacity="0"[^>]*stroke-width="0"><\/path>\n?/g, "")
    .replace(/<image /g, '<image preserveAspectRatio="none" ')
    .replace(/<text ([^>]*)>([^<]*)<\/text>/g, (_, attributes: string, text: string) =>
      placed(attributes, text),
    )
    .replace(/^<svg /, `<svg role="img" `)
    .replace(/>/, () => `>\n<title>${escapeXml(title)}</title>`)
    // ECharts counts the drawings of a process; ids must not depend on what was drawn before.
    .replace(/(id="|url\(#|href="#)zr\d+-/g, "$1zr-");
  return plain.replace(/(id="|url\(#|href="#)zr-/g, `$1t${hash(plain)}-`);
}

/** ECharts centres lines by `dominant-baseline`, which many programs ignore. */
function placed(attributes: string, text: string): string {
  const size = Number(/font-size:([\d.]+)px/.exec(attributes)?.[1] ?? 12);
  const at = (name: "x" | "y"): number =>
    Number(new RegExp(`(?:^| )${name}="([-\\d.]+)"`).exec(attributes)?.[1] ?? 0);
  const y = at("y") + (/dominant-baseline="(?:central|middle)"/.test(attributes) ? middle * size : 0);
  const levels = raisedAndLowered(text, size);
  // Skia misplaces text of several levels unless it starts at its anchor.
  const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1] ?? "start";
  const before = anchor === "start" || levels === text ? 0 : anchor === "end" ? 1 : 0.5;
  const x =
    at("x") -
    before *
      textWidth(unescaped(text), size, attributes.includes("bold") || attributes.includes("weight:700"));
  const rest = attributes
    .replace(before === 0 ? / ?dominant-baseline="\w+"/ : / ?(?:dominant-baseline|text-anchor)="\w+"/g, "")
    .replace(/(^| )[xy]="[-\d.]+"/g, "");
  return `<text x="${rounded(x)}" y="${rounded(y)}" ${rest.trim()}>${levels}</text>`;
}

function unescaped(text: string): string {
  return text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&");
}

/** Noto Sans has few superscripts and subscripts; they are drawn as small digits above or below the line. */
function raisedAndLowered(text: string, size: number): string {
  const runs = textRuns(text);
  if (runs.every((run) => run.level === 0)) return text;
  let offset = 0;
  return runs
    .map((run) => {
      const wanted = run.level === 1 ? -0.36 * size : run.level === -1 ? 0.16 * size : 0;
      const shift = rounded(wanted - offset);
      offset = wanted;
      const small = run.level === 0 ? "" : ` style="font-size:${rounded(smallText * size)}px"`;
      return shift === 0 && small === "" ? run.text : `<tspan dy="${shift}"${small}>${run.text}</tspan>`;
    })
    .join("");
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** FNV-1a, 32 bits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, "0");
}
