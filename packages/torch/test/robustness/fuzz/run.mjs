// @ts-check
// Runs the fuzz in child processes and says which calls killed one, hung, took too much memory or failed wrongly.
//   node run.mjs [--ops substring] [--runs 30] [--seed 1] [--jobs 1] [--out file] [--surface]   a hunt
//   node run.mjs --replay '{"op":"aten::add.Tensor","args":[…]}'                    one call again
import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const script = fileURLToPath(new URL("child.mjs", import.meta.url));
const STEP = 250;
const BATCH = 500;
/** How many times longer a call may wait than it may work, before it counts as hung. */
const PATIENCE = 30;

/** @typedef {import("./run.d.mts").Outcome} Outcome */
/** @typedef {import("./run.d.mts").Options} Options */

/**
 * Calls each of `names` (operators, or parts of the surface) `runs` times in child processes.
 * @param {Options} options
 * @returns {Promise<Outcome>}
 */
export async function fuzz(options) {
  const jobs = options.jobs ?? 1;
  const shards = Array.from({ length: jobs }, (_, i) => options.names.filter((_, at) => at % jobs === i));
  const parts = await Promise.all(shards.map((names) => shard(names, options)));
  /** @type {Outcome} */
  const sum = { calls: 0, succeeded: 0, codes: {}, failures: [] };
  for (const part of parts) add(sum, part);
  return sum;
}

/** @param {Outcome} sum @param {Outcome} part */
function add(sum, part) {
  sum.calls += part.calls;
  sum.succeeded += part.succeeded;
  sum.failures.push(...part.failures);
  for (const [code, count] of Object.entries(part.codes)) sum.codes[code] = (sum.codes[code] ?? 0) + count;
}

/** @param {string[]} names @param {Options} options */
async function shard(names, options) {
  const folder = mkdtempSync(join(tmpdir(), "throughline-fuzz-run-"));
  /** @type {Outcome} */
  const sum = { calls: 0, succeeded: 0, codes: {}, failures: [] };
  const deaths = new Map();
  // A child does a batch of operators, so that what it had counted is not lost with it.
  for (let first = 0; first < names.length; first += BATCH) {
    const batch = names.slice(first, first + BATCH);
    let from = 0;
    let fromRun = 0;
    while (from < batch.length) {
      const task = {
        ...options,
        report: undefined,
        names: batch,
        from,
        fromRun,
        memoryLimit: options.memoryLimit ?? 512 * 2 ** 20,
        journal: join(folder, "journal"),
        result: join(folder, "result"),
      };
      const end = await child(task, options);
      if (end.outcome !== undefined) {
        add(sum, end.outcome);
        for (const failure of end.outcome.failures)
          options.report?.(
            `WRONG ${JSON.stringify({ op: failure.op, args: failure.args })}\t${failure.wrong}`,
          );
        break;
      }
      const [at, run, line] = (end.journal.split("\n")[0] ?? "").split("\t");
      if (line === undefined)
        throw new Error(`the fuzz's child died before its first call: ${end.reason}\n${end.stderr}`);
      const { op, args } = JSON.parse(line);
      sum.failures.push({ op, args, wrong: end.reason });
      options.report?.(`${end.reason}\t${line}\t${end.stderr.slice(-2500).replaceAll("\n", " | ")}`);
      deaths.set(op, (deaths.get(op) ?? 0) + 1);
      from = Number(at);
      fromRun = Number(run) + 1;
      if (deaths.get(op) >= (options.deathsPerOperator ?? 3)) {
        from++;
        fromRun = 0;
      }
    }
  }
  rmSync(folder, { recursive: true, force: true });
  return sum;
}

/** @param {{ journal: string, result: string }} task @param {Options} options */
async function child(task, options) {
  const file = `${task.journal}.task`;
  writeFileSync(file, JSON.stringify(task));
  writeFileSync(task.journal, "");
  rmSync(task.result, { force: true });
  const running = spawn(process.execPath, [script, file], {
    stdio: ["ignore", "inherit", "pipe"],
    env: { ...process.env, OMP_NUM_THREADS: "1", ...options.env },
  });
  let stderr = "";
  running.stderr.on("data", (text) => {
    stderr = (stderr + text).slice(-6000);
  });
  let reason = "";
  let last = "";
  let since = { worked: 0, waited: performance.now() };
  const watch = setInterval(() => {
    const now = readFileSync(task.journal, "utf8");
    const worked = secondsWorked(running.pid);
    // What comes before the first call is loading.
    if (now !== last || now === "") since = { worked, waited: performance.now() };
    last = now;
    const hang = options.hangSeconds ?? 20;
    if (worked - since.worked > hang) reason = "HANG";
    if (performance.now() - since.waited > PATIENCE * hang * 1000) reason = "HANG";
    if (resident(running.pid) > (options.residentLimit ?? 3 * 2 ** 30)) reason = "MEMORY";
    if (reason !== "") running.kill("SIGKILL");
  }, STEP);
  const [code, signal] = await new Promise((done) =>
    running.on("close", (code, signal) => done([code, signal])),
  );
  clearInterval(watch);
  const journal = readFileSync(task.journal, "utf8");
  if (code === 0) return { outcome: JSON.parse(readFileSync(task.result, "utf8")), journal, reason, stderr };
  return { outcome: undefined, journal, reason: reason || `DIED ${signal ?? code}`, stderr };
}

/** Processor time of a process: how much it has done, however busy the machine is. 0 where the system does not say. @param {number | undefined} pid */
function secondsWorked(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Bytes a process holds, where the system says so cheaply. @param {number | undefined} pid */
function resident(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * 4096;
  } catch {
    return 0;
  }
}

/** @param {string} name @param {string} otherwise */
function option(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const replay = option("replay", "");
  if (replay !== "") {
    const folder = mkdtempSync(join(tmpdir(), "throughline-fuzz-run-"));
    const calls = replay.startsWith("@")
      ? readFileSync(replay.slice(1), "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line))
      : [JSON.parse(replay)];
    const end = await child(
      /** @type {any} */ ({
        replay: calls,
        memoryLimit: 512 * 2 ** 20,
        journal: join(folder, "journal"),
        result: join(folder, "result"),
      }),
      { names: [], runs: 0, seed: 0 },
    );
    console.log(end.reason || "ended well", end.stderr);
  } else {
    const { fuzzedOperators } = await import("./operators.mjs");
    const wanted = new RegExp(option("ops", "."));
    const out = option("out", "");
    const { surface } = await import("./surface.mjs");
    const names = (process.argv.includes("--surface") ? surface : fuzzedOperators()).filter((name) =>
      wanted.test(name),
    );
    const started = Date.now();
    const { failures, ...counts } = await fuzz({
      names,
      runs: Number(option("runs", "30")),
      seed: Number(option("seed", "1")),
      jobs: Number(option("jobs", "1")),
      hangSeconds: Number(option("hang", "20")),
      deathsPerOperator: Number(option("deaths", "3")),
      wrongsPerName: Number(option("wrongs", "3")),
      report: (line) => (out ? appendFileSync(out, `${line}\n`) : console.log(line.slice(0, 1500))),
    });
    console.log(
      names.length,
      "operators",
      failures.length,
      "failures",
      JSON.stringify(counts),
      (Date.now() - started) / 1000,
      "s",
    );
  }
}
