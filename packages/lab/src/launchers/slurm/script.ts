// The script of an array job: it becomes the process of its cell, which receives Slurm's signals itself.
import { fileURLToPath } from "node:url";
import { shellQuote } from "../../text/shell.js";

/** What jobs ask of Slurm. */
export interface SlurmOptions {
  readonly partition?: string;
  /** Time limit as Slurm writes it: minutes, `2:00:00` or `1-12`. Default: the partition's. */
  readonly time?: string;
  /** Seconds before the time limit at which cells are told to write a checkpoint. Default 120. */
  readonly margin?: number;
  /** GPUs of each cell. Default: 1 for cells whose device is a GPU. */
  readonly gpus?: number;
  /** Most cells at once. Default: Slurm's choice. */
  readonly atOnce?: number;
  /** Further options of `sbatch`, such as `--account=lab`; a line each. */
  readonly lines?: readonly string[];
}

export interface ScriptParts extends SlurmOptions {
  /** File of the submission. */
  readonly submission: string;
  /** File with the path of each job's log, a line each. */
  readonly logs: string;
  readonly threads: number;
}

/** Seconds before the time limit. */
export const SLURM_MARGIN = 120;

/** Text of the script. */
export function scriptOf(parts: ScriptParts): string {
  const worker = fileURLToPath(new URL("../../registry/batch-worker.js", import.meta.url));
  const flags = process.execArgv.filter((flag) => !flag.startsWith("--inspect"));
  const command = [process.execPath, ...flags, worker, parts.submission].map(shellQuote).join(" ");
  return `#!/bin/bash
# Written by throughline: an array job, a task for each cell of ${shellQuote(parts.submission)}.
${directives(parts)
  .map((line) => `#SBATCH ${line}\n`)
  .join("")}
export OMP_NUM_THREADS="\${SLURM_CPUS_PER_TASK:-1}" MKL_NUM_THREADS="\${SLURM_CPUS_PER_TASK:-1}"
log=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" ${shellQuote(parts.logs)})
exec ${command} "$SLURM_ARRAY_TASK_ID" >>"$log" 2>&1
`;
}

/** What jobs ask for, as options of `sbatch`. A job that Slurm has to end goes back to the queue. */
function directives({
  partition,
  time,
  margin = SLURM_MARGIN,
  gpus = 0,
  threads,
  lines = [],
}: ScriptParts): string[] {
  return [
    "--requeue",
    "--open-mode=append",
    `--cpus-per-task=${threads}`,
    ...(gpus > 0 ? [`--gres=gpu:${gpus}`] : []),
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    `--signal=B:USR1@${margin}`,
    ...lines,
  ];
}
