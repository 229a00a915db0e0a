// Curves of a source agent.
import { curve, type Figure, type RunRecord, readArtifact } from "@throughline/lab";
import { memoryFigures } from "./memory-figures.js";
import { looksArtifact } from "./memory-looks.js";

export async function sourceFigures(run: RunRecord): Promise<Readonly<Record<string, Figure>>> {
  const rows = await run.metrics();
  const line = (metric: string, label: string, name: string): Figure => ({
    kind: "lines",
    title: name,
    x: { label: "training (updates)" },
    y: { label },
    series: [{ name, ...curve(rows, "train", metric) }],
  });
  return {
    ...memoryFigures(readArtifact(run.path, looksArtifact) ?? []),
    success: {
      kind: "lines",
      title: "Success in training",
      x: { label: "training (updates)" },
      y: { label: "fraction of the level's last episodes", min: 0, max: 1 },
      series: [{ name: "success", ...curve(rows, "train", "success") }],
    },
    level: line("level", "number of the level", "Level"),
    entropy: line("entropy", "entropy of the policy (nats)", "Entropy"),
    explained: line("explained", "fraction of the targets' variance", "Explained by the critic"),
  };
}
