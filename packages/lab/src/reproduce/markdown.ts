// The page as Markdown, beside its figures.
import { markdownTable } from "../text/table.js";
import { visible, visibleLine } from "../text/visible.js";
import { cellHeadings, cellTexts, facts, type PageView, presetSentence, warnings } from "./view.js";
import { headings, rowTexts } from "./words.js";

/** A Markdown document; its figures are `figures/<name>.png`, each a link to the SVG. */
export function markdownPage(view: PageView): string {
  const { reproduction, preset, figures, tables, notes, outcomes } = view;
  const { name, title, source } = reproduction;
  const [first, ...rest] = warnings(view);
  const blocks = [
    `# ${escapeMarkdown(title)}`,
    `Reproduction \`${name}\` of ${escapeMarkdown(source.figure)} in ${escapeMarkdown(source.paper)}.`,
    `**${escapeMarkdown(presetSentence(preset))}**`,
    ...(first === undefined ? [] : [quote([first, ...rest.map((text) => `- ${escapeMarkdown(text)}`)])]),
    ...figures.flatMap((figure) => {
      const caption = escapeMarkdown(`${figure.title}. Preset ${preset}.`);
      const file = `figures/${encodeURIComponent(figure.name)}`;
      return [
        `[![${caption}](${file}.png)](${file}.svg)`,
        `${caption} Data: [${escapeMarkdown(figure.name)}.json](${file}.json)`,
      ];
    }),
    ...tables.flatMap((table) => [
      `## ${escapeMarkdown(table.title)} (preset ${preset})`,
      markdownTable(headings, table.rows.map(rowTexts), escapeMarkdown),
    ]),
    ...(notes.length === 0 ? [] : ["## Notes", ...notes.map(escapeMarkdown)]),
    "## Cells",
    markdownTable(cellHeadings, outcomes.map(cellTexts), escapeMarkdown),
    "## Where the numbers come from",
    facts(view)
      .map(([term, text]) => `- ${term}: ${term === "Command" ? codeSpan(text) : escapeMarkdown(text)}`)
      .join("\n"),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function quote(lines: readonly string[]): string {
  const [first, ...list] = lines;
  return [
    `> **${escapeMarkdown(first!)}**`,
    ...(list.length > 0 ? [">"] : []),
    ...list.map((line) => `> ${line}`),
  ].join("\n");
}

/** Text that Markdown shows as it is, on one line. */
export function escapeMarkdown(text: string): string {
  return visible(text)
    .replace(/\s*\n\s*/g, " ")
    .replace(/[\\`*_[\]<>|~$]/g, (sign) => `\\${sign}`)
    .replace(/^(\s*)([-+#]|\d+[.)])(?=\s)/, "$1\\$2");
}

/** Text between as many backticks as it needs. */
function codeSpan(code: string): string {
  const text = visibleLine(code);
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}
