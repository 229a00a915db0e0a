// The figures of a run of the digits: how it learned, and what it reads.
import type { Figure, LineSeries, MetricRow, RunRecord } from "@throughline/lab";
import { readReadings } from "./readings.js";

/** Values of a metric over the steps of training. */
function curve(rows: readonly MetricRow[], metric: string): { x: number[]; y: number[] } {
  const some = rows.filter((row) => row.loop === "train" && typeof row[metric] === "number");
  return { x: some.map((row) => row.step + 1), y: some.map((row) => Number(row[metric])) };
}

/** Mean of each value with those before it, so that a trend shows through the noise of single batches. */
function smooth(y: readonly number[], window: number): number[] {
  let sum = 0;
  return y.map((value, i) => {
    sum += value - (i >= window ? (y[i - window] ?? 0) : 0);
    return sum / Math.min(i + 1, window);
  });
}

export async function digitFigures(run: RunRecord): Promise<Record<string, Figure>> {
  const rows = await run.metrics();
  const loss = curve(rows, "loss");
  const accuracy = curve(rows, "accuracy");
  const figures: Record<string, Figure> = {};
  const steps = { label: "training (steps)" };
  const subtitle = `${run.preset} preset, seed ${run.config.seed}`;
  if (loss.x.length > 1) {
    const window = Math.max(2, Math.round(loss.x.length / 25));
    const series: LineSeries[] = [
      { name: "each batch", ...loss },
      { name: `mean of ${window}`, x: loss.x, y: smooth(loss.y, window) },
    ];
    figures["learning-curve"] = {
      kind: "panels",
      title: "Learning to read digits",
      subtitle,
      columns: 2,
      panels: [
        {
          kind: "lines",
          title: "Loss",
          x: steps,
          y: { label: "cross entropy (nats)", scale: "log" },
          series,
        },
        {
          kind: "lines",
          title: "Test digits read correctly",
          x: steps,
          y: { label: "accuracy (%)", max: 100 },
          series: [
            {
              name: "first test digits",
              x: accuracy.x,
              y: accuracy.y.map((part) => 100 * part),
              markers: true,
            },
          ],
        },
      ],
    };
  }
  const readings = readReadings(run.path);
  if (readings.length > 0) {
    figures.readings = {
      kind: "images",
      title: "What the net reads, its errors first",
      subtitle,
      columns: 8,
      images: readings.map(({ answer, truth, pixels }) => ({
        caption: answer === truth ? `${answer}` : `${answer}, is ${truth}`,
        ...{ width: 28, height: 28, channels: 1, pixels },
      })),
    };
  }
  return figures;
}
