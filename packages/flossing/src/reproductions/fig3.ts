// Figure 3: flossing before training.
import { compare, defineReproduction, type PresetName, type Reproduction } from "@throughline/lab";
import { none, pre } from "./arms.js";
import { cellsAt, courseFigure, type Grid, gridCells, horizonFigure, solvedRate } from "./horizon.js";
import { delaysAmong, extentOf } from "./presets.js";
import { notes, paper, recalled } from "./source.js";
import { named } from "./titles.js";

const grid = (preset: PresetName, task: string): Grid => ({
  ...extentOf(preset),
  arms: [none, pre],
  shared: { task },
});
const tasks = [
  { task: "copy", title: "Delayed copy" },
  { task: "xor", title: "Delayed temporal XOR" },
] as const;

export const fig3: Reproduction = defineReproduction({
  ...named("flossing/fig3"),
  source: { paper, figure: "figure 3" },
  cells: (preset) => tasks.flatMap(({ task }) => gridCells(preset, grid(preset, task))),
  async report(runs, preset) {
    const shown = delaysAmong(preset, [40])[0] ?? extentOf(preset).delays[0]!;
    const courses = await Promise.all(
      tasks.map(({ task, title }) =>
        courseFigure(runs, preset, grid(preset, task), shown, {
          metric: "loss",
          title: `${title}, d = ${shown}`,
          label: "loss (nats)",
          scale: "log",
        }),
      ),
    );
    const horizons = tasks.map(({ task, title }) => horizonFigure(runs, preset, grid(preset, task), title));
    const rows = tasks.flatMap(({ task, title }) =>
      [none, pre].flatMap((arm) =>
        delaysAmong(preset, [20, 40, 60]).map((delay) =>
          compare({
            quantity: `${title}, d = ${delay}, ${arm.name}: nets above 95 %`,
            paper: recalledOf(task, arm === pre, delay),
            ours: solvedRate(runs.all(cellsAt(preset, grid(preset, task), arm, delay))),
          }),
        ),
      ),
    );
    return {
      figures: {
        fig3: {
          kind: "panels",
          title: "Flossing before training",
          columns: 2,
          panels: [...courses, ...horizons],
        },
      },
      tables: [{ title: "Nets that solve the task", rows }],
      notes: [notes.recalled, notes.scoring],
    };
  },
});

function recalledOf(task: string, isFlossed: boolean, delay: number): string {
  if (task === "copy" && !isFlossed) return recalled(delay > 20 ? "not reliably beyond about 20" : "solved");
  if (task === "copy") return recalled(delay <= 40 ? "solved up to about 40" : "not given");
  if (!isFlossed) return recalled(delay >= 40 ? "at chance" : "solved at small delays");
  return recalled(delay >= 70 ? "at chance" : "solved at longer delays than without");
}
