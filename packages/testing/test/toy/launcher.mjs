// @ts-check
// A launcher of toy cells, in a few lines; as a program, a driver of one cell. It breaks what it is told to.
import { fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const cell = fileURLToPath(new URL("./cell.mjs", import.meta.url));
export const steps = 10;

/**
 * @typedef {{ readonly id: string, readonly log: string, readonly folder: string, readonly kind: string, readonly breaks: string }} ToyJob
 * @typedef {{ status: "finished" | "interrupted" | "failed" | "busy", error?: string }} ToyEnd
 * @typedef {{ phase: "running" | "ended", progress?: { step: number, steps: number }, end?: ToyEnd }} ToyState
 * @param {string} breaks
 */
export function toyLauncher(breaks) {
  /** @type {{ child: import("node:child_process").ChildProcess, state: ToyState, isStuck: boolean }[]} */
  const cells = [];

  /** @param {ToyJob} job */
  function start(job) {
    const log = openSync(job.log, breaks === "log" ? "w" : "a");
    const child = fork(cell, [job.folder, job.kind, String(steps)], {
      stdio: ["ignore", log, log, "ipc"],
      env: { ...process.env, BREAKS: job.breaks },
    });
    closeSync(log);
    /** @type {(typeof cells)[number]} */
    const one = { child, state: { phase: "running" }, isStuck: false };
    /** @type {ToyEnd | undefined} */
    let said;
    child.on("message", (/** @type {any} */ message) => {
      if ("progress" in message) one.state = { phase: "running", progress: message.progress };
      else said = message;
    });
    /** @param {ToyEnd} end */
    const resolve = (end) => {
      one.state = { ...one.state, phase: "ended", end };
    };
    child.on("close", (code, signal) => {
      if (breaks === "code" && said === undefined && code !== null) resolve({ status: "finished" });
      else if (breaks === "kill" && signal === "SIGKILL") resolve({ status: "finished" });
      else if (one.isStuck && breaks !== "stuck")
        resolve({ status: "interrupted", error: "it did not stop" });
      else resolve(said ?? { status: "failed", error: `ended with ${code ?? signal}` });
    });
    return one;
  }

  return {
    capacity: breaks === "capacity" ? 0 : 2,
    outlives: false,
    /** @param {string} _folder @param {readonly ToyJob[]} jobs */
    submit: async (_folder, jobs) => jobs.map((job) => String(cells.push(start(job)) - 1)),
    /** @param {string} _folder @param {readonly string[]} ids @returns {Promise<ToyState[]>} */
    poll: async (_folder, ids) =>
      ids.map((id) => cells[Number(id)]?.state ?? { phase: "ended", end: { status: "failed" } }),
    /** @param {string} _folder @param {readonly string[]} ids @param {"stop" | "kill"} how */
    async cancel(_folder, ids, how) {
      for (const one of ids.map((id) => cells[Number(id)])) {
        if (one === undefined || one.state.phase === "ended") continue;
        if (how === "kill") one.child.kill("SIGKILL");
        else {
          one.child.send({ stop: true }, () => {});
          setTimeout(() => {
            one.isStuck = one.child.exitCode === null && one.child.kill("SIGKILL");
          }, 300).unref();
        }
      }
    },
    /** @param {string} _folder @param {string} _id */
    logs: async (_folder, _id) =>
      /** @type {string} */ (/** @type {unknown} */ (breaks === "mute" ? undefined : "")),
    /** @param {string} folder */
    live: async (folder) =>
      new Map(/** @type {[string, string][]} */ (breaks === "ghost" ? [["a cell", folder]] : [])),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const job = JSON.parse(process.argv[2] ?? "");
  const launcher = toyLauncher(job.breaks);
  const ids = await launcher.submit(job.folder, [job]);
  while ((await launcher.poll(job.folder, ids))[0]?.phase !== "ended") await wait(20);
}
