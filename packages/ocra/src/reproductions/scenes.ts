// Tables S15 to S17: CLEVR-ART and SVRT.
import { defineReproduction, type PresetName, type Reproduction } from "@throughline/lab";
import type { ModelName } from "../catalogue/model-names.js";
import { titleOf } from "./models.js";
import { notesOf } from "./notes.js";
import { clevr, type Pictures, paper, svrt, svrtProblems } from "./source.js";
import { type PublishedCell, runsOf, seedsOf, tableOf } from "./table.js";
import { named, type ReproductionName } from "./titles.js";

/** Laptop: OCRA and Slot-Transformer. */
function isOne(preset: PresetName, model: ModelName): boolean {
  return preset === "paper" || model === "ocra" || model === "slot-transformer";
}

/** Of SVRT also Attn-ResNet, which the paper has there alone. */
function isOfSvrt(preset: PresetName, model: ModelName): boolean {
  return isOne(preset, model) || (preset === "laptop" && model === "attn-resnet");
}

const clevrTasks = { rmts: "RMTS", "identity-rules": "identity rules" } as const;

const clevrCells = Object.entries(clevrTasks).flatMap(([task, title]) =>
  (Object.keys(clevr) as ModelName[]).map(
    (model): PublishedCell => ({
      quantity: `${titleOf(model)}, ${title}`,
      paper: clevr[model]![task as keyof typeof clevrTasks],
      runs: [{ task: `clevr/${task}`, model }],
      isIn: (preset) => isOne(preset, model),
    }),
  ),
);

const s15 = defineReproduction({
  ...named("ocra/s15"),
  source: { paper, figure: "table S15" },
  cells: (preset) => runsOf(clevrCells, preset, seedsOf(preset, 5)),
  report: (runs, preset) => ({
    figures: {},
    tables: [tableOf("CLEVR-ART", clevrCells, runs, preset)],
    notes: notesOf(preset, runs, "Scenes are rendered by our own renderer, not by Blender."),
  }),
});

type Kind = keyof typeof svrtProblems;

/** Two problems of each kind. */
const laptopProblems: Readonly<Record<Kind, readonly number[]>> = {
  "same-different": [1, 5],
  spatial: [2, 4],
};

function problemsAt(preset: PresetName, kind: Kind): readonly number[] {
  if (preset === "paper") return svrtProblems[kind];
  return preset === "laptop" ? laptopProblems[kind] : laptopProblems[kind].slice(0, 1);
}

function svrtCells(kind: Kind, preset: PresetName): PublishedCell[] {
  return (["500", "1000"] as const satisfies readonly Pictures[]).flatMap((pictures) =>
    (Object.keys(svrt[kind]) as ModelName[]).map((model) => ({
      quantity: `${titleOf(model)}, ${pictures} pictures`,
      paper: svrt[kind][model]![pictures],
      runs: problemsAt(preset, kind).map((problem) => ({
        task: "svrt/problem",
        problem,
        pictures: Number(pictures),
        model,
      })),
      isIn: (at) => isOfSvrt(at, model) && (at === "paper" || pictures === "500"),
    })),
  );
}

function svrtReproduction(name: ReproductionName, kind: Kind, title: string, figure: string): Reproduction {
  return defineReproduction({
    ...named(name),
    source: { paper, figure },
    cells: (preset) => runsOf(svrtCells(kind, preset), preset, seedsOf(preset, 1)),
    report: (runs, preset) => ({
      figures: {},
      tables: [tableOf(title, svrtCells(kind, preset), runs, preset)],
      notes: notesOf(
        preset,
        runs,
        `The paper's numbers are means over all ${svrtProblems[kind].length} problems of the kind` +
          (preset === "paper" ? "." : `; ours over the problems ${problemsAt(preset, kind).join(" and ")}.`),
      ),
    }),
  });
}

/** Order as in the paper. */
export const sceneReproductions: readonly Reproduction[] = [
  s15,
  svrtReproduction("ocra/s16", "same-different", "same and different", "table S16"),
  svrtReproduction("ocra/s17", "spatial", "spatial relations", "table S17"),
];
