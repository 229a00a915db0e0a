// The figures of a training run, from its files alone.
import { basename } from "node:path";
import {
  curve,
  type Figure,
  type LineSeries,
  type LinesFigure,
  type RunRecord,
  readArtifact,
} from "@throughline/lab";
import { looksArtifact } from "../dynamics/artifact.js";
import { dynamicsFigures, LEAST } from "../dynamics/figures.js";

export async function trainingFigures(run: RunRecord): Promise<Record<string, Figure>> {
  const rows = await run.metrics();
  const figures: Record<string, Figure> = {};
  const { cell, units } = run.config;
  const subtitle = `${taskName(run.config)}, ${String(cell)} net of ${Number(units)} units, ${run.preset} preset, seed ${Number(run.config.seed)}`;
  const panel = (title: string, label: string, scale: "linear" | "log", series: LineSeries): LinesFigure => ({
    kind: "lines",
    title,
    x: { label: "training (epochs)" },
    y: { label, scale },
    series: [series],
  });
  const accuracy = curve(rows, "train", "accuracy");
  const loss = curve(rows, "train", "loss");
  // In a regression, loss and accuracy are both the squared error.
  const isRegression = accuracy.y.every((value, i) => value === loss.y[i]);
  if (accuracy.x.length > 1) {
    const gradient = curve(rows, "train", "gradient");
    const positive = gradient.y.map((value) => Math.max(value, LEAST));
    figures.training = {
      kind: "panels",
      title: "Training",
      subtitle,
      columns: isRegression ? 2 : 3,
      panels: [
        ...(isRegression
          ? [panel("Loss", "mean squared error", "log", { name: "loss", ...loss })]
          : [
              panel("Accuracy", "fraction of correct answers", "linear", {
                name: "accuracy",
                ...accuracy,
              }),
              panel("Loss", "loss", "log", { name: "loss", ...loss }),
            ]),
        panel("Gradient at the initial state", "norm", "log", {
          name: "gradient",
          x: gradient.x,
          y: positive,
        }),
      ],
    };
  }
  Object.assign(figures, dynamicsFigures(readArtifact(run.path, looksArtifact) ?? [], subtitle));
  const first = curve(rows, "floss", "first");
  if (first.x.length > 1) {
    figures.flossing = {
      kind: "lines",
      title: "Flossing before training",
      subtitle,
      x: { label: "flossing (steps)" },
      y: { label: "exponent (nats per step)" },
      series: [
        { name: "largest exponent", ...first },
        { name: "smallest flossed exponent", ...curve(rows, "floss", "last") },
      ],
    };
  }
  return figures;
}

/** The task in words. */
function taskName({ task, delay, data }: RunRecord["config"]): string {
  if (typeof data === "string" && data !== "") return basename(data);
  return task === "psmnist" ? "permuted sequential MNIST" : `${String(task)}, delay ${Number(delay)}`;
}
