// Taking a run up again: clearing away what a killed process has left, and finding where to go on.
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { CheckpointStore, Found } from "./checkpoint-store.js";
import { guard, isMissing } from "./files.js";
import { files, type StateFile } from "./layout.js";

/**
 * The checkpoint to go on from; undefined if the run starts at its beginning. `say` is told which, and why not a newer
 * one.
 */
export function pickUp(
  path: string,
  state: StateFile,
  store: CheckpointStore,
  say: (message: string) => void,
): Found | undefined {
  tidy(path);
  store.tidy();
  const had = store.names().length > 0;
  const found = store.newest(metricsSize(path), state.error?.code === "lab/not-finite", say);
  store.removeAfter(found?.name);
  if (found !== undefined) {
    // A process that was killed may have written the checkpoint and not yet said that it is the latest.
    store.prune(found.name, found.cut.best, found.cut.ends);
    say(`going on from checkpoint ${found.name}`);
  } else if (had) say("no checkpoint is left to go on from; starting over");
  else if (state.sessions.length > 0) say("there was no checkpoint yet; starting over");
  return found;
}

/** Removes files that were never finished. */
function tidy(path: string): void {
  guard(path, () => {
    for (const name of readdirSync(path)) {
      if (/^\..*\.tmp$|^lock\../.test(name)) rmSync(join(path, name), { force: true });
    }
  });
}

function metricsSize(path: string): number {
  try {
    return statSync(join(path, files.metrics)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
