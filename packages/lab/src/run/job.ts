// The job of a scheduler that this process belongs to, as the environment names it.
import { objectOf, type Shape, text, whole } from "../files/shape.js";

/** A job of a scheduler. Started again by the scheduler, it keeps its id and has a higher count of restarts. */
export interface Job {
  /** `slurm`, `kubernetes`, `ray`, … */
  readonly scheduler: string;
  /** The scheduler's own name, since ids of two clusters may be equal; empty where it has none. */
  readonly cluster: string;
  /** Such as `1234`, or `1234_7` for a task of an array. */
  readonly id: string;
  readonly restarts: number;
}

export const jobShape: Shape<Job> = objectOf<Job>({
  scheduler: text,
  cluster: text,
  id: text,
  restarts: whole,
});

/**
 * The job of this process; undefined outside of any. Slurm says it by `SLURM_JOB_ID`, `SLURM_ARRAY_JOB_ID`,
 * `SLURM_ARRAY_TASK_ID`, `SLURM_RESTART_COUNT` and `SLURM_CLUSTER_NAME`; any other scheduler by
 * `THROUGHLINE_JOB=SCHEDULER/CLUSTER/ID` and `THROUGHLINE_JOB_RESTARTS=2`, or a sum of counts, `2+1`.
 */
export function ownJob(env: NodeJS.ProcessEnv = process.env): Job | undefined {
  const [scheduler, cluster = "", ...id] = (env.THROUGHLINE_JOB ?? "").split("/");
  if (scheduler && id.length > 0)
    return { scheduler, cluster, id: id.join("/"), restarts: sum(env.THROUGHLINE_JOB_RESTARTS) };
  const { SLURM_JOB_ID: job, SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task } = env;
  if (!job) return undefined;
  return {
    scheduler: "slurm",
    cluster: env.SLURM_CLUSTER_NAME ?? "",
    id: array && task ? `${array}_${task}` : job,
    restarts: sum(env.SLURM_RESTART_COUNT),
  };
}

/** True if both are starts of one job. */
export function isSameJob(one: Job, other: Job): boolean {
  return one.scheduler === other.scheduler && one.cluster === other.cluster && one.id === other.id;
}

/** A job in words: `Slurm job 1234_7, restart 2`. */
export function jobWords({ scheduler, id, restarts }: Job): string {
  const name = `${scheduler.charAt(0).toUpperCase()}${scheduler.slice(1)} job ${id}`;
  return restarts === 0 ? name : `${name}, restart ${restarts}`;
}

/** The sum of what is written `2+1`; what is no number counts for nothing. */
function sum(text = ""): number {
  return text
    .split("+")
    .map(Number)
    .filter((count) => Number.isSafeInteger(count) && count > 0)
    .reduce((total, count) => total + count, 0);
}
