// A sweep as a description for Kubernetes.
import { resolve } from "node:path";
import { makeFolder } from "../files/disk.js";
import { type KubernetesOptions, kubernetesJob } from "../launchers/kubernetes/job.js";
import { acquireLock } from "../run/lock.js";
import { checkName } from "../text/name.js";
import type { Cell } from "./cell.js";
import { jobOf } from "./job.js";
import { queueOf } from "./schedule.js";
import { queueShare, threadsOf } from "./share.js";
import { SweepState, sweepDirectory } from "./state.js";

export interface KubernetesSweep {
  readonly root: string;
  readonly name: string;
  readonly cells: readonly Cell[];
  /** Threads of each cell. Default: as when the sweep was started, else 1. */
  readonly threads?: number;
  /** Includes failed cells. */
  readonly retry?: boolean;
  /** URLs of the modules that register the experiments. */
  readonly modules: readonly string[];
}

/**
 * Writes the sweep's folder, and returns the YAML of an Indexed Job that does its unfinished cells; undefined if there are none.
 * @throws LabError lab/locked if another process is running this sweep, lab/disk, lab/name; TorchError torch/argument
 */
export function kubernetesSweep(sweep: KubernetesSweep, options: KubernetesOptions): string | undefined {
  const { name, cells, modules, retry = false } = sweep;
  checkName("a sweep", name);
  const root = resolve(sweep.root);
  const directory = sweepDirectory(root, name);
  makeFolder(directory);
  const lock = acquireLock(directory);
  try {
    const state = SweepState.look(directory, name, root, cells);
    const queue = queueOf(state.cells, retry);
    const share = queueShare(queue.length, sweep.threads ?? state.share.threads);
    state.share = { ...state.share, threads: share.threads };
    state.save();
    if (queue.length === 0) return undefined;
    const jobs = queue.map((cell) => jobOf(cell, directory, root, threadsOf(cell, share)));
    return kubernetesJob(directory, root, jobs, modules, options);
  } finally {
    lock.release();
  }
}
