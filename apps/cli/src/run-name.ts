// Runs by the names that people type.
import type { RunRecord } from "@throughline/lab";
import type { ChooseLatest } from "@throughline/lab/runs";

export { shownPath as shown } from "@throughline/lab/text";

/** The run that is meant; see `findRun`. @throws LabError lab/no-run, lab/damaged */
export async function resolveRun(typed: string, root: string, latest?: ChooseLatest): Promise<RunRecord> {
  const { findRun } = await import("@throughline/lab/runs");
  return findRun(typed, root, latest);
}
