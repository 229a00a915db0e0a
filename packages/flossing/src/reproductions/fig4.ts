// Figure 4: flossing during training.
import { compare, defineReproduction, type PresetName, type Reproduction } from "@throughline/lab";
import { arms } from "./arms.js";
import { cellsAt, courseFigure, type Grid, gridCells, horizonFigure, solvedRate } from "./horizon.js";
import { delaysAmong, extentOf } from "./presets.js";
import { notes, paper, recalled } from "./source.js";
import { named } from "./titles.js";

/** Every delay for the temporal task, every other one for the spatial. */
function grid(preset: PresetName, task: string): Grid {
  const { seeds, delays } = extentOf(preset);
  const own = task === "xor" ? delays : delaysAmong(preset, [20, 40, 60, 70]);
  return { seeds, delays: own, arms, shared: { task } };
}

const tasks = [
  { task: "xor", title: "Delayed temporal XOR" },
  { task: "spatial-xor", title: "Delayed spatial XOR" },
] as const;

export const fig4: Reproduction = defineReproduction({
  ...named("flossing/fig4"),
  source: { paper, figure: "figure 4" },
  cells: (preset) => tasks.flatMap(({ task }) => gridCells(preset, grid(preset, task))),
  async report(runs, preset) {
    const shown = delaysAmong(preset, [60])[0] ?? extentOf(preset).delays[0]!;
    const panels = await Promise.all(
      tasks.flatMap(({ task, title }) => [
        courseFigure(runs, preset, grid(preset, task), shown, {
          metric: "accuracy",
          title: `${title}, d = ${shown}`,
          label: "accuracy",
        }),
        horizonFigure(runs, preset, grid(preset, task), title),
      ]),
    );
    const rows = tasks.flatMap(({ task, title }) =>
      arms.flatMap((arm) =>
        delaysAmong(preset, [40, 60, 70]).map((delay) =>
          compare({
            quantity: `${title}, d = ${delay}, ${arm.name}: nets above 95 %`,
            paper: recalledOf(task, arm.name, delay),
            ours: solvedRate(runs.all(cellsAt(preset, grid(preset, task), arm, delay))),
          }),
        ),
      ),
    );
    return {
      figures: { fig4: { kind: "panels", title: "Flossing during training", columns: 2, panels } },
      tables: [{ title: "Nets that solve the task", rows }],
      notes: [
        notes.recalled,
        notes.scoring,
        "During training, flossing is repeated as in the released code: 500 steps before epochs 100 and 200. The paper's own " +
          "schedule for this figure is not known to us.",
      ],
    };
  },
});

function recalledOf(task: string, arm: string, delay: number): string {
  if (arm === "no flossing") return recalled(delay >= 40 ? "at chance" : "solved at small delays");
  if (arm === "preflossing") {
    if (task === "xor") return recalled(delay >= 70 ? "at chance by 70" : "solved below 70");
    return recalled(delay > 60 ? "starts to fail beyond 60" : "solved");
  }
  return recalled(delay === 70 ? "accuracy above 80 %" : delay < 70 ? "solved" : "not given");
}
