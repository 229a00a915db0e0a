// Number of processes at once, and of threads of each, so that the cores are used and never fought over: two processes of
// two threads each on two cores made 300 small recurrent steps 300 times slower.
import { availableParallelism } from "node:os";
import { knownOptions, type OptionNames, plural } from "@throughline/torch/checks";

export interface Share {
  /** Processes at once. */
  readonly jobs: number;
  /** Threads of each, at most. */
  readonly threads: number;
  readonly cores: number;
  /** Requests that were not met, in sentences. */
  readonly remarks: readonly string[];
}

export interface ShareRequest {
  /** Number of cells to run. */
  readonly cells: number;
  readonly jobs?: number;
  readonly threads?: number;
  /** Default: those the process may use. */
  readonly cores?: number;
  /** True if cells compute on the CPU; elsewhere one at a time is the default, since they would share one device. */
  readonly onCpu?: boolean;
}

const names: OptionNames<ShareRequest> = { cells: true, jobs: true, threads: true, cores: true, onCpu: true };

/** Divides the cores. Default: as many processes as there are cells and cores for them. */
export function divide(request: ShareRequest): Share {
  const { cells, cores = availableParallelism(), onCpu = true } = knownOptions("divide", names, request);
  const remarks: string[] = [];
  const usual = onCpu ? Math.floor(cores / Math.min(request.threads ?? 1, cores)) : 1;
  let jobs = request.jobs ?? Math.max(1, usual);
  if (jobs > cores) {
    remarks.push(
      `${jobs} jobs on ${plural(cores, "core")} would slow each other down; running ${cores} at once`,
    );
    jobs = cores;
  }
  jobs = Math.max(1, Math.min(jobs, cells));
  const share = Math.max(1, Math.floor(cores / jobs));
  let threads = request.threads ?? share;
  if (threads > share) {
    remarks.push(
      `${threads} threads for each of ${plural(jobs, "job")} are more than ${plural(cores, "core")}; using ${share} each`,
    );
    threads = share;
  }
  return { jobs, threads, cores, remarks };
}

/** Where a queue decides what runs when: all cells are submitted, with a thread each if no number is asked for. */
export function queueShare(cells: number, threads = 1): Share {
  return { jobs: cells, threads, cores: Number.POSITIVE_INFINITY, remarks: [] };
}

/**
 * Threads of a cell: those that its run was started with, so that its numbers stay the same; else its share, or, without
 * an explicit number, the number that suits its work if that is smaller.
 */
export function threadsOf(
  cell: { readonly threads?: number; readonly worth?: number },
  share: Pick<Share, "threads">,
): number {
  return cell.threads ?? Math.min(share.threads, cell.worth ?? share.threads);
}
