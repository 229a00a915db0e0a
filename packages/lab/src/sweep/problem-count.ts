// Problems of the cells of a sweep, each once however many cells have it.
import { plural } from "@throughline/torch/checks";
import { LabError } from "../errors.js";

/** Largest number of different problems that are listed. */
const MOST_PROBLEMS = 20;

/** Collects the problems of cells. */
export class ProblemCount {
  readonly #cells = new Map<string, number>();

  /** Problem of one cell. */
  add(error: Error): void {
    for (const problem of problemsOf(error)) this.#cells.set(problem, (this.#cells.get(problem) ?? 0) + 1);
  }

  /** @param total all cells. @throws LabError lab/sweep listing what was added, if anything was */
  check(total: number): void {
    const { size } = this.#cells;
    if (size === 0) return;
    const lines = [...this.#cells].map(([text, count]) =>
      total > 1 ? `${text} [${count === total ? "every cell" : `${count} of ${total} cells`}]` : text,
    );
    const more = lines.length - MOST_PROBLEMS;
    const shown = more > 0 ? [...lines.slice(0, MOST_PROBLEMS), `and ${more} more`] : lines;
    const count = plural(size, "problem");
    throw new LabError("lab/sweep", `${count} with the cells of this sweep:\n  ${shown.join("\n  ")}`);
  }
}

/** The single sentences of an error about options. */
function problemsOf(error: Error): string[] {
  const lines = error.message.split("\n  ");
  return lines.length > 1 ? lines.slice(1) : lines;
}
