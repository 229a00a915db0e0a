// The process of one cell that a local launcher starts. It is told what to do over the channel to its sweep. When the channel
// closes, the sweep is gone: the cell checkpoints and stops, so that a restarted sweep finds a run that it can resume. A cell
// that is stuck is ended by the thread that watches the sweep's process.
import type { CellEnd } from "../launchers/launcher.js";
import { watchParent } from "../launchers/local/parent-watch.js";
import type { FromCell, ToCell } from "../launchers/local/protocol.js";
import { exitCodeOf, workOnCell } from "./cell-work.js";

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 250;

const stop = new AbortController();
process.on("disconnect", () => stop.abort());
process.on("message", (message: ToCell) => {
  if (message.kind === "stop") return stop.abort();
  watchParent(message.parent, message.grace);
  void workOnCell(message.job, {
    modules: message.modules,
    signal: stop.signal,
    report: (progress) => send({ kind: "progress", progress }),
    reportEvery: REPORT_EVERY,
  }).then(leave);
});
// A terminal that goes away is the sweep's to notice.
process.on("SIGHUP", () => {});

function send(message: FromCell, done: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, done);
  else done();
}

/** Reports the outcome, then ends the process. */
function leave(end: CellEnd): void {
  process.exitCode = exitCodeOf(end);
  send({ kind: "end", end }, () => process.exit());
}
