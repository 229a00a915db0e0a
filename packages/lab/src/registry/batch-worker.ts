// The process of one cell that a queue starts: Slurm, Ray, Kubernetes. It reads its job from the file of a submission and says how
// it stands in the sweep's folder, since there may be no driver, or another one.
// usage: batch-worker.js SUBMISSION.json INDEX; the environment names the job, as `ownJob` reads it.
import { dirname, join } from "node:path";
import { LabError } from "../errors.js";
import type { CellEnd, CellJob, CellProgress } from "../launchers/launcher.js";
import { type JobRecord, readRecord, writeRecord } from "../launchers/queue/record.js";
import { readSubmission } from "../launchers/queue/submission.js";
import { requeue } from "../launchers/slurm/requeue.js";
import { checkpointNames } from "../run/checkpoint-files.js";
import { ownJob } from "../run/job.js";
import { files } from "../run/layout.js";
import { exitCodeOf, workOnCell } from "./cell-work.js";

/** Milliseconds between two reports of progress, through a disk that many share. */
const REPORT_EVERY = 2_000;

/** Starts in a row without a new checkpoint after which a job is not started again. */
const MOST_FRUITLESS = 3;

const [path = "", index = ""] = process.argv.slice(2);
const stop = new AbortController();
/** True if the queue has said that the job's time is nearly up, and nothing else. */
let isTimeUp = false;
// A queue may say it twice: that time runs out, then that it is up. Only the first counts; a second must not cost the
// checkpoint that is being written.
process.on("SIGUSR1", () => {
  if (!stop.signal.aborted) isTimeUp = true;
  stop.abort();
});
process.on("SIGTERM", () => stop.abort());
process.on("SIGINT", () => stop.abort());
process.on("SIGHUP", () => {});
if (process.platform !== "win32") process.on("SIGXFSZ", () => {});
process.exit(await main());

async function main(): Promise<number> {
  const submission = readSubmission(path);
  const given = submission?.jobs[Number(index)];
  const job = ownJob();
  if (submission === undefined || given === undefined || job === undefined)
    throw new LabError(
      "lab/launcher",
      `${path} has no job ${index}, or the environment names no job of a queue`,
    );
  const folder = dirname(dirname(path));
  const id = job.id.replaceAll("/", "-");
  const record = begin(given, job.restarts, readRecord(folder, id));
  if (record.fruitless >= MOST_FRUITLESS) {
    const error = `it was started ${record.fruitless + 1} times without a new checkpoint, and is not started again; give it more time, or a smaller checkpointEvery`;
    writeRecord(folder, id, { ...record, end: { status: "failed", error } });
    console.error(error);
    return 1;
  }
  let progress: CellProgress | undefined;
  const write = (end?: CellEnd): void => writeRecord(folder, id, { ...record, progress, end });
  write();
  const end = await workOnCell(job.scheduler === "slurm" ? allotted(given) : given, {
    modules: submission.modules,
    signal: stop.signal,
    handleSignals: false,
    reportEvery: REPORT_EVERY,
    report: (one) => {
      progress = one;
      // What cannot be reported is only not known.
      try {
        write();
      } catch {}
    },
  });
  write(end);
  if (end.status === "interrupted" && isTimeUp && job.scheduler === "slurm") requeue(job.id);
  return exitCodeOf(end);
}

function begin({ id: cell, ...job }: CellJob, restarts: number, before: JobRecord | undefined): JobRecord {
  const run = join(job.root, job.experiment, job.name);
  const from = checkpointNames(join(run, files.checkpoints)).at(-1) ?? null;
  const isAgain = before !== undefined && restarts > before.restarts;
  return { cell, restarts, from, fruitless: isAgain && before.from === from ? before.fruitless + 1 : 0 };
}

/** The job with the threads that Slurm has given it, if it says how many. A run that has begun keeps its own. */
function allotted(job: CellJob): CellJob {
  const threads = Number(process.env.SLURM_CPUS_PER_TASK);
  if (!Number.isSafeInteger(threads) || threads < 1) return job;
  return { ...job, threads, config: { ...job.config, threads } };
}
