// Cache of the small files of all runs, in one file: a thousand runs are listed without reading three thousand files.
// Each entry counts only while the files it was made of are the same; a run that is not in it, or has changed, is read.
// So the index may be old, damaged, missing, or written by several processes at once.
import { existsSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { hashOfContent } from "@throughline/torch/files";
import { readText } from "../files/read-json.js";
import { removeStaleTemporaries, temporaryName } from "../files/temporary.js";
import { files } from "./layout.js";
import { type RunHead, readHead } from "./read.js";

const NAME = ".index.json";
const VERSION = 1;
/** Content of an entry. */
const SOURCES = [files.config, files.state, files.summary];
/** Milliseconds in which a file may change twice without a trace in its times: some disks count them in twos of seconds. */
const UNSETTLED = 3000;

interface Entry {
  /** Identity, size and times of `SOURCES`. */
  readonly stamp: string;
  readonly head: RunHead;
}

/** The index of one folder of runs. */
export class RunIndex {
  readonly #root: string;
  readonly #before: ReadonlyMap<string, Entry>;
  readonly #now = new Map<string, Entry>();
  #isChanged = false;

  constructor(root: string) {
    this.#root = root;
    this.#before = load(join(root, NAME));
  }

  /** Content of the small files of the run at `path` now. @throws as `readRun` */
  headOf(path: string): RunHead {
    const name = relative(this.#root, path);
    const known = this.#before.get(name);
    const { stamp, isSettled } = look(path);
    if (known !== undefined && known.stamp === stamp) {
      this.#now.set(name, known);
      return known.head;
    }
    // The stamp is from before: what changes while it is read does not fit the entry afterwards.
    const head = readHead(path);
    if (isSettled) {
      this.#now.set(name, { stamp, head });
      this.#isChanged = true;
    }
    return head;
  }

  /** Keeps what was found for the next time, if it is not what is kept already. A folder that cannot be written does without. */
  save(): void {
    if (!this.#isChanged && this.#now.size === this.#before.size) return;
    const body = JSON.stringify({ version: VERSION, runs: [...this.#now] });
    const temporary = join(this.#root, temporaryName(NAME));
    try {
      if (!existsSync(this.#root)) return;
      removeStaleTemporaries(this.#root);
      // Not forced to the disk: what a power cut leaves half-written does not match its checksum.
      writeFileSync(temporary, `${hashOfContent(body)}\n${body}`);
      renameSync(temporary, join(this.#root, NAME));
    } catch {
      remove(temporary);
    }
  }
}

/** The entries of the file at `path`, by the runs' names; none if it is not there or not as it was written. */
function load(path: string): ReadonlyMap<string, Entry> {
  try {
    const text = readText(path) ?? "";
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    if (hashOfContent(body) !== text.slice(0, end)) return new Map();
    const { version, runs } = JSON.parse(body) as { version: number; runs: [string, Entry][] };
    return version === VERSION ? new Map(runs) : new Map();
  } catch {
    return new Map();
  }
}

/** State of an entry's sources, and whether that can no longer change without a trace. */
function look(path: string): { readonly stamp: string; readonly isSettled: boolean } {
  const limit = Date.now() - UNSETTLED;
  let isSettled = true;
  let stamp = "";
  for (const name of SOURCES) {
    const stat = statSync(join(path, name), { throwIfNoEntry: false });
    if (stat === undefined) {
      stamp += "- ";
      continue;
    }
    const { ino, size, mtimeMs, ctimeMs } = stat;
    if (mtimeMs > limit || ctimeMs > limit) isSettled = false;
    stamp += `${ino}.${size}.${mtimeMs}.${ctimeMs} `;
  }
  return { stamp, isSettled };
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}
