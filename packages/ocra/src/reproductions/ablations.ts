// Table 1: what each part of OCRA is worth.
import {
  type BarsFigure,
  defineReproduction,
  mean,
  type PresetName,
  type Reproduction,
  type RunRecord,
  standardError,
} from "@throughline/lab";
import type { ModelName } from "../catalogue/model-names.js";
import { runAs, titleOf } from "./models.js";
import { notesOf } from "./notes.js";
import { paper, table1 } from "./source.js";
import { accuracies, chances, type PublishedCell, runsOf, seedsOf, spreadOf, tableOf } from "./table.js";

const tasks = { rmts: "RMTS", "identity-rules": "identity rules" } as const;
type Task = keyof typeof tasks;

const models = Object.keys(table1) as ModelName[];
const taskNames = Object.keys(tasks) as Task[];

function cellOf(model: ModelName, task: Task): PublishedCell {
  return {
    quantity: `${titleOf(model)}, ${tasks[task]}`,
    paper: table1[model]![task],
    runs: [{ task: `art/${task}`, m: 95, model: runAs(model) }],
    isIn: (preset: PresetName) => preset !== "smoke" || (task === "rmts" && model.endsWith("a")),
  };
}

const cells = taskNames.flatMap((task) => models.map((model) => cellOf(model, task)));

function figure(found: readonly RunRecord[], preset: PresetName): BarsFigure {
  const values = (model: ModelName, task: Task) => accuracies(found, cellOf(model, task).runs);
  return {
    kind: "bars",
    title: "What each part of OCRA is worth",
    subtitle: `m = 95; ${spreadOf(preset, 10, "mean, standard error and each")}`,
    x: { label: "model" },
    y: { label: "accuracy (%)", min: 0, max: 100 },
    levels: taskNames.map((task) => ({ value: chances[`art/${task}`], label: `chance of ${tasks[task]}` })),
    categories: models.map((model) => titleOf(model)),
    series: taskNames.map((task) => ({
      name: tasks[task],
      y: models.map((model) => (values(model, task).length === 0 ? Number.NaN : mean(values(model, task)))),
      error: models.map((model) => (values(model, task).length < 2 ? 0 : standardError(values(model, task)))),
      points: models.map((model) => values(model, task)),
    })),
  };
}

export const table1Reproduction: Reproduction = defineReproduction({
  name: "ocra/table-1",
  title: "What each part of OCRA is worth",
  source: { paper, figure: "table 1" },
  cells: (preset) => runsOf(cells, preset, seedsOf(preset, 10)),
  report: (found, preset) => ({
    figures: { ablations: figure(found, preset) },
    tables: [tableOf("Ablations at m = 95", cells, found, preset)],
    notes: notesOf(
      preset,
      found,
      "The ablation without relational embeddings is the model Slot-Transformer: the row shows that model's runs.",
    ),
  }),
});
