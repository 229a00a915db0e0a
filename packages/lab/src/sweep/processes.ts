// Cells as processes of this machine.
import { type ChildProcess, fork } from "node:child_process";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder } from "../files/disk.js";
import type { CellEnd, CellJob, CellProgress, Launcher, RunningCell } from "./launcher.js";
import type { FromCell, ToCell } from "./protocol.js";
import { duration } from "./view/words.js";

/** Bytes of a log that are looked through for a last error. */
const LOG_END = 4096;

/** Seconds for a cell to write a checkpoint and stop. */
export const GRACE = 15;

export interface ProcessOptions {
  /** Seconds for a cell to write a checkpoint and stop, when asked to or when the sweep has ended; then it is ended. Default 15. */
  readonly grace?: number;
}

/**
 * Runs each cell in a process of its own.
 * @param modules URLs of the modules that register the experiments
 */
export function processLauncher(
  modules: readonly string[],
  { grace = GRACE }: ProcessOptions = {},
): Launcher {
  const worker = fileURLToPath(new URL("../registry/worker.js", import.meta.url));
  return {
    capacity: availableParallelism(),
    start(job, report): RunningCell {
      let child: ChildProcess;
      try {
        child = spawn(worker, job);
      } catch (error) {
        return failed(`cannot start a process: ${(error as Error).message}`);
      }
      const deadline = new Deadline(child, grace);
      const ended = endOf(child, job, report, deadline);
      tell(child, { kind: "job", job, modules, parent: process.pid, grace });
      return {
        ended,
        stop: () => {
          tell(child, { kind: "stop" });
          deadline.set();
        },
        kill: () => child.kill("SIGKILL"),
      };
    },
  };
}

/** Ends a process that was asked to stop and has not. */
class Deadline {
  readonly #child: ChildProcess;
  readonly #grace: number;
  #timer: NodeJS.Timeout | undefined;
  /** Outcome of the process, if this object ended it. */
  end: CellEnd | undefined;

  constructor(child: ChildProcess, grace: number) {
    this.#child = child;
    this.#grace = grace;
  }

  set(): void {
    this.#timer ??= setTimeout(() => {
      const error = `it was asked to stop, had not after ${duration(this.#grace)}, and was ended (SIGKILL)`;
      this.end = { status: "interrupted", error };
      this.#child.kill("SIGKILL");
    }, this.#grace * 1000);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

/** Starts the process in a session of its own, so that Ctrl-C reaches the sweep only, which then asks each cell once. */
function spawn(worker: string, job: CellJob): ChildProcess {
  makeFolder(dirname(job.log));
  const log = openSync(job.log, "a");
  try {
    const threads = String(job.threads);
    return fork(worker, [job.name], {
      detached: true,
      // A file, not a pipe: what a cell prints must not kill it when the sweep is gone.
      stdio: ["ignore", log, log, "ipc"],
      execArgv: process.execArgv.filter((flag) => !flag.startsWith("--inspect")),
      env: { ...process.env, OMP_NUM_THREADS: threads, MKL_NUM_THREADS: threads },
    });
  } finally {
    closeSync(log);
  }
}

function endOf(
  child: ChildProcess,
  job: CellJob,
  report: (progress: CellProgress) => void,
  deadline: Deadline,
): Promise<CellEnd> {
  return new Promise((resolve) => {
    let said: CellEnd | undefined;
    child.on("message", (message: FromCell) => {
      if (message.kind === "end") said = message.end;
      else report(message.progress);
    });
    child.on("error", (error) => {
      if (child.pid === undefined)
        resolve({ status: "failed", error: `cannot start a process: ${error.message}` });
    });
    // `close`, not `exit`: by then the channel has been read to its end.
    child.on("close", (code, signal) => {
      deadline.clear();
      resolve(said ?? deadline.end ?? { status: "failed", error: unsaid(job, code, signal) });
    });
  });
}

/** Reason why a process ended without reporting one. */
function unsaid(job: CellJob, code: number | null, signal: string | null): string {
  if (signal === "SIGKILL")
    return "its process was killed (SIGKILL): by hand, or because the memory was used up";
  const how = signal ? `its process was ended by ${signal}` : `its process ended with code ${code}`;
  const words = lastLine(job.log);
  return words === "" ? how : `${how}: ${words}`;
}

function lastLine(path: string): string {
  try {
    const file = openSync(path, "r");
    try {
      const size = statSync(path).size;
      const bytes = Buffer.alloc(Math.min(size, LOG_END));
      readSync(file, bytes, 0, bytes.length, size - bytes.length);
      const lines = bytes
        .toString("utf8")
        .split("\n")
        .map((line) => line.trim());
      return lines.findLast((line) => /error/i.test(line)) ?? lines.findLast((line) => line !== "") ?? "";
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}

function tell(child: ChildProcess, message: ToCell): void {
  // A process that is gone cannot be told; how it ended is noticed elsewhere.
  if (child.connected) child.send(message, () => {});
}

function failed(error: string): RunningCell {
  return { ended: Promise.resolve({ status: "failed", error }), stop: () => {}, kill: () => {} };
}
