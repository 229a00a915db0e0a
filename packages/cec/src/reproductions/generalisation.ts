// Trained models in mazes with doors, beyond the hardest level, and with other dynamics; and the controls of memory.
import {
  defineReproduction,
  type PresetName,
  type Reproduction,
  type ReproductionCell,
} from "@throughline/lab";
import type { MethodName } from "../baselines/methods.js";
import type { Variant } from "../evaluation/mazes.js";
import { evaluationsOf, idOf, type Maze, mazes, paper, seedsOf, summaryRows } from "./compared.js";
import { named } from "./titles.js";

const methods: readonly { readonly method: MethodName; readonly name: string }[] = [
  { method: "cec", name: "CEC, task difficulty" },
  { method: "cec-no-cross", name: "CEC without attention across episodes" },
  { method: "bc-expert", name: "BC on expert data" },
  { method: "dt", name: "Decision Transformer" },
  { method: "at", name: "Agentic Transformer" },
];

interface Setting {
  readonly name: string;
  readonly maze: Maze;
  readonly variant: Variant;
  /** The paper's success in percent, in the order of `methods`. */
  readonly published: readonly (number | string)[];
}

const none = "not in the paper";
const [goal, water, path] = mazes;

const settings: readonly Setting[] = [
  {
    name: "Goal Maze with doors",
    maze: goal,
    variant: "unseen-mechanism",
    published: [58.4, none, 29.5, 38.5, 61.2],
  },
  {
    name: "Irreversible Path beyond its levels",
    maze: path,
    variant: "harder",
    published: [23.6, none, 0, 13.5, 20],
  },
  {
    name: "Goal Maze, actions twice",
    maze: goal,
    variant: "changed-dynamics",
    published: [49.5, none, 31.9, 45.3, 72.3],
  },
  {
    name: "Watermaze, actions twice",
    maze: water,
    variant: "changed-dynamics",
    published: [48.6, none, 29.4, 39.4, 17.6],
  },
  {
    name: "Irreversible Path, actions twice",
    maze: path,
    variant: "changed-dynamics",
    published: [18, none, 0, 22.3, 26.3],
  },
];

/** Controls on CEC's memory, which the paper does not have. */
const controls = [
  { name: "memory cleared after each episode", options: { memory: "cleared" } },
  { name: "easier levels' episodes in no order", options: { memory: "shuffled" } },
  { name: "goal seen over the walls", options: { variant: "goal-revealed" } },
] as const;

function cells(
  preset: PresetName,
  maze: Maze,
  options: Readonly<Record<string, unknown>>,
): ReproductionCell[] {
  const overrides = { env: idOf(preset, maze), ...options };
  return seedsOf(preset).map((seed) => ({ experiment: "cec/evaluate", overrides, seed }));
}

const settingCells = (preset: PresetName, { maze, variant }: Setting, method: MethodName) =>
  cells(preset, maze, { method, variant });

export const generalisation: Reproduction = defineReproduction({
  ...named("cec/generalisation"),
  source: { paper, figure: "generalisation results" },
  cells: (preset) => [
    ...settings.flatMap((setting) => methods.flatMap(({ method }) => settingCells(preset, setting, method))),
    ...mazes.flatMap((maze) =>
      controls.flatMap(({ options }) => cells(preset, maze, { method: "cec", ...options })),
    ),
  ],
  report: (runs, preset) => ({
    figures: {},
    tables: [
      ...settings.map((setting) => ({
        title: setting.name,
        rows: methods.flatMap(({ method, name }, at) =>
          summaryRows(
            preset,
            name,
            setting.published[at]!,
            evaluationsOf(runs.all(settingCells(preset, setting, method))),
          ),
        ),
      })),
      ...mazes.map((maze) => ({
        title: `${maze.name}: controls on the memory of CEC`,
        rows: controls.flatMap(({ name, options }) =>
          summaryRows(
            preset,
            name,
            none,
            evaluationsOf(runs.all(cells(preset, maze, { method: "cec", ...options }))),
          ),
        ),
      })),
    ],
    notes: ["The models are those of cec/main, whose runs must be there first."],
  }),
});
