// Figures of a run: its loss, and the success of its checkpoints.
import { curve, type Figure, type RunRecord, readArtifact } from "@throughline/lab";
import { summarise } from "../../evaluation/summary.js";
import { evaluationFigures } from "../train/figures.js";
import { checkpointsArtifact, type TestedCheckpoint } from "./scores.js";

export async function imitationFigures(run: RunRecord): Promise<Readonly<Record<string, Figure>>> {
  const loss: Figure = {
    kind: "lines",
    title: "Imitation of demonstrations",
    subtitle: "mixture of Gaussians",
    x: { label: "training (updates)" },
    y: { label: "negative log-likelihood (nats)" },
    series: [{ name: "all chunks", ...curve(await run.metrics(), "train", "loss") }],
  };
  const name = `${String(run.config.method)}, ${String(run.config.env)}`;
  const checkpoints = readArtifact(run.path, checkpointsArtifact);
  return {
    loss,
    ...(checkpoints !== undefined && { checkpoints: successByUpdate([{ name, seeds: [checkpoints] }]) }),
    ...evaluationFigures(run, 1),
  };
}

/** A line of success by training: its name, and the checkpoints of each training seed. */
export interface CheckpointRow {
  readonly name: string;
  readonly seeds: readonly (readonly TestedCheckpoint[])[];
}

/** Success of checkpoints by their training, with 95 % bootstrap intervals. */
export function successByUpdate(rows: readonly CheckpointRow[]): Figure {
  return {
    kind: "lines",
    title: "Success of checkpoints",
    subtitle: "All meet the same episodes; bands: 95 % bootstrap intervals",
    x: { label: "training (updates)" },
    y: { label: "success (%)", min: 0, max: 100 },
    series: rows.map(({ name, seeds }) => {
      const points = seeds[0]!.map((_, at) => summarise(seeds.map((one) => one[at]!.result)).success);
      const percents = (of: "value" | "low" | "high"): number[] => points.map((point) => 100 * point[of]);
      return {
        name,
        x: seeds[0]!.map(({ updates }) => updates),
        ...{ y: percents("value"), low: percents("low"), high: percents("high") },
      };
    }),
  };
}
