// Check that the runs of a table use the same encoders.
import { type CellRuns, readArtifact, readInputs } from "@throughline/lab";
import { taskNotes } from "../experiments/task/notes.js";
import { suiteOf, type TaskName } from "../experiments/task/settings.js";

/** A sentence for each family of data whose runs had different encoders, as after a new pre-training in the same root. */
export function mixedEncoders(runs: CellRuns): string[] {
  const bySuite = new Map<string, Set<string>>();
  for (const { path, config } of runs) {
    const weights = weightsOf(path);
    if (weights === undefined) continue;
    const family = suiteOf(config.task as TaskName);
    const suite = family === "svrt" ? `svrt with ${Number(config.pictures)} pictures` : family; // each has its own
    bySuite.set(suite, (bySuite.get(suite) ?? new Set()).add(weights));
  }
  return [...bySuite].flatMap(([suite, { size }]) =>
    size === 1
      ? []
      : [
          `The runs on ${suite} started from ${size} different encoders, so their numbers do not compare; finished cells are ` +
            "kept after a new pre-training: give another --root to rerun them.",
        ],
  );
}

function weightsOf(path: string): string | undefined {
  return readInputs(path)?.encoder?.sha256 ?? readArtifact(path, taskNotes)?.weights;
}
