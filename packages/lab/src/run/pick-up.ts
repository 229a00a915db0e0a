// Resuming a run: removes leftovers of a killed process, and finds the checkpoint to resume from.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { guard } from "../files/disk.js";
import type { CheckpointStore, Found } from "./checkpoint-store.js";
import { files, type StateFile } from "./layout.js";

/**
 * The checkpoint to resume from; undefined if the run starts at its beginning. `say` gets its name, and the reason why no
 * newer one is used.
 * @throws LabError lab/config-changed if the options were edited; lab/damaged if `metrics.jsonl` is not what the checkpoint was taken with: then nothing of either is touched
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
  const metrics = join(path, files.metrics);
  const found = store.newest(metrics, state.error?.code === "lab/not-finite", say);
  store.removeAfter(found?.name);
  if (found !== undefined) {
    // A process that was killed may have written the checkpoint and not yet said that it is the latest.
    store.prune(found.name, found.cut.best, found.cut.ends);
    say(`resuming from checkpoint ${found.name}`);
  } else if (had) say("no usable checkpoint is left; starting over");
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
