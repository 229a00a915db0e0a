// Every reproduction, and the whole paper in one.
import { defineReproduction, type PanelsFigure, type Report, type Reproduction } from "@throughline/lab";
import { table1Reproduction } from "./ablations.js";
import { accuracyFigure, artReproductions, artTables } from "./art.js";
import { sceneReproductions } from "./scenes.js";
import { paper } from "./source.js";
import { spreadOf } from "./table.js";
import { named } from "./titles.js";

/** One by one, in the paper's order. */
export const parts: readonly Reproduction[] = [
  table1Reproduction,
  ...artReproductions,
  ...sceneReproductions,
];

const all = defineReproduction({
  ...named("ocra/all"),
  source: { paper, figure: "table 1, tables S11 to S17" },
  cells(preset) {
    const cells = parts.flatMap((part) => part.cells(preset));
    return [...new Map(cells.map((cell) => [JSON.stringify(cell), cell])).values()];
  },
  async report(runs, preset) {
    const reports: Report[] = await Promise.all(parts.map((part) => part.report(runs, preset)));
    const panels = artTables
      .map((table) => accuracyFigure(table, runs, preset))
      .filter(({ series }) => series.length > 0);
    const accuracy: PanelsFigure = {
      kind: "panels",
      title: "Accuracy against the number of objects held out",
      subtitle: spreadOf(preset, 10, "mean, standard error and each"),
      columns: 2,
      panels,
    };
    return {
      figures: {
        ...(panels.length === 0 ? {} : { "art-accuracy": accuracy }),
        ...Object.assign({}, ...reports.map(({ figures }) => figures)),
      },
      tables: reports.flatMap(({ tables }, i) =>
        tables.map((table) => ({ ...table, title: `${parts[i]!.source.figure}: ${table.title}` })),
      ),
      notes: [...new Set(reports.flatMap((report) => report.notes))],
    };
  },
});

/** `ocra/table-1`, `ocra/s11` to `ocra/s17`, and `ocra/all`. */
export const reproductions: readonly Reproduction[] = [...parts, all];
