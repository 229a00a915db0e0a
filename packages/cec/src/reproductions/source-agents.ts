// The agents whose learning the paper records, recorded: each maze learned on its hardest level alone, and level by level.
import {
  type BarsFigure,
  type CellRuns,
  compare,
  defineReproduction,
  estimate,
  type LineSeries,
  type LinesFigure,
  mean,
  type PresetName,
  type Reproduction,
  type ReproductionCell,
  type RunRecord,
  readArtifact,
  type TableRow,
} from "@throughline/lab";
import type { SourceConfig } from "../source/options.js";
import { successCurve } from "../source/success-curve.js";
import { type LevelTest, testArtifact } from "../source/test-file.js";
import { named } from "./titles.js";

const paper = "L. X. Shi et al., Cross-Episodic Curriculum for Transformer Agents, NeurIPS 2023";

/** A maze of the paper, its name at `laptop`, and the success of the paper's agents in percent: on the hardest level, and level by level. */
const mazes = [
  { name: "Goal Maze", id: "GoalMaze-v0", scratch: 65, curriculum: 66 },
  { name: "Watermaze", id: "Watermaze-v0", scratch: 56.8, curriculum: 56 },
  { name: "Irreversible Path", id: "IrreversiblePath-v0", scratch: 0, curriculum: 30 },
] as const;
type Maze = (typeof mazes)[number];

const arms = [
  { key: "scratch", name: "hardest level alone", curriculum: false },
  { key: "curriculum", name: "level by level", curriculum: true },
] as const;
type Arm = (typeof arms)[number];

function cellsOf(preset: PresetName, maze: Maze, arm: Arm): ReproductionCell[] {
  const seeds = preset === "smoke" ? [0] : [0, 1, 2];
  const env = preset === "paper" ? maze.id : `Small${maze.id}`;
  const overrides = {
    ...{ env, curriculum: arm.curriculum },
    // So that each level has some episodes to learn from.
    ...(preset === "smoke" && { frames: 4096, levelFrames: 1024 }),
  };
  // What is imitated is one agent's learning, of some 300 MB with its pictures.
  const recording = { record: true, recordPictures: 1000 };
  return seeds.map((seed) => ({
    ...{ experiment: "cec/source", seed },
    overrides: seed === 0 ? { ...overrides, ...recording } : overrides,
  }));
}

const testsOf = (run: RunRecord): LevelTest[] => readArtifact(run.path, testArtifact) ?? [];

const share = ({ successes, episodes }: LevelTest["agent"]): number => (100 * successes) / episodes;

/** One dial and its value, as in `rooms 3`. */
const levelName = ({ options }: LevelTest): string =>
  Object.entries(options)
    .map(([dial, value]) => `${dial} ${value}`)
    .join(", ");

/** End of the easiest level of an agent that learns level by level: the success of its last episodes there, and the frames until then. */
async function easiestLeft(
  run: RunRecord,
): Promise<{ readonly success: number; readonly frames: number } | undefined> {
  const rows = (await run.metrics()).filter(({ loop }) => loop === "train");
  const first = rows.findIndex(({ level }) => Number(level) > 0);
  if (first < 1) return undefined;
  const { success, frames } = rows[first - 1]!;
  return { success: Number(success), frames: Number(frames) };
}

async function easiestRows(runs: CellRuns, preset: PresetName, maze: Maze): Promise<TableRow[]> {
  const found = await Promise.all(runs.all(cellsOf(preset, maze, arms[1])).map(easiestLeft));
  const left = found.filter((point) => point !== undefined);
  const row = (quantity: string, unit: string, values: readonly number[]): TableRow =>
    compare({ quantity, unit, paper: "not in the paper", ours: estimate(values) });
  return [
    row(
      "easiest level: success of its last 100 episodes, each in a new maze",
      "%",
      left.map(({ success }) => 100 * success),
    ),
    row(
      "easiest level: frames until it was left",
      "frames",
      left.map(({ frames }) => frames),
    ),
  ];
}

/** Success of every agent on each level: one row a way of learning and level. */
function rows(runs: CellRuns, preset: PresetName, maze: Maze): TableRow[] {
  const found = arms.flatMap((arm) => {
    const tests = runs.all(cellsOf(preset, maze, arm)).map(testsOf);
    return (tests[0] ?? []).map((first, level, { length }) =>
      compare({
        quantity: `learned ${arm.name}: success on ${levelName(first)}`,
        unit: "%",
        paper: paperValue(preset, maze, arm, level === length - 1),
        ours: estimate(tests.map((test) => share(test[level]!.agent))),
      }),
    );
  });
  const any = runs.all(cellsOf(preset, maze, arms[1])).map(testsOf)[0];
  const beside = (any ?? []).map((test) =>
    compare({
      quantity: `random actions: success on ${levelName(test)}`,
      unit: "%",
      paper: "not in the paper",
      ours: estimate([share(test.random)]),
    }),
  );
  return [...found, ...beside];
}

function paperValue(preset: PresetName, maze: Maze, arm: Arm, isHardest: boolean): number | string {
  if (!isHardest) return "not in the paper";
  return preset === "paper" ? maze[arm.key] : `${maze[arm.key]} in DeepMind Lab's maze`;
}

/** Success during learning, against the frames that were played: the mean of the seeds, and their extremes. */
async function learningFigure(
  runs: CellRuns,
  preset: PresetName,
  maze: Maze,
): Promise<LinesFigure | undefined> {
  const series = await Promise.all(
    arms.map(async (arm): Promise<LineSeries> => {
      const found = runs.all(cellsOf(preset, maze, arm));
      const curves = await Promise.all(
        found.map(async (run) => successCurve(await run.metrics(), run.config as SourceConfig)),
      );
      // Finished runs of one configuration have as many updates. Where one seed has no value, the mean has none.
      const points = curves[0] ?? [];
      const values = points.map((_, step) => curves.map((curve) => curve[step]!.success));
      return {
        name: arm.name,
        x: points.map(({ frames }) => frames),
        y: values.map((all) => (all.some(Number.isNaN) ? Number.NaN : mean(all))),
        low: values.map((all) => Math.min(...all)),
        high: values.map((all) => Math.max(...all)),
      };
    }),
  );
  const known = series.filter(({ y }) => !y.every(Number.isNaN));
  if (known.length === 0) return undefined;
  return {
    kind: "lines",
    title: `${maze.name}: success while learning`,
    subtitle: "of the level that is played; mean of the seeds and their extremes",
    x: { label: "frames played" },
    y: { label: "success of the last 100 episodes", min: 0, max: 1 },
    series: known,
  };
}

/** Success on each level after learning, beside random actions. */
function levelsFigure(runs: CellRuns, preset: PresetName, maze: Maze): BarsFigure | undefined {
  const tests = arms.map((arm) => runs.all(cellsOf(preset, maze, arm)).map(testsOf));
  const levels = tests.flat()[0];
  if (levels === undefined) return undefined;
  const bars = arms.flatMap(({ name }, index) => {
    const each = levels.map((_, level) => tests[index]!.map((test) => share(test[level]!.agent)));
    return tests[index]!.length === 0 ? [] : [{ name, y: each.map(mean), points: each }];
  });
  return {
    kind: "bars",
    title: `${maze.name}: success on unseen mazes`,
    subtitle: "every seed a dot",
    x: { label: "level" },
    y: { label: "success (%)", min: 0, max: 100 },
    categories: levels.map(levelName),
    series: [...bars, { name: "random actions", y: levels.map(({ random }) => share(random)) }],
  };
}

export const sourceAgents: Reproduction = defineReproduction({
  ...named("cec/source-agents"),
  source: { paper, figure: "the rows RL (Oracle) and Curriculum RL (Oracle) of the main results" },
  cells: (preset) => mazes.flatMap((maze) => arms.flatMap((arm) => cellsOf(preset, maze, arm))),
  async report(runs, preset) {
    const figures = await Promise.all(
      mazes.map(async (maze) => {
        const curves = await learningFigure(runs, preset, maze);
        const bars = levelsFigure(runs, preset, maze);
        const file = maze.id.toLowerCase().replace("-v0", "");
        return {
          ...(curves && { [`${file}-learning`]: curves }),
          ...(bars && { [`${file}-levels`]: bars }),
        };
      }),
    );
    return {
      figures: Object.assign({}, ...figures),
      tables: await Promise.all(
        mazes.map(async (maze) => ({
          title: `${maze.name}: success on mazes that were not seen while learning`,
          rows: [...(await easiestRows(runs, preset, maze)), ...rows(runs, preset, maze)],
        })),
      ),
      notes: [
        "Curves of success have no value until every maze of a level has had the time of a whole episode: those that end before are the lucky ones.",
        "An agent that knows the map succeeds in every maze of every level. All agents of a preset have the same settings; " +
          "the paper does not give those of its own.",
        "The folder of each run has a film of its agent on the hardest level, figures/agent.webp.",
        preset === "paper"
          ? "Levels, rewards and horizons are those of the paper; textures and the maze generator are ours."
          : "Mazes are smaller than the paper's, with coarser steps and smaller pictures, so its numbers are words here.",
      ],
    };
  },
});
