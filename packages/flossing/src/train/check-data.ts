// Checks that need the content of a file of own data.
import { hashOf } from "@throughline/torch/files";
import { taskOf } from "./build.js";
import { lengthProblems, refuseAll } from "./check.js";
import type { TrainConfig } from "./options.js";

/** Files that were read before, by content and by what they were taken for. */
const known = new Map<string, { readonly title: string; readonly longestInputs: number | undefined }>();

/** @throws TorchError `flossing/data` or `io/…` for a file that is no task; LabError lab/config if flossing does not fit it */
export function checkData(config: TrainConfig): void {
  const { data, answer, kind, standardise, testPart, length } = config;
  if (data === undefined) return;
  const key = JSON.stringify([data, fingerprint(data), answer, kind, standardise, testPart, length]);
  let facts = known.get(key);
  if (facts === undefined) {
    const task = taskOf(config);
    facts = { title: task.title, longestInputs: task.longestInputs };
    task.dispose?.();
    known.set(key, facts);
  }
  refuseAll(lengthProblems(config, facts.longestInputs, facts.title));
}

/** Nothing if it cannot be read: the task says why. */
function fingerprint(path: string): string | undefined {
  try {
    return hashOf(path);
  } catch {
    return undefined;
  }
}
