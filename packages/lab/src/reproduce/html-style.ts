// Style of the page: on a screen, on a phone, in the dark, on paper.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** The style sheet, with the fonts that figures are laid out for. */
export async function pageStyle(): Promise<string> {
  return `${await fontFaces()}${style}`;
}

/** Noto Sans (SIL Open Font License 1.1): Latin in two weights, Greek. */
async function fontFaces(): Promise<string> {
  const { resolve } = createRequire(import.meta.url);
  const faces = [
    ["latin", 400, "U+0-24F,U+2000-20CF,U+2122,U+2190-2193,U+2212"],
    ["latin", 700, "U+0-24F,U+2000-20CF,U+2122,U+2190-2193,U+2212"],
    ["greek", 400, "U+370-3FF"],
  ] as const;
  const rules = faces.map(async ([script, weight, range]) => {
    const path = resolve(`@fontsource/noto-sans/files/noto-sans-${script}-${weight}-normal.woff2`);
    const data = (await readFile(path)).toString("base64");
    return `@font-face{font-family:"Noto Sans";font-weight:${weight};unicode-range:${range};src:url(data:font/woff2;base64,${data}) format("woff2")}\n`;
  });
  return (await Promise.all(rules)).join("");
}

const style = `
:root {
  --paper: #fff; --ink: #222; --quiet: #5a5a5a; --line: #d5d5d5; --tint: #f4f5f7;
  --warn: #7a3b00; --warn-tint: #fff4e5; --good: #14603a; --bad: #9c1c1c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181c; --ink: #e6e6e6; --quiet: #a8a8a8; --line: #3a3d44; --tint: #20242a;
    --warn: #ffc98a; --warn-tint: #33260f; --good: #7fd6a4; --bad: #ff9a9a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 "Noto Sans", system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; max-width: 44rem; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.preset { font-weight: 700; }
.warning { border-left: 4px solid var(--warn); background: var(--warn-tint); color: var(--warn); padding: .5rem 1rem; margin: 1rem 0; }
.warning ul { margin: .5rem 0; padding-left: 1.25rem; overflow-wrap: anywhere; }
figure { margin: 1.5rem 0; overflow-x: auto; background: #fff; border: 1px solid var(--line); border-radius: 6px; }
figure svg { display: block; max-width: 100%; min-width: 30rem; height: auto; margin: 0 auto; }
figcaption { position: sticky; left: 0; padding: .5rem 1rem; background: var(--tint); color: var(--quiet); font-size: .875rem; }
.table { overflow-x: auto; margin: 1.5rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 700; padding: .25rem 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 400; font-size: .875rem; }
td.agrees { color: var(--good); }
td.differs { color: var(--bad); font-weight: 700; }
td.not-judged { color: var(--quiet); }
details { margin: 1.5rem 0; }
summary { cursor: pointer; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; font-size: .9375rem; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  thead { position: absolute; clip-path: inset(50%); }
  tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  td { display: grid; grid-template-columns: 6rem 1fr; gap: .5rem; border: 0; padding: .125rem 0; }
  td::before { content: attr(data-column); color: var(--quiet); font-weight: 400; }
  dl { grid-template-columns: 1fr; }
  dd { margin-bottom: .5rem; }
}
@media print {
  :root { --paper: #fff; --ink: #000; --quiet: #444; --line: #aaa; --tint: #fff; --warn: #000; --warn-tint: #fff; --good: #000; --bad: #000; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  figure svg { min-width: 0; }
  figure, tr, .warning { break-inside: avoid; }
  h1, h2, caption { break-after: avoid; }
}
`;
