// Scores of a pre-trained encoder's slots on the objects in the tasks' pictures.
import { Generator, noGrad, scope } from "@throughline/torch";
import { checkOptions, oneOf, type Rules, whole } from "@throughline/torch/checks";
import { artTask } from "../art/art-task.js";
import { type ArtTaskName, artTaskNames } from "../art/regime.js";
import { type ClevrTaskName, clevrTaskNames } from "../clevr/layouts.js";
import { clevrTask } from "../clevr/task.js";
import { collateProblems } from "../datasets/collate.js";
import type { TaskSet } from "../datasets/types.js";
import { type ObjectCodeScores, ObjectCodes } from "../metrics/object-codes.js";
import { type Pretrained, seenBy } from "../pretrained/pretrained.js";
import { type Suite, suites } from "../pretrained/suites.js";
import { svrtTask } from "../svrt/task.js";

/** Problems in a batch. */
const BATCH = 16;

/** The tasks of a family that are looked at; of SVRT two about sameness. */
export interface CodedTasks {
  art: ArtTaskName;
  svrt: "problem 1" | "problem 5";
  clevr: ClevrTaskName;
}

/** Options of `taskCodes`. */
export interface TaskCodesOptions<S extends Suite = Suite> {
  /** Family of tasks. Default `art`. */
  readonly suite?: S;
  /** Problems of each task; even for SVRT. Default 96. */
  readonly problems?: number;
  /** Divides the objects, chooses the problems, draws initial slots. Default 0. */
  readonly seed?: number;
}

interface Coded {
  readonly tasks: readonly string[];
  /** See `ObjectCodesOptions.box`. */
  readonly box: number;
  set(task: string, options: { size: number; count: number; seed: number }): TaskSet;
}

const coded: Readonly<Record<Suite, Coded>> = {
  art: {
    tasks: artTaskNames,
    box: 0.25,
    set: (task, options) => artTask(task as ArtTaskName, { ...options, m: 95, split: "test" }),
  },
  svrt: {
    tasks: ["problem 1", "problem 5"],
    box: 0.3,
    set: (task, options) => svrtTask({ ...options, problem: task === "problem 1" ? 1 : 5, split: "test" }),
  },
  clevr: {
    tasks: clevrTaskNames,
    box: 0.3,
    set: (task, options) => clevrTask(task as ClevrTaskName, { ...options, split: "test" }),
  },
};

const rules: Rules<Required<TaskCodesOptions>> = {
  suite: oneOf(suites, "art"),
  problems: whole(1, 96),
  seed: whole(0, 0),
};

/** `ObjectCodes` of each task's test pictures, in evaluation mode; ART's with 95 of its objects. */
export function taskCodes<S extends Suite = "art">(
  encoder: Pick<Pretrained, "autoencoder" | "pixels">,
  options: TaskCodesOptions<S> = {},
): Record<CodedTasks[S], ObjectCodeScores> {
  const { suite, problems, seed } = checkOptions("taskCodes", rules, options);
  const { tasks, box, set } = coded[suite];
  const [size] = encoder.autoencoder.config.resolution;
  const scores = encoder.autoencoder.evaluating(() =>
    tasks.map((task) => [
      task,
      codesOf(encoder, set(task, { size, count: problems, seed }), new ObjectCodes({ box }), seed),
    ]),
  );
  return Object.fromEntries(scores) as Record<CodedTasks[S], ObjectCodeScores>;
}

function codesOf(
  encoder: Pick<Pretrained, "autoencoder" | "pixels">,
  set: TaskSet,
  codes: ObjectCodes,
  seed: number,
): ObjectCodeScores {
  scope(() => {
    const generator = Generator.create({ seed });
    for (let start = 0; start < set.length; start += BATCH) {
      const numbers = Array.from({ length: Math.min(BATCH, set.length - start) }, (_, at) => start + at);
      scope(() =>
        noGrad(() => {
          const { images } = collateProblems(numbers.map((at) => set.get(at, generator)));
          const seen = seenBy(encoder, images.flatten(0, 1));
          const { attention, z } = encoder.autoencoder.encode(seen, { generator });
          codes.add({ attention, z, objects: numbers.flatMap((at) => [...set.describe(at).views]) });
        }),
      );
    }
  });
  return codes.scores();
}
