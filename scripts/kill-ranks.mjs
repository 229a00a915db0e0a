// node scripts/kill-ranks.mjs [TIMES] [FOLDER]: trains one net by two ranks, kills one of them at a random moment, goes on to the end, and
// compares metrics with those of a run that was never interrupted; so many times (default 20). Outside CI: it takes minutes.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const times = Number(process.argv[2] ?? 20);
const root = process.argv[3] ?? mkdtempSync(join(tmpdir(), "throughline-kill-ranks-"));
const cli = join(import.meta.dirname, "..", "apps", "cli", "bin", "throughline.js");
const net = ["--flossBefore", "0", "--units", "64", "--length", "200", "--batch", "32", "--epochs", "60"];
const experiment = ["flossing/train", "--preset", "smoke", ...net, "--logEvery", "1", "--root", root];

/** @param {string} name */
const runOf = (name) => join(root, "flossing", "train", name);

/** @param {readonly string[]} args */
function start(args) {
  const child = spawn(process.execPath, [cli, ...args, "--ranks", "2"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  const ended = new Promise((resolve) => child.on("close", (code) => resolve({ code, said })));
  return { child, /** @type {Promise<{ code: number | null, said: string }>} */ ended };
}

/** What is in a run's metrics, without times. @param {string} name */
const rowsOf = (name) =>
  readFileSync(join(runOf(name), "metrics.jsonl"), "utf8").replaceAll(/"time":[\d.]+,/g, "");

/** @param {number | undefined} pid */
function childrenOf(pid) {
  const { stdout } = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return stdout.trim().split(/\s+/).filter(Boolean).map(Number);
}

/** @param {number} milliseconds */
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const began = performance.now();
const whole = await start(["run", ...experiment, "--name", "whole"]).ended;
if (whole.code !== 0) throw new Error(whole.said);
const duration = performance.now() - began;

// Stopped on the way, so that there is a checkpoint to go on from.
const first = start(["run", ...experiment, "--name", "stopped"]);
const metrics = join(runOf("stopped"), "metrics.jsonl");
while (first.child.exitCode === null && !(existsSync(metrics) && readFileSync(metrics, "utf8").length > 0))
  await wait(20);
first.child.kill("SIGINT");
const { code: halfway, said } = await first.ended;
if (halfway !== 130) throw new Error(`it was not stopped in time: ${said}`);
console.log(`a run takes ${(duration / 1000).toFixed(1)} s; another one was stopped after some steps`);

let bad = 0;
for (let i = 1; i <= times; i++) {
  const name = `killed-${i}`;
  cpSync(runOf("stopped"), runOf(name), { recursive: true });
  const killed = start(["resume", runOf(name), "--root", root]);
  while (killed.child.exitCode === null && childrenOf(killed.child.pid).length < 2) await wait(20);
  const moment = Math.random() * 0.7 * duration;
  await Promise.race([wait(moment), killed.ended]);
  const ranks = childrenOf(killed.child.pid);
  const victim = ranks[Math.floor(Math.random() * ranks.length)];
  if (victim !== undefined) process.kill(victim, "SIGKILL");
  const ending = await killed.ended;
  const left = ranks.filter((pid) => existsSync(`/proc/${pid}`));
  const again = await start(["resume", runOf(name), "--root", root]).ended;
  const isSame = again.code === 0 && rowsOf(name) === rowsOf("whole");
  if (!isSame || left.length > 0) bad++;
  const how = victim === undefined ? "had ended" : `killed, exit code ${ending.code}`;
  console.log(
    `${i}: after ${(moment / 1000).toFixed(1)} s ${how}; ${left.length} left; ${isSame ? "same numbers" : `NOT the same: ${again.said}`}`,
  );
  rmSync(runOf(name), { recursive: true, force: true });
}
console.log(bad === 0 ? `all ${times} went on to the same numbers` : `${bad} of ${times} did not`);
process.exitCode = bad === 0 ? 0 : 1;
