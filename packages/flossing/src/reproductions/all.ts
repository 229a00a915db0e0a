// The whole paper in one: every reproduction's runs, each once, and every figure and table.
import { defineReproduction, type Report, type Reproduction } from "@throughline/lab";
import { appendix } from "./appendix.js";
import { controlReproductions } from "./controls.js";
import { demo } from "./demo.js";
import { fig1 } from "./fig1.js";
import { fig2 } from "./fig2.js";
import { fig3 } from "./fig3.js";
import { fig4 } from "./fig4.js";
import { fig5 } from "./fig5.js";
import { robustness } from "./robustness.js";
import { paper } from "./source.js";
import { named } from "./titles.js";

/** One by one, in the paper's order. */
export const parts: readonly Reproduction[] = [
  fig1,
  fig2,
  fig3,
  fig4,
  fig5,
  ...appendix,
  ...controlReproductions,
];

export const all: Reproduction = defineReproduction({
  ...named("flossing/all"),
  source: { paper, figure: "figures 1 to 5, appendix" },
  sharesCells: true,
  cells: (preset) => parts.flatMap((part) => part.cells(preset)),
  async report(runs, preset) {
    const reports = await Promise.all(
      parts.map((part): Report | Promise<Report> => {
        const own = runs.only(part.cells(preset));
        return own.count === 0 ? { figures: {}, tables: [], notes: [] } : part.report(own, preset);
      }),
    );
    return {
      figures: Object.assign({}, ...reports.map((report) => report.figures)),
      tables: reports.flatMap((report, i) =>
        report.tables.map((table) => ({ ...table, title: `${parts[i]!.source.figure}: ${table.title}` })),
      ),
      notes: [...new Set(reports.flatMap((report) => report.notes))],
    };
  },
});

/**
 * Every reproduction. `flossing/demo` is a part of figure 3, and `flossing/robustness` is about our programs: neither is a
 * part of `flossing/all`.
 */
export const reproductions: readonly Reproduction[] = [demo, ...parts, all, robustness];
