// Cells as an Indexed Job of Kubernetes: its description as YAML, for `kubectl apply`. Nothing is submitted.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { checkOptions, optional, text, whole } from "@throughline/torch/checks";
import { makeFolder, writeAtomic } from "../../files/disk.js";
import { shellQuote } from "../../text/shell.js";
import type { CellJob } from "../launcher.js";
import { submissionPath, writeSubmission } from "../queue/submission.js";

const NAME = "kubernetes";
/** Seconds that a pod gets to write a checkpoint before it is killed. */
const GRACE = 120;
/** Failures of one cell's pod, beside evictions, after which it has failed. */
const RETRIES = 3;
/** Exit code of an experiment that fails: to start it again would fail again. */
const FAILED = 1;

/** What the pods need. */
export interface KubernetesOptions {
  /** Image with Node and Throughline at the same paths as here. */
  readonly image: string;
  /** PersistentVolumeClaim, writable by many, that is mounted at the folder of runs. */
  readonly claim: string;
  /** Default `default`. */
  readonly namespace?: string;
  /** GPUs of each cell, `nvidia.com/gpu`. Default: 1 for cells whose device is a GPU. */
  readonly gpus?: number;
  /** Memory of each cell, such as `4Gi`. Default: none asked for. */
  readonly memory?: string;
  /** Most cells at once. Default: all. */
  readonly atOnce?: number;
}

const annotation = (name: string): object => ({
  valueFrom: { fieldRef: { fieldPath: `metadata.annotations['batch.kubernetes.io/${name}']` } },
});

/**
 * Writes the cells' jobs into the sweep's folder, and returns the YAML of an Indexed Job that does them, an index each. A pod that is
 * evicted is replaced, and goes on from the cell's last checkpoint: it is a later start of the same job, which takes the lock over.
 * @param folder the sweep's, on the volume; @param root the folder of all runs, where the volume is mounted
 * @param modules URLs of the modules that register the experiments
 * @throws TorchError torch/argument for options that are not accepted; LabError lab/disk
 */
export function kubernetesJob(
  folder: string,
  root: string,
  jobs: readonly CellJob[],
  modules: readonly string[],
  options: KubernetesOptions,
): string {
  const rules = {
    ...{ image: text(""), claim: text(""), namespace: text("default"), memory: optional(text("")) },
    ...{ gpus: optional(whole(0, 0)), atOnce: optional(whole(1, 1)) },
  };
  const {
    image,
    claim,
    namespace,
    memory,
    gpus: asked,
    atOnce,
  } = checkOptions("kubernetesJob", rules, options);
  const { name } = writeSubmission(folder, { launcher: NAME, modules, options: { ...options }, jobs });
  const [submission, logs] = [submissionPath(folder, name), submissionPath(folder, name, ".logs")];
  for (const path of new Set(jobs.map(({ log }) => dirname(log)))) makeFolder(path);
  writeAtomic(logs, jobs.map(({ log }) => `${log}\n`).join(""));
  const threads = Math.max(1, ...jobs.map((job) => job.threads));
  const gpus = asked ?? (jobs.some(({ config }) => String(config.device ?? "cpu") !== "cpu") ? 1 : 0);
  const resources = { ...{ cpu: threads }, ...(memory === undefined ? {} : { memory }) };
  const container = {
    name: "cell",
    image,
    command: ["/bin/sh", "-c", scriptOf(namespace, name, submission, logs)],
    env: [
      { name: "OMP_NUM_THREADS", value: String(threads) },
      { name: "MKL_NUM_THREADS", value: String(threads) },
      { name: "FAILURES", ...annotation("job-index-failure-count") },
      { name: "EVICTIONS", ...annotation("job-index-ignored-failure-count") },
    ],
    resources: {
      requests: resources,
      limits: { ...resources, ...(gpus > 0 ? { "nvidia.com/gpu": gpus } : {}) },
    },
    volumeMounts: [{ name: "runs", mountPath: root }],
  };
  // Loaded when it is needed: most commands never do.
  const yaml = createRequire(import.meta.url)("yaml") as typeof import("yaml");
  return yaml.stringify({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace },
    spec: {
      completionMode: "Indexed",
      completions: jobs.length,
      parallelism: Math.min(atOnce ?? jobs.length, jobs.length),
      backoffLimitPerIndex: RETRIES,
      podFailurePolicy: {
        rules: [
          { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget" }] },
          { action: "FailIndex", onExitCodes: { operator: "In", values: [FAILED] } },
        ],
      },
      template: {
        spec: {
          restartPolicy: "Never",
          terminationGracePeriodSeconds: GRACE,
          containers: [container],
          volumes: [{ name: "runs", persistentVolumeClaim: { claimName: claim } }],
        },
      },
    },
  });
}

/** The shell of a pod becomes the cell's process, which receives the signals itself. */
function scriptOf(namespace: string, name: string, submission: string, logs: string): string {
  const worker = fileURLToPath(new URL("../../registry/batch-worker.js", import.meta.url));
  const command = [process.execPath, worker, submission].map(shellQuote).join(" ");
  return `export THROUGHLINE_JOB="kubernetes/${namespace}/${name}/$JOB_COMPLETION_INDEX"
export THROUGHLINE_JOB_RESTARTS="$FAILURES+$EVICTIONS"
log=$(sed -n "$((JOB_COMPLETION_INDEX + 1))p" ${shellQuote(logs)})
exec ${command} "$JOB_COMPLETION_INDEX" >>"$log" 2>&1
`;
}
