// Tables S11 to S14: the Abstract Reasoning Tasks.
import {
  type CellRuns,
  defineReproduction,
  type LinesFigure,
  mean,
  type PresetName,
  type Reproduction,
  standardError,
} from "@throughline/lab";
import type { ModelName } from "../catalogue/model-names.js";
import { isSlotModel, titleOf } from "./models.js";
import { notesOf } from "./notes.js";
import {
  distributionOf3,
  identityRules,
  type Published,
  paper,
  type Regime,
  rmts,
  sameDifferent,
} from "./source.js";
import {
  accuracies,
  chances,
  difference,
  type PublishedCell,
  runsOf,
  seedsOf,
  spreadOf,
  tableOf,
} from "./table.js";
import { named, type ReproductionName } from "./titles.js";

interface ArtTable {
  readonly name: ReproductionName;
  readonly task: keyof typeof chances;
  readonly title: string;
  readonly figure: string;
  readonly published: Published<Regime>;
}

export const artTables: readonly ArtTable[] = [
  {
    name: "ocra/s11",
    task: "art/same-different",
    title: "Same or different",
    figure: "table S11",
    published: sameDifferent,
  },
  {
    name: "ocra/s12",
    task: "art/rmts",
    title: "Relational match-to-sample",
    figure: "table S12",
    published: rmts,
  },
  {
    name: "ocra/s13",
    task: "art/distribution-of-3",
    title: "Distribution of 3",
    figure: "table S13",
    published: distributionOf3,
  },
  {
    name: "ocra/s14",
    task: "art/identity-rules",
    title: "Identity rules",
    figure: "table S14",
    published: identityRules,
  },
];

const allRegimes: readonly Regime[] = ["0", "50", "85", "95"];

/** Laptop: m = 95 for all models of slots and MAE, m = 50 for OCRA and Slot-Transformer. */
function isOn(preset: PresetName, model: ModelName, m: Regime): boolean {
  const isOne = model === "ocra" || model === "slot-transformer";
  if (preset === "paper") return true;
  if (preset === "smoke") return isOne && m === "95";
  return m === "95" ? isSlotModel(model) || model === "mae" : m === "50" && isOne;
}

function cellOf({ task, published }: ArtTable, model: ModelName, m: Regime): PublishedCell {
  return {
    quantity: `${titleOf(model)}, m = ${m}`,
    paper: published[model]![m],
    runs: [{ task, m: Number(m), model }],
    isIn: (preset) => isOn(preset, model, m),
  };
}

function cellsOf(table: ArtTable): PublishedCell[] {
  const models = Object.keys(table.published) as ModelName[];
  return allRegimes.toReversed().flatMap((m) => models.map((model) => cellOf(table, model, m)));
}

/** Accuracy against m, a line for each model that was run. */
export function accuracyFigure(table: ArtTable, runs: CellRuns, preset: PresetName): LinesFigure {
  const models = Object.keys(table.published) as ModelName[];
  const series = models.flatMap((model) => {
    const points = allRegimes.flatMap((m) => {
      const values = accuracies(runs, cellOf(table, model, m));
      return values.length === 0 ? [] : [{ m: Number(m), values }];
    });
    if (points.length === 0) return [];
    const half = points.map(({ values }) => (values.length > 1 ? standardError(values) : 0));
    const y = points.map(({ values }) => mean(values));
    return [
      {
        name: titleOf(model),
        x: points.map(({ m }) => m),
        y,
        low: y.map((value, i) => value - half[i]!),
        high: y.map((value, i) => value + half[i]!),
        points: points.map(({ values }) => values),
        markers: true,
      },
    ];
  });
  return {
    kind: "lines",
    title: table.title,
    subtitle: spreadOf(preset, 10, "mean, standard error and each"),
    x: { label: "objects of 100 that were never trained on" },
    y: { label: "accuracy (%)", max: 100 },
    levels: [{ value: chances[table.task], label: "chance" }],
    series,
  };
}

export const artReproductions: readonly Reproduction[] = artTables.map((table) =>
  defineReproduction({
    ...named(table.name),
    source: { paper, figure: table.figure },
    cells: (preset) => runsOf(cellsOf(table), preset, seedsOf(preset, 10)),
    report(runs, preset) {
      const lead = difference(
        "OCRA minus Slot-Transformer, m = 95",
        [cellOf(table, "ocra", "95"), cellOf(table, "slot-transformer", "95")],
        runs,
      );
      const figure = accuracyFigure(table, runs, preset);
      return {
        figures: figure.series.length === 0 ? {} : { [`${table.task.replace("art/", "")}-accuracy`]: figure },
        tables: [
          tableOf(table.title, cellsOf(table), runs, preset),
          { title: `${table.title}: lead`, rows: [lead] },
        ],
        notes: notesOf(preset, runs),
      };
    },
  }),
);
