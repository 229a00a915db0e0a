// The order of test files: those that take minutes first, so that no core waits at the end for the last of them. vitest
// alone would begin with the largest files, where there are no times of an earlier run, as in CI.
import { BaseSequencer, type TestSpecification } from "vitest/node";

const longest = [
  "robustness/operators",
  "docs/pages",
  "faults/kill",
  "faults/kill-at",
  "experiments/pretrain",
  "experiments/task",
  "cli/test/sweep",
  "train/run",
  "data/workers",
  "setup-build",
  "test/setup",
];

const rank = ({ moduleId }: TestSpecification): number => {
  const at = longest.findIndex((part) => moduleId.endsWith(`${part}.test.ts`));
  return at < 0 ? longest.length : at;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
