// Reporters of progress: one line that is rewritten on a terminal, a line now and then elsewhere.
import { checkOptions, oneOf } from "@throughline/torch/checks";

import { visible, visibleJson, visibleLine } from "../text/visible.js";
import type { ProgressEvent, Reporter } from "./event.js";
import { progressText } from "./words.js";

/** `auto`: `line` on a terminal, `plain` elsewhere; `json`: one object a line, for programs; `off`: nothing at all. */
export type ProgressMode = "auto" | "line" | "plain" | "json" | "off";

/** The part of a stream that a reporter needs; `process.stderr` is one. */
export interface ReportStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  on?(event: "error", listener: (error: Error) => void): unknown;
}

/** Milliseconds between two plain lines. */
const plainEvery = 10_000;
const jsonEvery = 1000;

/**
 * A reporter for `mode` that writes to `stream` (default: the standard error, so that results may be piped). Colour only
 * on a terminal, and not if the environment has NO_COLOR.
 */
export function createReporter(mode: ProgressMode = "auto", stream: ReportStream = process.stderr): Reporter {
  const modes = ["auto", "line", "plain", "json", "off"] as const;
  checkOptions("createReporter", { mode: oneOf(modes, "auto") }, { mode });
  // A terminal that has gone away must not end a run.
  stream.on?.("error", () => {});
  const write = (text: string): void => void stream.write(text);
  const say = (text: string): void => write(`${visible(text)}\n`);
  if (mode === "off") return { progress() {}, message() {}, end() {} };
  if (mode === "json") return jsonReporter(write);
  const isTerminal = stream.isTTY === true && process.env.TERM !== "dumb";
  if (mode === "line" || (mode === "auto" && isTerminal)) return lineReporter(stream, write, say);
  return plainReporter(say);
}

function plainReporter(say: (text: string) => void): Reporter {
  const isDue = every(plainEvery);
  return {
    progress: (event) => {
      if (isDue(event)) say(visibleLine(progressText(event)));
    },
    message: say,
    end: () => {},
  };
}

function jsonReporter(write: (text: string) => void): Reporter {
  const isDue = every(jsonEvery);
  return {
    progress: (event) => {
      if (isDue(event)) write(`${visibleJson({ kind: "progress", ...event }, 0)}\n`);
    },
    message: (text) => write(`${visibleJson({ kind: "message", text }, 0)}\n`),
    end: () => {},
  };
}

/** True if so many milliseconds have passed since the last one; the last event of a loop is always due. */
function every(milliseconds: number): (event: ProgressEvent) => boolean {
  let last = performance.now();
  return ({ isLast }) => {
    const now = performance.now();
    if (!isLast && now - last < milliseconds) return false;
    last = now;
    return true;
  };
}

function lineReporter(
  stream: ReportStream,
  write: (text: string) => void,
  say: (text: string) => void,
): Reporter {
  const hasColour = (process.env.NO_COLOR ?? "") === "";
  let shown = "";
  const draw = (): void => {
    if (shown === "") return;
    const fitting = shown.slice(0, Math.max(10, (stream.columns ?? 80) - 1));
    write(hasColour ? `\x1b[2m${fitting}\x1b[22m` : fitting);
  };
  const clear = (): void => {
    if (shown !== "") write("\r\x1b[K");
  };
  return {
    progress: (event) => {
      clear();
      shown = visibleLine(progressText(event));
      draw();
      if (!event.isLast) return;
      write("\n");
      shown = "";
    },
    message: (text) => {
      clear();
      say(text);
      draw();
    },
    end: () => {
      if (shown !== "") write("\n");
      shown = "";
    },
  };
}
