// Cells as tasks of array jobs of Slurm. It needs sbatch, squeue, scontrol and scancel, and no accounting (sacct).
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { checkOptions, optional, text, whole } from "@throughline/torch/checks";
import { LabError } from "../../errors.js";
import { makeFolder, writeAtomic } from "../../files/disk.js";
import { readText } from "../../files/read-json.js";
import type { CellEnd, CellJob, JobState, Launcher } from "../launcher.js";
import { lastWords } from "../log-end.js";
import { endOf } from "../queue/ending.js";
import { readRecord } from "../queue/record.js";
import {
  notedId,
  noteId,
  readSubmission,
  removeSubmission,
  type Submission,
  submissionNames,
  submissionPath,
  writeSubmission,
} from "../queue/submission.js";
import { refused, slurm } from "./commands.js";
import { type SlurmOptions, scriptOf } from "./script.js";

export type { SlurmOptions } from "./script.js";

const NAME = "slurm";
/** Milliseconds between two polls: Slurm's controller serves many. */
const POLL_EVERY = 3_000;
/** Most tasks of one array, if the cluster allows so many: Slurm's default is 1001. */
const MOST_TASKS = 1000;
/** Most ids in one command. */
const MOST_IDS = 500;

/** States of a job that is over. */
const over: ReadonlySet<string> = new Set([
  ...["BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY"],
  ...["PREEMPTED", "REVOKED", "TIMEOUT"],
]);
const waiting: ReadonlySet<string> = new Set([
  ...["PENDING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD"],
]);

/** A task as `squeue` tells of it. */
interface Task {
  readonly state: string;
  readonly reason: string;
}

/** Options of `slurmLauncher`. */
export interface SlurmLauncherOptions extends SlurmOptions {
  /** Milliseconds between two polls. Default 3000. */
  readonly pollEvery?: number;
}

/**
 * Runs each cell as a task of an array job of Slurm. A cell that is told that its time runs out writes a checkpoint and goes back
 * to the queue; after 3 starts in a row that bring no new checkpoint it has failed. The folder of runs, Node and Throughline must be
 * at the same paths on every node. Cells go on without the driver.
 * @param modules URLs of the modules that register the experiments
 * @throws TorchError torch/argument for options that are not accepted
 */
export function slurmLauncher(modules: readonly string[], options: SlurmLauncherOptions = {}): Launcher {
  const { pollEvery = POLL_EVERY, ...asked } = options;
  checkSlurmOptions(asked);
  const known = new Map<string, Submission>();

  /** The submission of an array job. */
  function submissionOf(folder: string, array: string): Submission | undefined {
    const key = `${folder}\n${array}`;
    if (known.has(key)) return known.get(key);
    for (const name of submissionNames(folder, NAME).reverse()) {
      if (notedId(folder, name) !== array) continue;
      const submission = readSubmission(submissionPath(folder, name));
      if (submission !== undefined) known.set(key, submission);
      return submission;
    }
    return undefined;
  }

  async function stateOf(folder: string, id: string, task: Task | undefined): Promise<JobState> {
    const state = task?.state ?? "";
    if (waiting.has(state)) return { phase: "waiting", reason: task?.reason };
    const record = readRecord(folder, id);
    const progress = record?.progress;
    if (state !== "" && !over.has(state)) return { phase: "running", progress };
    const [array = "", index] = id.split("_");
    const job = submissionOf(folder, array)?.jobs[Number(index)];
    const queue: CellEnd = record?.end ?? (await unsaid(id, state, job));
    return { phase: "ended", progress, end: endOf(job, record, queue) };
  }

  return {
    name: NAME,
    capacity: Number.POSITIVE_INFINITY,
    pollEvery,
    outlives: true,
    async submit(folder, jobs) {
      const ids = new Map<CellJob, string>();
      const arrays: string[] = [];
      try {
        for (const part of partsOf(jobs, Math.min(MOST_TASKS, await mostTasks()))) {
          const array = await submitArray(folder, part, modules, asked);
          arrays.push(array);
          for (const [i, job] of part.entries()) ids.set(job, `${array}_${i}`);
        }
      } catch (error) {
        if (arrays.length > 0) await cancelIds(arrays, []);
        throw error;
      }
      return jobs.map((job) => ids.get(job)!);
    },
    async poll(folder, ids) {
      const tasks = await tasksOf([...new Set(ids.map((id) => id.split("_")[0]!))]);
      return Promise.all(ids.map((id) => stateOf(folder, id, tasks.get(id))));
    },
    async cancel(_folder, ids, how) {
      // A process that is killed cannot be asked; what waits is cancelled by the second.
      if (how === "kill") await cancelIds(ids, ["--full", "--signal=KILL"]);
      await cancelIds(ids, []);
    },
    async logs(folder, id) {
      const name = submissionOf(folder, id.split("_")[0]!)?.name;
      return name === undefined ? "" : (readText(submissionPath(folder, name, ".out")) ?? "");
    },
    async live(folder) {
      const arrays = new Map<string, Submission>();
      for (const name of submissionNames(folder, NAME)) {
        const array = notedId(folder, name) ?? (await findByName(folder, name));
        const submission = array === undefined ? undefined : submissionOf(folder, array);
        if (array !== undefined && submission !== undefined) arrays.set(array, submission);
      }
      const live = new Map<string, string>();
      for (const [id, { state }] of await tasksOf([...arrays.keys()])) {
        const [array = "", index] = id.split("_");
        const job = arrays.get(array)?.jobs[Number(index)];
        if (job !== undefined && !over.has(state)) live.set(job.id, id);
      }
      return live;
    },
  };
}

function checkSlurmOptions(options: SlurmOptions): void {
  checkOptions(
    "slurmLauncher",
    {
      ...{ partition: optional(text("")), time: optional(text("")), margin: optional(whole(1, 1)) },
      ...{ gpus: optional(whole(0, 0)), atOnce: optional(whole(1, 1)) },
    },
    (({ partition, time, margin, gpus, atOnce }) => ({ partition, time, margin, gpus, atOnce }))(options),
  );
  for (const line of options.lines ?? [])
    if (!/^-{1,2}[A-Za-z][^\n\r]*$/.test(line))
      throw new LabError("lab/launcher", `"${line}" is no option of sbatch; write it like --account=lab`, {
        fault: "input",
      });
}

/** Jobs that can be one array: with the same resources, and not too many. */
function partsOf(jobs: readonly CellJob[], most: number): CellJob[][] {
  const groups = new Map<string, CellJob[]>();
  for (const job of jobs) {
    const key = `${job.threads} ${isOnGpu(job)}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(job);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / most) }, (_, i) => group.slice(i * most, (i + 1) * most)),
  );
}

/** Number of tasks that the cluster allows an array. */
async function mostTasks(): Promise<number> {
  const { stdout } = await slurm("scontrol", ["show", "config"]);
  const size = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(stdout)?.[1] ?? MOST_TASKS);
  return Math.max(1, size);
}

function isOnGpu({ config }: CellJob): boolean {
  return String(config.device ?? "cpu") !== "cpu";
}

/** @returns the number of the array job */
async function submitArray(
  folder: string,
  jobs: readonly CellJob[],
  modules: readonly string[],
  options: SlurmOptions,
): Promise<string> {
  const { name } = writeSubmission(folder, { launcher: NAME, modules, options: { ...options }, jobs });
  const [script, logs, out] = [".sh", ".logs", ".out"].map((ending) =>
    submissionPath(folder, name, ending),
  ) as [string, string, string];
  for (const path of new Set(jobs.map(({ log }) => dirname(log)))) makeFolder(path);
  writeAtomic(logs, jobs.map(({ log }) => `${log}\n`).join(""));
  const gpus = options.gpus ?? (jobs.some(isOnGpu) ? 1 : 0);
  const parts = {
    ...options,
    gpus,
    threads: jobs[0]!.threads,
    submission: submissionPath(folder, name),
    logs,
  };
  writeAtomic(script, scriptOf(parts));
  const limit = options.atOnce === undefined ? "" : `%${options.atOnce}`;
  const args = [
    ...["--parsable", `--array=0-${jobs.length - 1}${limit}`, `--job-name=${name}`],
    `--output=${out.replaceAll("%", "%%")}`,
    script,
  ];
  try {
    const answer = await slurm("sbatch", args);
    // `12`, or `12;cluster`
    const array = /^(\d+)(?:;|$)/.exec(answer.stdout.trim())?.[1];
    if (answer.code !== 0 || array === undefined) throw refused("sbatch", answer);
    noteId(folder, name, array);
    return array;
  } catch (error) {
    // One that was ended for its silence may have submitted an array job, which is found by its name.
    const { killed = false } = ((error as Error).cause ?? {}) as { readonly killed?: boolean };
    if (!killed) removeSubmission(folder, name);
    throw error;
  }
}

/** Tasks of array jobs that Slurm remembers, by their ids; over or not. */
async function tasksOf(arrays: readonly string[]): Promise<Map<string, Task>> {
  const tasks = new Map<string, Task>();
  for (let i = 0; i < arrays.length; i += MOST_IDS) {
    const some = arrays.slice(i, i + MOST_IDS).join(",");
    const answer = await slurm("squeue", ["-h", "-r", "-t", "all", "-j", some, "-o", "%i|%T|%r"]);
    // One job that is forgotten is refused; of several, the others are told.
    if (answer.code !== 0 && !/invalid job id/i.test(answer.stderr)) throw refused("squeue", answer);
    for (const line of answer.stdout.split("\n")) {
      const [id = "", state = "", reason = ""] = line.trim().split("|");
      if (id !== "") tasks.set(id, { state, reason });
    }
  }
  return tasks;
}

/** Number of the array job of a submission whose driver was killed before it noted it. */
async function findByName(folder: string, name: string): Promise<string | undefined> {
  const answer = await slurm("squeue", ["-h", "-t", "all", "-n", name, "-o", "%F"]);
  if (answer.code !== 0) throw refused("squeue", answer);
  const array = /^\d+/.exec(answer.stdout.trim())?.[0];
  if (array !== undefined) noteId(folder, name, array);
  return array;
}

async function cancelIds(ids: readonly string[], how: readonly string[]): Promise<void> {
  for (let i = 0; i < ids.length; i += MOST_IDS) {
    const answer = await slurm("scancel", [...how, ...ids.slice(i, i + MOST_IDS)]);
    // Those that have ended meanwhile are left alone.
    const isOver = /already completing or completed|invalid job id|job\/step already/i.test(answer.stderr);
    if (answer.code !== 0 && !isOver) throw refused("scancel", answer);
  }
}

/** Outcome of a job that has said nothing about it. */
async function unsaid(id: string, state: string, job: CellJob | undefined): Promise<CellEnd> {
  const words = job === undefined || !existsSync(job.log) ? "" : lastWords(job.log);
  const tail = words === "" ? "" : `: ${words}`;
  switch (state) {
    case "CANCELLED":
      return { status: "interrupted", error: "its job was cancelled, and had not stopped by itself" };
    case "PREEMPTED":
    case "NODE_FAIL":
    case "BOOT_FAIL":
    case "REVOKED":
      return { status: "interrupted", error: `Slurm ended its job: ${state}` };
    case "TIMEOUT":
    case "DEADLINE":
      return { status: "interrupted", error: `its time was up before it could stop by itself (${state})` };
    case "":
      return { status: "interrupted", error: "its job is over, and Slurm no longer knows how it ended" };
    case "OUT_OF_MEMORY":
      return { status: "failed", error: `it needed more memory than its job has (${state})${tail}` };
    default:
      return { status: "failed", error: `its job ended ${await exitOf(id)}${tail}` };
  }
}

/** `with code 7`, `by signal 9`. */
async function exitOf(id: string): Promise<string> {
  const { stdout } = await slurm("scontrol", ["show", "job", "-o", id]);
  const [, code = "?", signal = "0"] = /\bExitCode=(\d+):(\d+)/.exec(stdout) ?? [];
  return signal === "0" ? `with code ${code}` : `by signal ${signal}`;
}
