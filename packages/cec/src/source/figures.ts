// Curves of a source agent.
import { curve, type Figure, type RunRecord, readArtifact } from "@throughline/lab";
import { memoryFigures } from "./memory-figures.js";
import { looksArtifact } from "./memory-looks.js";
import type { SourceConfig } from "./options.js";
import { successCurve } from "./success-curve.js";

export async function sourceFigures(run: RunRecord): Promise<Readonly<Record<string, Figure>>> {
  const rows = await run.metrics();
  const line = (metric: string, label: string, name: string): Figure => ({
    kind: "lines",
    title: name,
    x: { label: "training (updates)" },
    y: { label },
    series: [{ name, ...curve(rows, "train", metric) }],
  });
  const points = successCurve(rows, run.config as SourceConfig);
  const success: Figure = {
    kind: "lines",
    title: "Success in training",
    subtitle: "from when every lane has had the time of a whole episode of the level",
    x: { label: "training (updates)" },
    y: { label: "fraction of the level's last episodes", min: 0, max: 1 },
    series: [
      {
        name: "success",
        x: points.map(({ updates }) => updates),
        y: points.map((point) => point.success),
      },
    ],
  };
  return {
    ...memoryFigures(readArtifact(run.path, looksArtifact) ?? []),
    ...(points.some((point) => !Number.isNaN(point.success)) && { success }),
    level: line("level", "number of the level", "Level"),
    entropy: line("entropy", "entropy of the policy (nats)", "Entropy"),
    explained: line("explained", "fraction of the targets' variance", "Explained by the critic"),
  };
}
