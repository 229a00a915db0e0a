// A Python whose `gymnasium` and `numpy` are those of `packages/testing/gymnasium`: a real child process that needs no package.
import { join } from "node:path";

/** Makes Pythons that this process starts take them. Their environments: `Walk-v0`, `Pictures-v0` and `Echo-v0`. */
export function useFakeGymnasium(): void {
  process.env.PYTHONPATH = join(import.meta.dirname, "..", "gymnasium");
  process.env.PYTHONDONTWRITEBYTECODE = "1";
}
