// A sweep for people to watch: a live table on a terminal, plain lines anywhere else.
import { checkOptions, oneOf } from "@throughline/torch/checks";
import { visibleLine } from "../../text/visible.js";
import type { SweepObserver } from "../schedule.js";
import type { OpenSweep } from "../sweep.js";
import { liveView, type TerminalLike } from "./live.js";
import { plainView } from "./plain.js";

/** View of a sweep; `auto` is `live` on a terminal and `plain` elsewhere. */
export type SweepViewMode = "auto" | "live" | "plain" | "off";

/** Shows a sweep on `terminal` until `end` is called. Give it to `runSweep` as `observe`. */
export function showSweep(
  sweep: OpenSweep,
  terminal: TerminalLike = process.stderr,
  mode: SweepViewMode = "auto",
): SweepObserver & { end(): void } {
  checkOptions("showSweep", { mode: oneOf(["auto", "live", "plain", "off"], "auto") }, { mode });
  if (mode === "off") return { message: () => {}, changed: () => {}, progress: () => {}, end: () => {} };
  const capable = terminal.isTTY === true && process.env.TERM !== "dumb";
  if (mode === "live" || (mode === "auto" && capable))
    return liveView(sweep, terminal, !process.env.NO_COLOR);
  return plainView(sweep, (line) => terminal.write(`${visibleLine(line)}\n`));
}
