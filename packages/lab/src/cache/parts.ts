// Disk cache, in parts, of expensive results that runs share and that can be recomputed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { canonicalHash } from "../config/canonical.js";
import { LabError } from "../errors.js";
import { makeFolder, writeAtomic } from "../files/disk.js";
import { acquireLock, type Lock } from "../run/lock.js";

/** Selection of parts. */
export interface PartCacheOptions {
  /** Folder of caches; see `RunContext.cacheFolder`. */
  readonly folder: string;
  /** Begins the name of the cache's own folder; the rest is the hash of the key. */
  readonly name: string;
  /** Key: plain data with everything that a part depends on, except the part's name. Stored as `key.json`. */
  readonly key: Readonly<Record<string, unknown>>;
  /** Raised when files of an older form can no longer be used. */
  readonly version: number;
}

const names: OptionNames<PartCacheOptions> = { folder: true, name: true, key: true, version: true };

/** Milliseconds between two checks of a part that another process is making. */
const PATIENCE = 200;

/** A folder of cached files with one key. Several processes may use it at once: the first that needs a part makes it. */
export class PartCache {
  /** The folder. */
  readonly path: string;

  /** @throws LabError lab/disk */
  constructor(options: PartCacheOptions) {
    const { folder, name, key, version } = knownOptions("PartCache", names, options);
    const hash = canonicalHash({ VERSION: version, ...key });
    this.path = join(folder, `${name}-${hash.slice(0, 16)}`);
    makeFolder(this.path);
    const file = join(this.path, "key.json");
    if (!existsSync(file)) writeAtomic(file, `${JSON.stringify(key, null, 2)}\n`);
  }

  /** Path of a part, whether it exists or not. */
  file(part: string): string {
    return join(this.path, part);
  }

  has(part: string): boolean {
    return existsSync(this.file(part));
  }

  /**
   * Makes a part unless it exists; waits for another process that is making it.
   * @param write writes the whole file under its own name, atomically
   */
  async make(part: string, write: (path: string) => Promise<void>): Promise<void> {
    while (!(await this.tryMake(part, write))) await wait(PATIENCE);
  }

  /** Makes a part unless it exists or another process is making it. @returns true if it exists */
  async tryMake(part: string, write: (path: string) => Promise<void>): Promise<boolean> {
    if (this.has(part)) return true;
    const lock = this.#tryLock(part);
    if (lock === undefined) return false;
    try {
      if (!this.has(part)) await write(this.file(part));
      return true;
    } finally {
      lock.release();
    }
  }

  #tryLock(part: string): Lock | undefined {
    try {
      return acquireLock(this.path, `${part}.lock`);
    } catch (error) {
      if (error instanceof LabError && error.code === "lab/locked") return undefined;
      throw error;
    }
  }
}
