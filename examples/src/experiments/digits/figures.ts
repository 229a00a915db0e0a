// The figures of a run of the digits: how it learned, and what it reads.
import { curve, type Figure, type LineSeries, type RunRecord, trailingMean } from "@throughline/lab";
import { readReadings } from "./readings.js";

export async function digitFigures(run: RunRecord): Promise<Record<string, Figure>> {
  const rows = await run.metrics();
  const loss = curve(rows, "train", "loss");
  const accuracy = curve(rows, "train", "accuracy");
  const figures: Record<string, Figure> = {};
  const steps = { label: "training (steps)" };
  const subtitle = `${run.preset} preset, seed ${run.config.seed}`;
  if (loss.x.length > 1) {
    const window = Math.max(2, Math.round(loss.x.length / 25));
    const series: LineSeries[] = [
      { name: "each batch", ...loss },
      { name: `mean of ${window}`, x: loss.x, y: trailingMean(loss.y, window) },
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
