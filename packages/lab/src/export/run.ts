// A run in the formats of other programs.
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import { guard, makeFolder, writeAtomic } from "../files/disk.js";
import { eventSource } from "../run/event-source.js";
import type { MetricRow, RunRecord } from "../run/record.js";
import { eventFileContent, eventFileName } from "../tensorboard/event-file.js";
import { writeHuggingFace } from "./hugging-face.js";
import { writeOnnx } from "./onnx.js";
import { csvText, metricTable, parquetBytes } from "./table.js";
import { findWeights } from "./weights.js";

/** Formats that a run can be exported to. */
export const exportFormats = ["tensorboard", "csv", "parquet", "onnx", "huggingface"] as const;

/** A format of `exportRun`. */
export type ExportFormat = (typeof exportFormats)[number];

/** Options of `exportRun`. */
export interface ExportOptions {
  /** The checkpoint whose weights are exported: `latest`, `best` or its name. Default `latest`. */
  readonly checkpoint?: string;
  /** The tracked object whose weights are exported. Default: the only one that has a state dict. */
  readonly object?: string;
  /** The run's experiment, which onnx needs. */
  readonly experiment?: Experiment;
}

const names: OptionNames<ExportOptions> = { checkpoint: true, object: true, experiment: true };

/** Formats that are a folder of files. */
const folders: ReadonlySet<ExportFormat> = new Set(["tensorboard", "huggingface"]);

/**
 * Writes a run in another program's format. The run is not changed, and nothing is written over.
 * @param out a file for csv, parquet and onnx; a folder that is new or empty for tensorboard and huggingface
 * @returns the paths of the files that were written
 * @throws LabError lab/export if `out` is taken or the run lacks what the format needs, lab/damaged if the run's files are not what
 * they should be, lab/disk
 */
export async function exportRun(
  run: RunRecord,
  format: ExportFormat,
  out: string,
  options: ExportOptions = {},
): Promise<string[]> {
  const { checkpoint, object, experiment } = knownOptions("exportRun", names, options);
  if (!exportFormats.includes(format))
    throw new LabError(
      "lab/export",
      `a run is exported to ${exportFormats.join(", ")}, not to ${String(format)}`,
    );
  checkFree(format, out);
  switch (format) {
    case "csv":
      return one(out, csvText(metricTable(await rowsOf(run))));
    case "parquet":
      return one(out, await parquetBytes(metricTable(await rowsOf(run))));
    case "tensorboard": {
      const content = eventFileContent(eventSource(run), await rowsOf(run));
      return one(join(out, eventFileName(run.created, run.id)), content);
    }
    case "onnx":
      return writeOnnx(run, experiment, { checkpoint, object }, out);
    case "huggingface":
      return writeHuggingFace(run, findWeights(run, checkpoint, object), out);
  }
}

function one(path: string, content: string | Uint8Array): string[] {
  makeFolder(dirname(path));
  writeAtomic(path, content);
  return [path];
}

async function rowsOf(run: RunRecord): Promise<MetricRow[]> {
  const rows = await run.metrics();
  if (rows.length === 0) throw new LabError("lab/export", `${run.id} has logged no metrics`);
  return rows;
}

function checkFree(format: ExportFormat, out: string): void {
  if (out === "") throw new LabError("lab/export", "name a file or folder to export to");
  if (!existsSync(out)) return;
  const isFolder = statSync(out).isDirectory();
  if (!folders.has(format))
    throw new LabError("lab/export", `${out} is there already; give ${format} another file`);
  if (!isFolder) throw new LabError("lab/export", `${out} is a file; give ${format} a folder`);
  if (guard(out, () => readdirSync(out)).length > 0)
    throw new LabError("lab/export", `${out} is not empty; give ${format} a folder of its own`);
}
