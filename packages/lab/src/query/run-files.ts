// Files of a run, by folder.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { RunRecord } from "../run/record.js";

/** Names of the files of a folder of a run, sorted; none if there is no such folder. */
export function filesIn(
  run: Pick<RunRecord, "path">,
  folder: "figures" | "checkpoints" | "artifacts",
): string[] {
  try {
    return readdirSync(join(run.path, folder))
      .filter((name) => !name.startsWith("."))
      .sort();
  } catch {
    return [];
  }
}

/** Paths of the figures of a run, each once: the SVG where there is one. */
export function figureFiles(run: Pick<RunRecord, "path">): string[] {
  const names = filesIn(run, "figures");
  const stem = (name: string) => name.replace(/\.[a-z]+$/, "");
  return names
    .filter((name) => name.endsWith(".svg") || !names.includes(`${stem(name)}.svg`))
    .map((name) => join(run.path, "figures", name));
}
