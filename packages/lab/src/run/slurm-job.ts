// What Slurm knows of a job: whether that start of it has ended. Only its own commands are asked, where they are installed.
import { spawnSync } from "node:child_process";
import type { Job } from "./job.js";

/** Milliseconds for which an answer counts. */
const FRESH = 5_000;
/** Milliseconds to wait for an answer, and without one until it is asked again. */
const PATIENCE = 5_000;
const REST = 30_000;

/** States of a job none of whose processes is left. `COMPLETING` is none of them. */
const ended: ReadonlySet<string> = new Set([
  ...["BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY"],
  ...["PREEMPTED", "TIMEOUT"],
]);

/** A job, or a task of an array, as Slurm describes it. */
interface Entry {
  readonly state: string;
  readonly restarts: number;
}

/** Entries by id, of one job or one whole array; undefined if Slurm did not answer. */
interface Answer {
  readonly until: number;
  readonly entries: ReadonlyMap<string, Entry> | undefined;
}

const answers = new Map<string, Answer>();
let cluster: string | undefined;

/**
 * True if Slurm says that this start of the job has ended: the job is over, forgotten (Slurm forgets only those that are
 * over), or was started again since. False if it runs, and if there is no answer or another cluster answers.
 */
export function slurmSaysEnded({ cluster: own, id, restarts }: Job): boolean {
  const whole = id.split("_")[0]!;
  let answer = answers.get(whole);
  if (answer === undefined || Date.now() > answer.until) {
    answer = ask(whole);
    answers.set(whole, answer);
  }
  if (answer.entries === undefined || own === "" || own !== clusterName()) return false;
  const entry = answer.entries.get(id);
  return entry === undefined || entry.restarts > restarts || ended.has(entry.state);
}

function ask(whole: string): Answer {
  const unknown: Answer = { until: Date.now() + REST, entries: undefined };
  if (!/^\d+$/.test(whole)) return unknown;
  const { status, stdout, stderr } = scontrol("show", "job", "-o", whole);
  if (status !== 0 && !/invalid job id/i.test(stderr)) return unknown;
  const entries = new Map<string, Entry>();
  for (const line of stdout.split("\n")) {
    const field = (name: string): string | undefined => new RegExp(`(?:^| )${name}=(\\S+)`).exec(line)?.[1];
    const [job, array, task, state] = ["JobId", "ArrayJobId", "ArrayTaskId", "JobState"].map(field);
    if (job === undefined || state === undefined) continue;
    const entry = { state, restarts: Number(field("Restarts") ?? 0) };
    // Tasks that were never started are one entry: `ArrayTaskId=3-9,12`.
    for (const each of array === undefined ? [] : tasksOf(task ?? "")) entries.set(`${array}_${each}`, entry);
    entries.set(job, entry);
  }
  return { until: Date.now() + FRESH, entries };
}

/** The numbers in `3-9:2,12%4`. */
export function tasksOf(text: string): number[] {
  return text
    .replace(/%\d+$/, "")
    .split(",")
    .flatMap((part) => {
      const [, from, to = from, step = "1"] = /^(\d+)(?:-(\d+))?(?::(\d+))?$/.exec(part) ?? [];
      if (from === undefined) return [];
      const count = Math.floor((Number(to) - Number(from)) / Number(step)) + 1;
      return Array.from({ length: count }, (_, i) => Number(from) + i * Number(step));
    });
}

/** The name of the cluster whose commands are installed here. */
function clusterName(): string | undefined {
  cluster ??= /^ClusterName\s*=\s*(\S+)/m.exec(scontrol("show", "config").stdout)?.[1];
  return cluster;
}

function scontrol(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync("scontrol", args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: PATIENCE,
    maxBuffer: 2 ** 28,
    env: { ...process.env, SLURM_CLUSTERS: undefined },
  });
  return { status, stdout: stdout ?? "", stderr: stderr ?? "" };
}
