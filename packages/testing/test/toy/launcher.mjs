// @ts-check
// A launcher of toy cells, in a few lines; as a program, a driver of one cell. It breaks what it is told to.
import { fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";

const cell = fileURLToPath(new URL("./cell.mjs", import.meta.url));
export const steps = 10;

/**
 * @typedef {{ readonly log: string, readonly folder: string, readonly kind: string, readonly breaks: string }} ToyJob
 * @typedef {{ status: "finished" | "interrupted" | "failed" | "busy", error?: string }} ToyEnd
 * @param {string} breaks
 */
export function toyLauncher(breaks) {
  return {
    capacity: breaks === "capacity" ? 0 : 2,
    /** @param {ToyJob} job @param {(progress: { step: number, steps: number }) => void} report */
    start(job, report) {
      const log = openSync(job.log, breaks === "log" ? "w" : "a");
      const child = fork(cell, [job.folder, job.kind, String(steps)], {
        stdio: ["ignore", log, log, "ipc"],
        env: { ...process.env, BREAKS: job.breaks },
      });
      closeSync(log);
      /** @type {ToyEnd | undefined} */
      let said;
      let isStuck = false;
      child.on("message", (/** @type {any} */ message) => {
        if ("progress" in message) report(message.progress);
        else said = message;
      });
      const ended = new Promise((/** @type {(end: ToyEnd) => void} */ resolve) => {
        child.on("close", (code, signal) => {
          if (breaks === "code" && said === undefined && code !== null) resolve({ status: "finished" });
          else if (breaks === "kill" && signal === "SIGKILL") resolve({ status: "finished" });
          else if (isStuck && breaks !== "stuck")
            resolve({ status: "interrupted", error: "it did not stop" });
          else resolve(said ?? { status: "failed", error: `ended with ${code ?? signal}` });
        });
      });
      return {
        ended,
        stop: () => {
          child.send({ stop: true }, () => {});
          setTimeout(() => {
            isStuck = child.exitCode === null && child.kill("SIGKILL");
          }, 300).unref();
        },
        kill: () => void child.kill("SIGKILL"),
      };
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const job = JSON.parse(process.argv[2] ?? "");
  await toyLauncher(job.breaks).start(job, () => {}).ended;
}
