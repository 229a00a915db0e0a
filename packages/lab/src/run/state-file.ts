// state.json as the run goes along.
import { hostname } from "node:os";
import { join } from "node:path";
import { LabError } from "../errors.js";
import { writeJson } from "../files/disk.js";
import { readJson } from "../files/read-json.js";
import { files, type Session, type StateFile } from "./layout.js";
import type { Lock } from "./lock.js";
import { stateShape } from "./shapes.js";

/** Keeps `state.json` of the run that this process works on. */
export class RunState {
  readonly #path: string;
  readonly #lock: Lock;
  #state: StateFile;

  /** @throws LabError lab/no-run, lab/damaged, lab/disk */
  constructor(run: string, lock: Lock) {
    this.#path = join(run, files.state);
    this.#lock = lock;
    const state = readJson(this.#path, stateShape);
    if (state === undefined)
      throw new LabError("lab/no-run", `${run} is not a run: it has no ${files.state}`);
    this.#state = state;
  }

  /** Last content of the file. */
  get now(): StateFile {
    return this.#state;
  }

  /** This process begins to work, from a checkpoint or from the beginning. */
  begin(from: string | undefined): void {
    const session: Session = {
      started: new Date().toISOString(),
      ended: null,
      pid: process.pid,
      host: hostname(),
      from: from ?? null,
      outcome: null,
    };
    this.#write({
      status: "running",
      pid: session.pid,
      host: session.host,
      sessions: [...this.#state.sessions, session],
      error: null,
    });
  }

  /** This process has stopped working. */
  end(status: "interrupted" | "failed" | "finished", error: StateFile["error"] = null): void {
    const sessions = this.#state.sessions.map((session, i, all) =>
      i === all.length - 1 ? { ...session, ended: new Date().toISOString(), outcome: status } : session,
    );
    this.#write({ status, pid: null, host: null, sessions, error });
  }

  /** @throws LabError lab/lock-lost: then the file is another process's to write */
  #write(change: Partial<StateFile>): void {
    this.#state = { ...this.#state, ...change };
    writeJson(this.#path, this.#state, this.#lock.check);
  }
}
