// Cells as jobs of Ray, over HTTP; no Python here.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { checkOptions, optional, text, whole } from "@throughline/torch/checks";
import { makeFolder } from "../../files/disk.js";
import { shellQuote } from "../../text/shell.js";
import type { CellEnd, CellJob, JobState, Launcher } from "../launcher.js";
import { lastWords } from "../log-end.js";
import { endOf } from "../queue/ending.js";
import { readRecord } from "../queue/record.js";
import {
  readSubmission,
  removeSubmission,
  type Submission,
  submissionNames,
  submissionPath,
  writeSubmission,
} from "../queue/submission.js";
import { askRayJson } from "./http.js";

const NAME = "ray";
const POLL_EVERY = 3_000;
/** Requests at once. */
const AT_ONCE = 8;

/** Options of `rayLauncher`. */
export interface RayLauncherOptions {
  /** Address of Ray's dashboard. Default `http://127.0.0.1:8265`. */
  readonly address?: string;
  /** GPUs of each cell. Default: 1 for cells whose device is a GPU. */
  readonly gpus?: number;
  /** Milliseconds between two polls. Default 3000. */
  readonly pollEvery?: number;
}

/** A job as Ray tells of it. */
interface Entry {
  readonly submission_id?: string | null;
  readonly status: "PENDING" | "RUNNING" | "STOPPED" | "SUCCEEDED" | "FAILED";
  readonly message?: string | null;
  readonly driver_exit_code?: number | null;
}

/**
 * Runs each cell as a job of Ray. The folder of runs, Node and Throughline must be at the same paths on every machine. Cells go on
 * without the driver. Ray gives a job that it stops 3 seconds (its `RAY_JOB_STOP_WAIT_TIME_S`) to write a checkpoint, and does not
 * start an ended job again. Its interface has no password and runs any command.
 * @param modules URLs of the modules that register the experiments
 * @throws TorchError torch/argument for options that are not accepted
 */
export function rayLauncher(modules: readonly string[], options: RayLauncherOptions = {}): Launcher {
  const rules = {
    address: text("http://127.0.0.1:8265"),
    gpus: optional(whole(0, 0)),
    pollEvery: whole(1, POLL_EVERY),
  };
  const { address, gpus, pollEvery } = checkOptions("rayLauncher", rules, options);
  const known = new Map<string, Submission>();

  /** The job of an id, `ray-001-3f9a2c-7`. */
  function jobOf(folder: string, id: string): CellJob | undefined {
    const name = id.slice(0, id.lastIndexOf("-"));
    const path = submissionPath(folder, name);
    const submission = known.get(path) ?? readSubmission(path);
    if (submission !== undefined) known.set(path, submission);
    return submission?.jobs[Number(id.slice(id.lastIndexOf("-") + 1))];
  }

  async function entries(): Promise<Map<string, Entry>> {
    const all = (await askRayJson(address, "GET", "/api/jobs/")) as readonly Entry[];
    return new Map(all.flatMap((entry) => (entry.submission_id ? [[entry.submission_id, entry]] : [])));
  }

  return {
    name: NAME,
    capacity: Number.POSITIVE_INFINITY,
    pollEvery,
    outlives: true,
    async submit(folder, jobs) {
      const { name } = writeSubmission(folder, { launcher: NAME, modules, options: { address, gpus }, jobs });
      for (const path of new Set(jobs.map(({ log }) => dirname(log)))) makeFolder(path);
      const ids = jobs.map((_, i) => `${name}-${i}`);
      const requests = jobs.map((job, i) => requestOf(job, ids[i]!, i, submissionPath(folder, name), gpus));
      const taken: string[] = [];
      try {
        await inTurn(requests, async (request) => {
          await askRayJson(address, "POST", "/api/jobs/", request);
          taken.push(request.submission_id);
        });
      } catch (error) {
        if (taken.length > 0) await this.cancel(folder, taken, "stop").catch(() => {});
        else removeSubmission(folder, name);
        throw error;
      }
      return ids;
    },
    async poll(folder, ids) {
      const all = await entries();
      return ids.map((id) => stateOf(folder, id, all.get(id), jobOf(folder, id)));
    },
    async cancel(_folder, ids) {
      const all = await entries();
      // Ray has one way to stop a job: asked, then killed.
      const left = ids.filter((id) => isLive(all.get(id)));
      await inTurn(left, async (id) => {
        await askRayJson(address, "POST", `/api/jobs/${encodeURIComponent(id)}/stop`);
      });
    },
    async logs(_folder, id) {
      const path = `/api/jobs/${encodeURIComponent(id)}/logs`;
      const { logs = "" } = (await askRayJson(address, "GET", path)) as { readonly logs?: string };
      return logs;
    },
    async live(folder) {
      const names = submissionNames(folder, NAME);
      if (names.length === 0) return new Map();
      const all = await entries();
      const live = new Map<string, string>();
      for (const name of names)
        for (const [i, job] of (readSubmission(submissionPath(folder, name))?.jobs ?? []).entries())
          if (isLive(all.get(`${name}-${i}`))) live.set(job.id, `${name}-${i}`);
      return live;
    },
  };
}

function isLive(entry: Entry | undefined): boolean {
  return entry?.status === "PENDING" || entry?.status === "RUNNING";
}

interface RayRequest {
  readonly submission_id: string;
}

/** What Ray is asked for. The shell that it starts becomes the cell's process, which receives its signals itself. */
function requestOf(
  job: CellJob,
  id: string,
  index: number,
  submission: string,
  gpus = String(job.config.device ?? "cpu") === "cpu" ? 0 : 1,
): RayRequest {
  const worker = fileURLToPath(new URL("../../registry/batch-worker.js", import.meta.url));
  const flags = process.execArgv.filter((flag) => !flag.startsWith("--inspect"));
  const command = [process.execPath, ...flags, worker, submission, String(index)].map(shellQuote).join(" ");
  const threads = String(job.threads);
  return {
    ...{ submission_id: id, entrypoint: `exec ${command} >>${shellQuote(job.log)} 2>&1` },
    ...{ entrypoint_num_cpus: job.threads, entrypoint_num_gpus: gpus },
    runtime_env: {
      env_vars: {
        ...passedOn(),
        ...{ THROUGHLINE_JOB: `ray//${id}`, OMP_NUM_THREADS: threads, MKL_NUM_THREADS: threads },
      },
    },
  } as RayRequest;
}

/** Variables of this process that a cell needs: Ray's own environment is another. */
function passedOn(): Record<string, string> {
  const names = /^(THROUGHLINE_|LIBTORCH)/;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      names.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}

function stateOf(folder: string, id: string, entry: Entry | undefined, job: CellJob | undefined): JobState {
  if (entry?.status === "PENDING") return { phase: "waiting", reason: firstLine(entry.message) };
  const record = readRecord(folder, id);
  const progress = record?.progress;
  if (entry?.status === "RUNNING") return { phase: "running", progress };
  return { phase: "ended", progress, end: endOf(job, record, unsaid(entry, job)) };
}

/** Outcome of a job that has said nothing about it. */
function unsaid(entry: Entry | undefined, job: CellJob | undefined): CellEnd {
  if (entry === undefined)
    return { status: "interrupted", error: "its job is over, and Ray no longer knows how it ended" };
  if (entry.status === "STOPPED")
    return { status: "interrupted", error: "its job was stopped, and had not stopped by itself" };
  const words = job === undefined ? "" : lastWords(job.log);
  const code = entry.driver_exit_code ?? undefined;
  const how = code === undefined ? firstLine(entry.message) : `its process ended with code ${code}`;
  return { status: "failed", error: words === "" ? how : `${how}: ${words}` };
}

function firstLine(message: string | null | undefined): string {
  return (message ?? "").split("\n")[0]!.trim();
}

/** Does `work` for each, a few at a time. */
async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
