// Ablations of the curriculum's granularity and of the context's length.
import { defineReproduction, type PresetName, type Reproduction } from "@throughline/lab";
import { type Arm, armResults, type Maze, mazes, paper, summaryRows, trainCells } from "./compared.js";
import { named } from "./titles.js";

const [goal, water, path] = mazes;

/** An arm in one maze, with the paper's value relative to the main run. */
interface Part {
  readonly maze: Maze;
  readonly arm: Arm;
  readonly published: string;
}

const arm = (name: string, options?: Arm["options"]): Arm => ({
  name,
  method: "cec",
  ...(options && { options }),
});

/** As much data in each: episodes of a level times levels. */
function granularities(preset: PresetName): Part[] {
  const parts = (
    maze: Maze,
    all: number,
    medium: readonly number[],
    coarse: readonly number[],
    published: readonly string[],
  ): Part[] => {
    const episodes = (levels: readonly number[]): number => Math.round((100 * all) / levels.length);
    return [
      { maze, arm: arm("fine"), published: "100 % by definition" },
      { maze, arm: arm("medium", { levels: medium, episodes: episodes(medium) }), published: published[0]! },
      { maze, arm: arm("coarse", { levels: coarse, episodes: episodes(coarse) }), published: published[1]! },
    ];
  };
  const relative = (percent: number): string => `${percent} % of fine`;
  const pool = parts(water, 3, [0, 1], [0, 2], [relative(96.1), relative(79.2)]);
  // The small mazes of the other two have two levels before the tested one: nothing to leave out.
  if (preset !== "paper") return pool;
  return [
    ...parts(goal, 3, [0, 1], [0, 2], [relative(99.7), relative(86.5)]),
    ...pool,
    ...parts(path, 4, [0, 2, 3], [0, 1, 2], [relative(86.9), relative(80.1)]),
  ];
}

function contexts(preset: PresetName): Part[] {
  const part = (maze: Maze, chunk: number, published: string): Part => ({
    maze,
    arm: arm(`${chunk} steps`, { chunk }),
    published,
  });
  const relative = (percent: number): string => `${percent} % of the main run`;
  if (preset !== "paper") {
    const chunks = preset === "smoke" ? [8] : [64, 128, 512];
    return mazes.flatMap((maze) => [
      { maze, arm: arm("as in the main run"), published: "100 % by definition" },
      ...chunks.map((chunk) => part(maze, chunk, "other lengths in the paper")),
    ]);
  }
  return [
    ...[part(goal, 400, relative(90.2)), part(goal, 500, relative(95.7))],
    ...[part(water, 300, relative(98.2)), part(water, 400, relative(96.1))],
    ...[part(path, 800, relative(85.3)), part(path, 1600, relative(93.7))],
  ];
}

function ablation(
  name: "cec/granularity" | "cec/context",
  figure: string,
  partsOf: (preset: PresetName) => readonly Part[],
  note: string,
): Reproduction {
  return defineReproduction({
    ...named(name),
    source: { paper, figure },
    cells: (preset) => partsOf(preset).flatMap((part) => trainCells(preset, part.maze, part.arm)),
    report: (runs, preset) => ({
      figures: {},
      tables: mazes.flatMap((maze) => {
        const parts = partsOf(preset).filter((part) => part.maze === maze);
        const rows = parts.flatMap((part) =>
          summaryRows(preset, part.arm.name, part.published, armResults(runs, preset, maze, part.arm)),
        );
        return rows.length === 0 ? [] : [{ title: maze.name, rows }];
      }),
      notes: [note],
    }),
  });
}

export const granularity: Reproduction = ablation(
  "cec/granularity",
  "ablation of granularity",
  granularities,
  "All arms have as many episodes. Small mazes other than the Watermaze have two levels before the tested one, and no level to leave out.",
);

export const context: Reproduction = ablation(
  "cec/context",
  "ablation of context length",
  contexts,
  "The paper's two lengths of each maze include the one that its appendix gives for the main run, at less than 100 %; the sources do not say why.",
);
