// The paper's main comparison, with the ablation of attention across episodes.
import {
  type CellRuns,
  defineReproduction,
  type Figure,
  type PresetName,
  type Reproduction,
  type Table,
} from "@throughline/lab";
import { successDifference } from "../evaluation/difference.js";
import { successBars, successByEpisode } from "../evaluation/figures.js";
import { type Measure, summarise } from "../evaluation/summary.js";
import { type Arm, armResults, type Maze, mazes, paper, summaryRows, trainCells } from "./compared.js";
import { named } from "./titles.js";

/** Success in percent in Goal Maze, Watermaze and Irreversible Path (read from the paper's figure, ± 0.1). */
type Published = readonly [number, number, number];

const arms: readonly (Arm & { readonly published: Published | "not in the paper" })[] = [
  { name: "CEC, task difficulty", method: "cec", published: [65.2, 50.9, 38.2] },
  {
    name: "CEC, learning progress",
    method: "cec",
    curriculum: "learning-progress",
    published: [50, 46.4, 1],
  },
  { name: "CEC without attention across episodes", method: "cec-no-cross", published: [35, 20, 3.8] },
  { name: "BC on expert data", method: "bc-expert", published: [29, 13.8, 0] },
  { name: "Decision Transformer, mixed difficulty", method: "dt", published: [45.1, 39.1, 21.9] },
  { name: "Agentic Transformer, mixed difficulty", method: "at", published: [75.2, 24, 29.2] },
  { name: "LSTM, task difficulty", method: "lstm", published: "not in the paper" },
];

const publishedIn = (arm: (typeof arms)[number], at: number): number | string =>
  typeof arm.published === "string" ? arm.published : arm.published[at]!;

function table(runs: CellRuns, preset: PresetName, maze: Maze, at: number): Table {
  const rows = arms.flatMap((arm) =>
    summaryRows(preset, arm.name, publishedIn(arm, at), armResults(runs, preset, maze, arm)),
  );
  return { title: `${maze.name}: the tested level, mazes that were never seen`, rows };
}

/** The claim: points of plain mean success that attention across episodes adds. */
function sentences(runs: CellRuns, preset: PresetName): string[] {
  return mazes.flatMap((maze) => {
    const [own, without] = [arms[0]!, arms[2]!].map((arm) => armResults(runs, preset, maze, arm));
    if (own!.length === 0 || own!.length !== without!.length) return [];
    const points = ({ value, low, high }: Measure): string => {
      const [mean, from, to] = [value, low, high].map((one) => (100 * one).toFixed(1));
      return `${mean} points (95 % interval ${from} to ${to})`;
    };
    const gain = points(successDifference(own!, without!));
    const rise = points(summarise(own!).rise);
    return [
      `${maze.name}: attention across episodes adds ${gain} of plain mean success; within a run, from the first to the last quarter, CEC rises by ${rise}.`,
    ];
  });
}

export const main: Reproduction = defineReproduction({
  ...named("cec/main"),
  source: { paper, figure: "main results and the ablation of cross-episodic attention" },
  cells: (preset) => mazes.flatMap((maze) => arms.flatMap((arm) => trainCells(preset, maze, arm))),
  report(runs, preset) {
    const groups = mazes.flatMap((maze) => {
      const rows = arms.map((arm) => ({ name: arm.name, results: armResults(runs, preset, maze, arm) }));
      return rows.every(({ results }) => results.length > 0)
        ? [
            {
              name: maze.name,
              rows: rows.map(({ name, results }) => ({ name, summary: summarise(results) })),
            },
          ]
        : [];
    });
    const curves = mazes.flatMap((maze) => {
      const rows = arms
        .filter(({ curriculum, method }) => curriculum === undefined && method.startsWith("cec"))
        .map((arm) => ({ name: arm.name, results: armResults(runs, preset, maze, arm) }))
        .filter(({ results }) => results.length > 0);
      if (rows.length === 0) return [];
      const file = maze.id.toLowerCase().replace("-v0", "");
      return [
        [`${file}-episodes`, successByEpisode(`${maze.name}: success over a run's episodes`, rows)] as const,
      ];
    });
    const bars: Readonly<Record<string, Figure>> =
      groups.length === 0
        ? {}
        : {
            success: successBars("Success on the tested level", groups),
            "window-maximum": successBars("The paper's figure of merit", groups, "window-maximum"),
          };
    return {
      figures: { ...bars, ...Object.fromEntries(curves) },
      tables: mazes.map((maze, at) => table(runs, preset, maze, at)),
      sentences: sentences(runs, preset),
      notes: [
        "The paper reports the best window of a quarter of the test episodes for CEC and Agentic Transformer; of a policy that does not " +
          "change within a run it is above the plain mean by chance alone, which the rows on a constant policy show. " +
          "Its other values seem to be plain means.",
        "The agents themselves are in cec/source-agents, whose runs are the data and must be there first.",
        ...(preset === "paper"
          ? []
          : [
              "Mazes, pictures and models are smaller than the paper's, so its numbers are words here, not a comparison.",
            ]),
      ],
    };
  },
});
