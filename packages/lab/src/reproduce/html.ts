// The page as one HTML file that needs nothing else.
import { pageStyle } from "./html-style.js";
import { cellHeadings, cellTexts, facts, type PageView, presetSentence, warnings } from "./view.js";
import { headings, rowTexts } from "./words.js";

/** A complete HTML document: figures inline, fonts inside, no script, no request to anywhere. */
export async function htmlPage(view: PageView): Promise<string> {
  const { reproduction, preset, figures, tables, notes } = view;
  const { name, title, source } = reproduction;
  const parts = [
    `<header><h1>${escapeHtml(title)}</h1>`,
    `<p>Reproduction <code>${escapeHtml(name)}</code> of ${escapeHtml(source.figure)} in ${escapeHtml(source.paper)}.</p>`,
    `<p class="preset ${preset}">${escapeHtml(presetSentence(preset))}</p></header>`,
    warningBox(view),
    ...figures.map(
      (figure) =>
        `<figure>${figure.svg}\n<figcaption>${escapeHtml(figure.title)}. Preset ${preset}.</figcaption></figure>`,
    ),
    ...tables.map((table) =>
      tableOf(`${table.title}. Preset ${preset}.`, headings, table.rows.map(rowTexts)),
    ),
    notes.length === 0
      ? ""
      : `<section><h2>Notes</h2>\n${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join("\n")}</section>`,
    cellsOf(view),
    `<section><h2>Where the numbers come from</h2>\n<dl>${facts(view)
      .map(
        ([term, text]) =>
          `<dt>${escapeHtml(term)}</dt><dd>${term === "Command" ? `<code>${escapeHtml(text)}</code>` : escapeHtml(text)}</dd>`,
      )
      .join("\n")}</dl></section>`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(`${title} (${name}, preset ${preset})`)}</title>
<style>
${await pageStyle()}</style>
</head>
<body>
<main>
${parts.filter((part) => part !== "").join("\n")}
</main>
</body>
</html>
`;
}

function warningBox(view: PageView): string {
  const [first, ...rest] = warnings(view);
  if (first === undefined) return "";
  const list =
    rest.length === 0 ? "" : `<ul>${rest.map((text) => `<li>${escapeHtml(text)}</li>`).join("\n")}</ul>`;
  return `<section class="warning" role="note"><p>${escapeHtml(first)}</p>${list}</section>`;
}

function cellsOf({ outcomes }: PageView): string {
  return `<details><summary>All ${outcomes.length} cells</summary>\n${tableOf("", cellHeadings, outcomes.map(cellTexts))}</details>`;
}

function tableOf(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = columns.map((column) => `<th scope="col">${column}</th>`).join("");
  const body = rows
    .map((row) => `<tr>${row.map((text, at) => cell(columns[at]!, text)).join("")}</tr>`)
    .join("\n");
  const title = caption === "" ? "" : `<caption>${escapeHtml(caption)}</caption>`;
  return `<div class="table"><table>${title}\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody></table></div>`;
}

/** The column's name goes along, because a phone shows each row as a list. */
function cell(column: string, text: string): string {
  const verdict =
    column === "verdict" ? ` class="${text.slice(0, text.indexOf(":")).replace(" ", "-")}"` : "";
  return `<td data-column="${column}"${verdict}>${escapeHtml(text)}</td>`;
}

/** Text as it may stand in HTML, attributes included. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (sign) => entities[sign]!);
}
