// state.json as the run goes along.
import { hostname } from "node:os";
import { join } from "node:path";
import { readJson, writeJson } from "./files.js";
import { files, type Session, type StateFile } from "./layout.js";

/** Keeps `state.json` of the run that this process works on. */
export class RunState {
  readonly #path: string;
  #state: StateFile;

  constructor(run: string) {
    this.#path = join(run, files.state);
    this.#state = readJson(this.#path) as StateFile;
  }

  /** What the file said last. */
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

  #write(state: StateFile): void {
    this.#state = state;
    writeJson(this.#path, state);
  }
}
