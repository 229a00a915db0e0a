// Runs that a test waits for while they write.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** How many runs of test/line have written a checkpoint. Looks at single names: a walk would meet files that are being renamed. */
export function checkpointed(cwd: string): number {
  const root = join(cwd, "runs/test/line");
  if (!existsSync(root)) return 0;
  return readdirSync(root).filter((name) => {
    const folder = join(root, name, "checkpoints");
    return existsSync(folder) && readdirSync(folder).some((file) => file.startsWith("step-"));
  }).length;
}
