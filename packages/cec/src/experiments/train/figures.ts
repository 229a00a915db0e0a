// Figures of a run: its loss, and its evaluation.
import { curve, type Figure, type RunRecord, readArtifact } from "@throughline/lab";
import { attentionOverEpisodes, successByEpisode } from "../../evaluation/figures.js";
import { evaluationArtifact } from "../../evaluation/result.js";

/** Figures of an evaluation that has ended; none before. @param window episodes that a point is the mean of, if not the usual number */
export function evaluationFigures(run: RunRecord, window?: number): Readonly<Record<string, Figure>> {
  const result = readArtifact(run.path, evaluationArtifact());
  if (result === undefined) return {};
  const name = `${String(run.config.method)}, ${String(run.config.env)}`;
  return {
    episodes: successByEpisode("Success over a run's episodes", [{ name, results: result }], window),
    ...(result.looks !== undefined && {
      attention: attentionOverEpisodes("Which earlier episodes are looked at", result),
    }),
  };
}

export async function trainFigures(run: RunRecord): Promise<Readonly<Record<string, Figure>>> {
  const rows = await run.metrics();
  const loss: Figure = {
    kind: "lines",
    title: "Imitation of the recorded actions",
    subtitle: "of the first chunk of sequences: what is known without a past",
    x: { label: "training (updates)" },
    y: { label: "negative log-likelihood (nats)" },
    series: [
      { name: "all chunks", ...curve(rows, "train", "loss") },
      { name: "first chunk", ...curve(rows, "train", "firstLoss") },
    ],
  };
  return { loss, ...evaluationFigures(run) };
}
