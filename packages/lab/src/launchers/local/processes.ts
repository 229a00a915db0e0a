// Cells as processes of this machine.
import { type ChildProcess, fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder } from "../../files/disk.js";
import { duration } from "../../text/duration.js";
import type { CellEnd, CellJob, CellProgress, JobState, Launcher } from "../launcher.js";
import { lastWords } from "../log-end.js";
import type { FromCell, ToCell } from "./protocol.js";

/** Milliseconds between two polls: looks at what the processes have said. */
const POLL_EVERY = 50;

/** Seconds for a cell to write a checkpoint and stop. */
export const GRACE = 15;

export interface ProcessOptions {
  /** Seconds for a cell to write a checkpoint and stop, when asked to or when the sweep has ended; then it is ended. Default 15. */
  readonly grace?: number;
}

/** A cell's process. */
interface Local {
  readonly child: ChildProcess | undefined;
  readonly deadline: Deadline | undefined;
  progress: CellProgress | undefined;
  end: CellEnd | undefined;
}

/**
 * Runs each cell in a process of its own. The processes end with their driver: they notice, write a checkpoint and stop.
 * @param modules URLs of the modules that register the experiments
 */
export function processLauncher(
  modules: readonly string[],
  { grace = GRACE }: ProcessOptions = {},
): Launcher {
  const worker = fileURLToPath(new URL("../../registry/worker.js", import.meta.url));
  const cells = new Map<string, Local>();
  let count = 0;

  function start(job: CellJob): Local {
    let child: ChildProcess;
    try {
      child = spawn(worker, job);
    } catch (error) {
      return failed(`cannot start a process: ${(error as Error).message}`);
    }
    const cell: Local = { child, deadline: new Deadline(child, grace), progress: undefined, end: undefined };
    watch(cell, child, job);
    tell(child, { kind: "job", job, modules, parent: process.pid, grace });
    return cell;
  }

  return {
    name: "local",
    capacity: availableParallelism(),
    pollEvery: POLL_EVERY,
    outlives: false,
    async submit(_folder, jobs) {
      return jobs.map((job) => {
        const id = String(count++);
        cells.set(id, start(job));
        return id;
      });
    },
    async poll(_folder, ids) {
      return ids.map((id) => stateOf(cells.get(id)));
    },
    async cancel(_folder, ids, how) {
      for (const cell of ids.map((id) => cells.get(id))) {
        if (cell?.child === undefined) continue;
        if (how === "kill") cell.child.kill("SIGKILL");
        else {
          tell(cell.child, { kind: "stop" });
          cell.deadline?.set();
        }
      }
    },
    logs: async () => "",
    live: async () => new Map(),
  };
}

function stateOf(cell: Local | undefined): JobState {
  if (cell === undefined)
    return { phase: "ended", end: { status: "interrupted", error: "its process ended with its driver" } };
  const { progress, end } = cell;
  return end === undefined ? { phase: "running", progress } : { phase: "ended", progress, end };
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

function watch(cell: Local, child: ChildProcess, job: CellJob): void {
  let said: CellEnd | undefined;
  child.on("message", (message: FromCell) => {
    if (message.kind === "end") said = message.end;
    else cell.progress = message.progress;
  });
  child.on("error", (error) => {
    if (child.pid === undefined)
      cell.end = { status: "failed", error: `cannot start a process: ${error.message}` };
  });
  // `close`, not `exit`: by then the channel has been read to its end.
  child.on("close", (code, signal) => {
    cell.deadline?.clear();
    cell.end ??= said ?? cell.deadline?.end ?? { status: "failed", error: unsaid(job, code, signal) };
  });
}

/** Reason why a process ended without reporting one. */
function unsaid(job: CellJob, code: number | null, signal: string | null): string {
  if (signal === "SIGKILL")
    return "its process was killed (SIGKILL): by hand, or because the memory was used up";
  const how = signal ? `its process was ended by ${signal}` : `its process ended with code ${code}`;
  const words = lastWords(job.log);
  return words === "" ? how : `${how}: ${words}`;
}

function tell(child: ChildProcess, message: ToCell): void {
  // A process that is gone cannot be told; how it ended is noticed elsewhere.
  if (child.connected) child.send(message, () => {});
}

function failed(error: string): Local {
  return { child: undefined, deadline: undefined, progress: undefined, end: { status: "failed", error } };
}
