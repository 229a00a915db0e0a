// The order of test files: those that take longest first, so that no core waits at the end for the last of them, and the
// ones that share a process last, one after the other, because vitest ends that process when another's turn comes. vitest
// alone would begin with the largest files, where there are no times of an earlier run, as in CI.
import { BaseSequencer, type TestSpecification } from "vitest/node";

const longest = [
  "create/test/packed",
  "robustness/operators",
  "docs/pages",
  "experiments/task",
  "cli/test/sweep",
  "cli/test/solve",
  "experiments/pretrain",
  "faults/kill",
  "sweep/stuck",
  "faults/signals",
  "data/workers",
  "train/run",
  "spectrum/published",
  "cec/test/source/ppo",
  "cli/test/hostile",
  "svrt/same-different",
  "svrt/spatial-relation",
  "datasets/contracts",
];

const rank = ({ moduleId, project }: TestSpecification): number => {
  const at = longest.findIndex((part) => moduleId.endsWith(`${part}.test.ts`));
  const own = at < 0 ? longest.length : at;
  return project.config.isolate ? own : longest.length + 1 + own;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
