// The process of a cell that a queue starts, without a queue: restarts that bring nothing, signals that come twice, and the pods
// that Kubernetes would start.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CellJob, cellOf, kubernetesSweep, lockOwner, readRun, sweepStanding } from "@throughline/lab";
import { testFolder } from "@throughline/testing/folders";
import { startProcess, until } from "@throughline/testing/processes";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readRecord } from "../../src/launchers/queue/record.js";
import { submissionPath, writeSubmission } from "../../src/launchers/queue/submission.js";
import { done, jobOf, module, runOf, steps } from "../support/launched.mjs";

const worker = fileURLToPath(new URL("../../dist/registry/batch-worker.js", import.meta.url));

/** True if a process holds the run of a job. */
function isHeld(job: CellJob, pid: number | undefined): boolean {
  return lockOwner(runOf(job))?.pid === pid;
}

/** A cell that works, as job 7 of a queue that starts it again and again. */
function queued() {
  const folder = testFolder();
  const job = jobOf("works", folder);
  const { name } = writeSubmission(folder, { launcher: "test", modules: [module], options: {}, jobs: [job] });
  const start = (restarts: number) =>
    startProcess([process.execPath, worker, submissionPath(folder, name), "0"], {
      env: { ...process.env, THROUGHLINE_JOB: "test/here/7", THROUGHLINE_JOB_RESTARTS: String(restarts) },
    });
  return { folder, job, start, record: () => readRecord(folder, "7") };
}

test("a job that is started again without a new checkpoint is given up after the third time, and says why", async () => {
  const { job, start, record } = queued();
  const seen: unknown[] = [];
  for (let restarts = 0; restarts < 4; restarts++) {
    const { child, ended } = start(restarts);
    await until("it holds its run", () => record()?.restarts === restarts && isHeld(job, child.pid));
    await until("it waits", () => done(job).length === steps / 2 - 1);
    // As if its node had gone down.
    child.kill("SIGKILL");
    await ended;
    seen.push(record()?.fruitless);
  }
  expect(seen).toEqual([0, 0, 1, 2]);
  const last = start(4);
  expect(await last.ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^it was started 4 times without a new checkpoint/),
  });
  expect(record()).toMatchObject({ fruitless: 3, end: { status: "failed" } });
  expect(done(job).length).toBeLessThan(steps);
});

test("that time runs out and then that it is up costs no checkpoint", async () => {
  const { job, start, record } = queued();
  const { child, ended } = start(0);
  await until("the cell waits", () => done(job).length === steps / 2 - 1);
  child.kill("SIGUSR1");
  child.kill("SIGTERM");
  expect((await ended).code).toBe(130);
  expect(record()).toMatchObject({ fruitless: 0, end: { status: "interrupted" } });
  expect(done(job)).toHaveLength(steps / 2);
  expect((await start(1).ended).code).toBe(0);
  expect(record()).toMatchObject({ from: expect.stringMatching(/^step-0*5$/), end: { status: "finished" } });
});

test("a job that is started again goes on, and says how it ended", async () => {
  const { folder, job, start, record } = queued();
  const first = start(0);
  await until("the cell waits", () => done(job).length === steps / 2 - 1);
  first.child.kill("SIGKILL");
  await first.ended;
  expect(record()).toMatchObject({ cell: "works", restarts: 0, from: null });
  expect(record()?.end).toBeUndefined();
  writeFileSync(join(folder, "go"), "");
  expect((await start(1).ended).code).toBe(0);
  expect(record()).toMatchObject({ restarts: 1, fruitless: 0, end: { status: "finished" } });
  expect(record()?.progress).toMatchObject({ step: steps, steps });
  expect(done(job)).toEqual(Array.from({ length: steps }, (_, step) => step));
});

test("a file without such a job, or no job at all, is refused in a sentence", async () => {
  const { folder } = queued();
  const path = join(folder, "submissions", readdirSync(join(folder, "submissions"))[0]!);
  const env = { ...process.env, THROUGHLINE_JOB: "test/here/7" };
  const { code, stderr } = await startProcess([process.execPath, worker, path, "1"], { env }).ended;
  expect(code).toBe(1);
  expect(stderr).toContain("has no job 1, or the environment names no job of a queue");
});

const image = "registry.example/throughline:1";

/** A sweep of two cells that work, described for Kubernetes. */
function described() {
  const root = join(testFolder(), "runs with a space");
  mkdirSync(root);
  const cells = [0, 1].map((seed) =>
    cellOf("test/works", {
      preset: "default",
      config: { seed, device: "cpu", threads: 1 },
      sources: { seed: "flag" },
    }),
  );
  const options = { image, claim: "runs", memory: "4Gi", atOnce: 1 };
  const text = kubernetesSweep({ root, name: "k", cells, modules: [module], threads: 2 }, options);
  return { root, cells, text: text! };
}

test("a sweep as an Indexed Job of Kubernetes is YAML with what its pods need", () => {
  const { root, text } = described();
  const job = parse(text);
  expect(job).toMatchObject({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: expect.stringMatching(/^kubernetes-001-[0-9a-f]{6}$/), namespace: "default" },
    spec: {
      ...{ completionMode: "Indexed", completions: 2, parallelism: 1, backoffLimitPerIndex: 3 },
      template: { spec: { restartPolicy: "Never", terminationGracePeriodSeconds: 120 } },
    },
  });
  const { containers, volumes } = job.spec.template.spec;
  expect(volumes).toEqual([{ name: "runs", persistentVolumeClaim: { claimName: "runs" } }]);
  expect(containers[0]).toMatchObject({
    image,
    volumeMounts: [{ name: "runs", mountPath: root }],
    resources: { requests: { cpu: 2, memory: "4Gi" }, limits: { cpu: 2, memory: "4Gi" } },
  });
});

test("what a pod runs does its cell; a later pod of the same index takes the run of a lost one over", async () => {
  const { root, cells, text } = described();
  const job = parse(text);
  const [program, ...args] = job.spec.template.spec.containers[0].command as string[];
  const pod = (index: number, failures: string, evictions: string) =>
    spawnSync(program!, args, {
      encoding: "utf8",
      env: { ...process.env, JOB_COMPLETION_INDEX: String(index), FAILURES: failures, EVICTIONS: evictions },
    });
  writeFileSync(join(root, "go"), "");
  expect(pod(1, "0", "").status).toBe(0);
  expect(readRun(join(root, "test/works", `cell-${cells[1]!.id}`)).status).toBe("finished");
  // The first index, once more after its node was lost: a pod elsewhere has the lock.
  const run = join(root, "test/works", `cell-${cells[0]!.id}`);
  expect(pod(0, "0", "0").status).toBe(0);
  const state = join(run, "state.json");
  writeFileSync(state, readFileSync(state, "utf8").replace('"finished"', '"running"'));
  const id = `${job.metadata.name}/0`;
  const lost = {
    ...{ pid: 4242, host: "pod-a", machine: "another", started: "2026-11-22T20:00:00.000Z", token: "x" },
    job: { scheduler: "kubernetes", cluster: "default", id, restarts: 0 },
  };
  writeFileSync(join(run, "lock"), JSON.stringify(lost));
  // The same start finds the run in use; Unix says by 75 that it may be tried again.
  expect(pod(0, "0", "0").status).toBe(75);
  expect(pod(0, "0", "1").status).toBe(0);
  const standing = await sweepStanding(join(root, "sweeps/k"), []);
  expect(standing.cells.map(({ cell }) => cell.status)).toEqual(["finished", "finished"]);
});
