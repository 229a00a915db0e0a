// A sweep in plain lines: one when a cell begins or ends, and where all of them stand from time to time.
import { plural } from "@throughline/torch/checks";
import { duration } from "../../text/duration.js";
import type { SweepObserver } from "../schedule.js";
import type { LiveCell } from "../state.js";
import type { OpenSweep } from "../sweep.js";
import { merits, remaining, tally } from "./words.js";

/** Milliseconds between two lines that say where the sweep stands, when cells take long. */
const EVERY = 60_000;

/** Word for a cell's change. */
export function sentence(cell: LiveCell, threads: number): string {
  const took = cell.seconds === undefined ? "" : ` after ${duration(cell.seconds)}`;
  switch (cell.status) {
    case "running":
      if (cell.holder !== undefined) return `${cell.label}: ${cell.holder}; waiting for it to end`;
      if (cell.queue !== undefined) return `${cell.label}: in the queue`;
      return `${cell.label}: running (${plural(cell.threads ?? threads, "thread")})`;
    case "finished": {
      const what = merits(cell.summary, 3);
      return `${cell.label}: finished${took}${what === "" ? "" : `: ${what}`}`;
    }
    case "failed":
      return `${cell.label}: failed${took}: ${(cell.error ?? "").split("\n")[0]}`;
    case "interrupted":
      return `${cell.label}: interrupted${took}; it can go on from its last checkpoint`;
    default:
      return `${cell.label}: ${cell.status}`;
  }
}

/** @param write puts a line where lines go */
export function plainView(sweep: OpenSweep, write: (line: string) => void): SweepObserver & { end(): void } {
  const { cells, jobs, threads } = sweep;
  const todo = cells.filter((cell) => cell.status !== "finished").length;
  write(
    `sweep ${sweep.name}: ${tally(cells)}${todo > 0 ? `; ${jobs} at once, ${plural(threads, "thread")} each` : ""}`,
  );
  const timer = setInterval(() => {
    const left = remaining(cells, jobs);
    write(`${tally(cells)}${left === undefined ? "" : `, about ${duration(left)} left`}`);
  }, EVERY);
  timer.unref();
  return {
    message: write,
    changed: (cell) => write(sentence(cell, threads)),
    progress: () => {},
    end: () => clearInterval(timer),
  };
}
