// Progress of a sweep's cells: the runs' directories are authoritative, the manifest adds the rest.
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { CellProgress } from "../launchers/launcher.js";
import { readRun } from "../run/read.js";
import type { RunRecord } from "../run/record.js";
import { type Cell, labels, runName } from "./cell.js";
import { type CellState, type CellStatus, type Manifest, readManifest, writeManifest } from "./manifest.js";

/** A cell while its sweep is open. */
export interface LiveCell extends Cell {
  /** Label, unique among the cells. */
  readonly label: string;
  /** Absolute path of its run. */
  readonly path: string;
  readonly run: string;
  status: CellStatus;
  attempts: number;
  error: string | null;
  /** Progress of a running cell. */
  progress?: CellProgress;
  /** Seconds without progress, once a warning is due; of a running cell. */
  quiet?: number;
  /** Why its job waits, perhaps empty; of a running cell that is in a queue. */
  queue?: string;
  /** Description of the process that holds its run; of a cell that another process holds. */
  holder?: string;
  /** Time by `performance.now()`; of a cell that this process has started. */
  started?: number;
  /** Seconds that it took; of a cell that ended in this process. */
  seconds?: number;
  /** Its figures of merit; of a finished cell. */
  summary?: RunRecord["summary"];
  /** Threads that its run was started with; kept, so that its numbers stay the same. */
  threads?: number;
  /** Number of threads that suits its work; undefined if it was set explicitly. */
  worth?: number;
}

/** Time between two manifests, as a multiple of what it takes to write one. */
const SHARE = 10;

/** Status of a cell by its run's directory; `before` is the manifest's. */
function standing(path: string, before: CellState | undefined): Partial<LiveCell> {
  const failed = before?.status === "failed" ? { status: before.status, error: before.error } : undefined;
  if (!existsSync(path)) return failed ?? { status: "pending" };
  let record: RunRecord;
  try {
    record = readRun(path);
  } catch (error) {
    return { status: "failed", error: (error as Error).message };
  }
  const threads = Number(record.config.threads);
  if (record.status === "finished") return { status: "finished", summary: record.summary, threads };
  if (record.status === "failed") return { status: "failed", error: record.error ?? "unknown", threads };
  if (record.status === "running") return { status: "running", threads };
  // A process that was killed could not write its run's state; that it failed stands in the manifest only.
  return { status: record.status === "created" ? "pending" : "interrupted", ...failed, threads };
}

export class SweepState {
  readonly name: string;
  readonly cells: readonly LiveCell[];
  readonly #directory: string;
  readonly #root: string;
  readonly #created: string;
  /** Jobs, threads and launcher that the sweep was asked for before. */
  share: Pick<Manifest, "jobs" | "threads" | "launcher">;
  #isUnsaved = false;
  /** Time by `performance.now()` before which the manifest is not written again. */
  #nextSave = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Reads the cells' states; writes nothing until `save`. */
  static look(directory: string, name: string, root: string, cells: readonly Cell[]): SweepState {
    return new SweepState(directory, name, root, cells);
  }

  private constructor(directory: string, name: string, root: string, cells: readonly Cell[]) {
    const before = readManifest(directory);
    this.name = name;
    this.#directory = directory;
    this.#root = root;
    this.#created = before?.created ?? new Date().toISOString();
    this.share = { jobs: before?.jobs, threads: before?.threads, launcher: before?.launcher };
    const known = new Map(before?.cells.map((cell) => [cell.id, cell]));
    const names = labels(cells);
    this.cells = cells.map((cell): LiveCell => {
      const run = `${cell.experiment}/${runName(cell)}`;
      const path = resolve(root, run);
      const { id, experiment, preset, config, sources, inputs } = cell;
      return {
        ...{
          id,
          experiment,
          preset,
          config,
          sources,
          inputs,
          // A cell that the sweep knows already keeps what it had: --threads may have left it out.
          worth: known.has(cell.id) ? known.get(cell.id)!.worth : cell.worth,
          label: names.get(cell.id) ?? cell.id,
          path,
          run,
        },
        ...{ status: "pending" as const, attempts: known.get(cell.id)?.attempts ?? 0, error: null },
        ...standing(path, known.get(cell.id)),
      };
    });
  }

  /** Reads a cell's run again, after another process has released it. */
  refresh(cell: LiveCell): void {
    this.update(cell, { error: null, ...standing(cell.path, undefined) });
  }

  /**
   * Changes a cell. The manifest is written soon, at once if it was not lately: that of a thousand cells takes its time. One that
   * cannot be written now is written later: the runs' directories are authoritative.
   */
  update(cell: LiveCell, change: Partial<LiveCell>): void {
    Object.assign(cell, change);
    this.#isUnsaved = true;
    const wait = this.#nextSave - performance.now();
    if (wait <= 0) this.#trySave();
    else this.#timer ??= setTimeout(() => this.#trySave(), wait);
  }

  #trySave(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const began = performance.now();
    try {
      this.save();
    } catch {
      // The next change, or the end, tries again.
    }
    this.#nextSave = performance.now() + SHARE * (performance.now() - began);
  }

  /** Writes the final manifest. @throws LabError lab/disk */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isUnsaved) this.save();
  }

  save(): void {
    const manifest: Manifest = {
      version: 1,
      name: this.name,
      created: this.#created,
      root: relative(this.#directory, this.#root) || ".",
      ...this.share,
      cells: this.cells.map(
        ({
          id,
          experiment,
          preset,
          status,
          attempts,
          error,
          run,
          config,
          sources,
          inputs,
          worth,
        }): CellState => ({
          ...{ id, experiment, preset, status, attempts, error, run, config, sources, inputs, worth },
        }),
      ),
    };
    writeManifest(this.#directory, manifest);
    this.#isUnsaved = false;
  }
}

/** Folder of a sweep's manifest and its cells' logs. */
export function sweepDirectory(root: string, name: string): string {
  return join(resolve(root), "sweeps", name);
}
