// Notes for readers of the pages.
import type { CellRuns, PresetName } from "@throughline/lab";
import { mixedEncoders } from "./encoders.js";

export const notes = {
  laptop:
    "Laptop cells: slots are pre-trained on pictures of 48 × 48 for a small part of the paper's steps, with features averaged " +
    "over ink alone, the most compact of four starts; problems are encoded beforehand over a number of " +
    "draws; models are smaller, trained for 1500 to 5000 " +
    "steps with a larger learning rate, and tested on 2000 problems. docs/ocra.md has the numbers. The glyphs are ours, not " +
    "the paper's.",
  seeds:
    "Each seed divides the objects anew, as each run of the paper does; ± is the standard error over seeds.",
  absent:
    "The paper has more models and numbers of held-out objects; those that this preset does not run are not shown.",
} as const;

/** The notes of a preset and its runs. */
export function notesOf(preset: PresetName, runs: CellRuns, ...more: readonly string[]): string[] {
  const own = preset === "paper" ? [] : [notes.laptop, notes.absent];
  return [...mixedEncoders(runs), ...own, notes.seeds, ...more];
}
