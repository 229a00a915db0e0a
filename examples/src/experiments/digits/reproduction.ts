// What dropout does to the digits, over three seeds: a reproduction in small, of a number in this repository.
import {
  type BarsFigure,
  type CellRuns,
  compare,
  defineReproduction,
  estimate,
  type ReproductionCell,
} from "@throughline/lab";

const DROPOUTS = [0, 0.5];
const SEEDS = [0, 1, 2];
/** examples/README.md: the plain program after three passes over all digits. */
const PUBLISHED = 99.31;

/** One run a seed. */
function cellsWith(dropout: number): ReproductionCell[] {
  return SEEDS.map((seed) => ({ experiment: "examples/digits", overrides: { dropout }, seed }));
}

/** Test accuracies in percent, one a seed. */
function accuracies(runs: CellRuns, dropout: number): number[] {
  return runs.all(cellsWith(dropout)).map((run) => 100 * Number(run.summary.accuracy));
}

export const digitsReproduction = defineReproduction({
  name: "examples/digits",
  title: "What dropout does to reading digits",
  source: { paper: "examples/README.md", figure: "test accuracy of the example `digits`" },
  cells: (preset) => (preset === "paper" ? [] : DROPOUTS.flatMap(cellsWith)),
  report(runs) {
    const found = DROPOUTS.map((dropout) => ({ dropout, ours: estimate(accuracies(runs, dropout)) }));
    const figure: BarsFigure = {
      kind: "bars",
      title: "Test error with and without dropout",
      subtitle: "mean and standard deviation over seeds",
      x: { label: "dropout (part of the features)" },
      y: { label: "test error (%)", min: 0 },
      categories: found.map(({ dropout }) => String(dropout)),
      series: [
        {
          name: "test error",
          y: found.map(({ ours }) => (ours ? 100 - ours.value : Number.NaN)),
          error: found.map(({ ours }) => (ours?.spread ? (ours.spread.high - ours.spread.low) / 2 : 0)),
        },
      ],
    };
    const rows = found.map(({ dropout, ours }) =>
      compare({
        quantity: `test accuracy, dropout ${dropout}`,
        unit: "%",
        paper: dropout === 0 ? PUBLISHED : "not published",
        ours,
        tolerance: { within: 1, because: "the laptop preset trains for 250 of 1404 steps" },
      }),
    );
    return {
      figures: { "test-error": figure },
      tables: [{ title: "Test accuracy", rows }],
      notes: [
        "The published number is that of the example program after three passes over all digits, with one seed.",
      ],
    };
  },
});
