// Files that earlier runs have read with another content.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { brief, type Inputs, readInputs } from "../run/inputs.js";
import type { LiveCell } from "./state.js";

/** A sentence for each input of the cells that has changed since runs of their experiments read it. */
export function changedInputs(cells: readonly LiveCell[], root: string): string[] {
  const reading = cells.filter(({ status, inputs }) => status === "pending" && inputs !== undefined);
  const now = new Map(
    reading.flatMap(({ inputs }) => Object.values(inputs ?? {})).map((input) => [input.path, input.sha256]),
  );
  if (now.size === 0) return [];
  const before = new Map<string, number>();
  for (const experiment of new Set(reading.map((cell) => cell.experiment))) {
    for (const inputs of inputsBelow(join(root, experiment))) {
      for (const { path, sha256 } of Object.values(inputs)) {
        if (now.has(path) && now.get(path) !== sha256) before.set(path, (before.get(path) ?? 0) + 1);
      }
    }
  }
  return [...before].map(
    ([path, count]) =>
      `${path} has changed since ${count === 1 ? "a run" : `${count} runs`} read it; its content of now (SHA-256 ${brief(now.get(path)!)}) makes cells of its own, which are run anew`,
  );
}

/** Inputs of the runs in a folder; runs without a record of inputs and damaged ones are skipped. */
function inputsBelow(folder: string): Inputs[] {
  try {
    const all = readdirSync(folder).map((name) => attempt(join(folder, name)));
    return all.filter((inputs) => inputs !== undefined);
  } catch {
    return [];
  }
}

function attempt(run: string): Inputs | undefined {
  try {
    return readInputs(run);
  } catch {
    return undefined;
  }
}
