// npm run bench -- SUITE [--threads N] [--rounds N] [--only CASE] [--versus PEER] [--clock wall|cpu] [--avx2] [--json]
// Runs our program and its peers side by side: the same work, the same number of threads, a sample of one and then a
// sample of the other, round after round, so that whatever else the machine does meets both alike. Prints medians, minima
// and ratios (ours / peer; below 1 we are faster).
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { avx2, peerPython } from "./peers.mjs";
import { suites } from "./suites.mjs";

/** Milliseconds before each sample: threads of the program before go on looking for work for a while after theirs. */
const REST = 200;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: "string", default: "1" },
    rounds: { type: "string", default: "9" },
    only: { type: "string" },
    versus: { type: "string" },
    clock: { type: "string", default: "wall" },
    avx2: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const name = positionals[0];
const suite = name === undefined ? undefined : suites[name];
if (suite === undefined) {
  process.stderr.write(
    `bench: ${name ? `there is no suite '${name}'` : "name a suite"}; accepted: ${Object.keys(suites).join(", ")}\n`,
  );
  process.exit(2);
}
const threads = positiveInteger("threads", values.threads);
const rounds = positiveInteger("rounds", values.rounds);
const cases = suite.cases.filter((entry) => values.only === undefined || entry.name === values.only);
if (cases.length === 0) {
  process.stderr.write(
    `bench: suite '${name}' has no case '${values.only}'; accepted: ${suite.cases.map((entry) => entry.name).join(", ")}\n`,
  );
  process.exit(2);
}

if (values.clock !== "wall" && values.clock !== "cpu") {
  process.stderr.write(`bench: --clock is '${values.clock}'; accepted: wall, cpu\n`);
  process.exit(2);
}
if (values.clock === "cpu" && threads > 1) {
  process.stderr.write(
    "bench: --clock cpu counts what all threads compute: it compares programs of one thread\n",
  );
  process.exit(2);
}

const environment = {
  ...process.env,
  OMP_NUM_THREADS: String(threads),
  MKL_NUM_THREADS: String(threads),
  BENCH_CLOCK: values.clock,
  ...(values.avx2 ? avx2 : {}),
};

/** One benchmark program: it reads a request a line and answers with a line of JSON. */
class Program {
  #child;
  #lines;

  /** @param {string} command @param {string[]} args */
  constructor(command, args) {
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env: environment });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @param {object} request @returns {Promise<any>} */
  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) {
      process.stderr.write("bench: a benchmark program ended before it answered\n");
      process.exit(1);
    }
    return JSON.parse(value);
  }

  /** Milliseconds for one repetition of a case. @param {string} name @param {string} side @returns {Promise<number>} */
  async sample(name, side) {
    await wait(REST);
    return (await this.ask({ case: name, side })).ms;
  }

  close() {
    this.#child.stdin.end();
  }
}

build();
const ourProgram = ["--expose-gc", join("bench", "dist", suite.ours), String(threads)];
const ours = new Program(process.execPath, ourProgram);
const named = suite.peers.filter((peer) => values.versus === undefined || peer.versus === values.versus);
if (values.versus !== undefined && named.length === 0) {
  const accepted = suite.peers.map(({ versus }) => versus).join(", ");
  process.stderr.write(`bench: suite '${name}' has no peer '${values.versus}'; accepted: ${accepted}\n`);
  process.exit(2);
}
const wanted = named.filter((peer) => cases.some((entry) => peer.cases?.includes(entry.name) ?? true));
// One process may play both sides, where the difference between two processes would hide what is measured.
const peers = wanted.map(({ program, versus, cases: own, args = [] }) => ({
  versus,
  has: (/** @type {string} */ name) => own === undefined || own.includes(name),
  program: program === suite.ours ? ours : python(program, args),
}));

/** @typedef {{ case: string, what: string, ours: Summary, versus?: string, target?: number, flop?: number, per?: string, peer?: Summary, ratio?: number, ratioOfMinima?: number }} Line */
/** @type {Line[]} */
const report = [];
for (const entry of cases) {
  const present = peers.filter((peer) => peer.has(entry.name));
  /** @type {number[]} */
  const own = [];
  const theirs = present.map(() => /** @type {number[]} */ ([]));
  for (let round = -1; round < rounds; round++) {
    const a = await ours.sample(entry.name, "ours");
    const b = [];
    for (const { program } of present) b.push(await program.sample(entry.name, "peer"));
    if (round < 0) continue; // warm-up
    own.push(a);
    for (const [i, sample] of b.entries()) theirs[i]?.push(sample);
  }
  const { name: which, what, flop, per } = entry;
  if (present.length === 0) report.push({ case: which, what, per, ours: summary(own) });
  for (const [i, { versus }] of present.entries()) {
    const line = { case: which, what, versus, target: entry.targets?.[versus], flop, per };
    const [mine, peer] = [summary(own), summary(theirs[i] ?? [])];
    const ratio = mine.median / peer.median;
    report.push({ ...line, ours: mine, peer, ratio, ratioOfMinima: mine.minimum / peer.minimum });
    if (!values.json) process.stderr.write(`  ${entry.name} ${ratio.toFixed(2)} of ${versus}\n`);
  }
}
const peak = cases.some(({ flop }) => flop !== undefined)
  ? (await ours.ask({ check: "peak" })).flops
  : undefined;
ours.close();
for (const { program } of peers) program.close();
const extra = suite.memory && values.only === undefined ? await memoryCheck() : undefined;

const machine = `${cpus()[0]?.model.trim()} × ${cpus().length}, Node ${process.version}, ${threads} thread${threads > 1 ? "s" : ""}`;
if (values.json) {
  process.stdout.write(
    `${JSON.stringify({ suite: name, machine, threads, rounds, cases: report, ...extra }, null, 2)}\n`,
  );
} else {
  const how = `medians (minima) of ${rounds} alternating samples${values.clock === "cpu" ? ", processor time" : ""}`;
  process.stdout.write(`\n${suite.title} (${machine}; ${how})\n\n`);
  const last =
    peak === undefined ? "target" : `GFLOP/s, share of the peak of one core (${(peak / 1e9).toFixed(0)})`;
  process.stdout.write(`| case | ours | peer | ours / peer | ${last} |\n| --- | --- | --- | --- | --- |\n`);
  for (const line of report) {
    if (line.peer === undefined) {
      process.stdout.write(`| ${line.what} | ${times(line.ours, line.per)} |  |  |  |\n`);
      continue;
    }
    const rate = (line.flop ?? 0) / line.ours.median / 1e6;
    const met =
      peak !== undefined
        ? `${rate.toFixed(0)}, ${((100e9 * rate) / peak).toFixed(0)} %`
        : line.target === undefined
          ? ""
          : `≤ ${line.target} ${(line.ratio ?? 0) <= line.target ? "met" : "MISSED"}`;
    process.stdout.write(
      `| ${line.what} | ${times(line.ours, line.per)} | ${line.versus} ${times(line.peer, line.per)} | ${line.ratio?.toFixed(2)} (${line.ratioOfMinima?.toFixed(2)}) | ${met} |\n`,
    );
  }
  if (extra !== undefined) process.stdout.write(`\n${extra.text}\n`);
}
process.exitCode =
  report.some((line) => line.target !== undefined && line.ratio !== undefined && line.ratio > line.target) ||
  extra?.ok === false
    ? 1
    : 0;

/** @param {string} program @param {string[]} args */
function python(program, args) {
  return new Program(peerPython(suite?.packages, suite?.isApart ? name : ""), [
    join("bench", "peers", program),
    String(threads),
    ...args,
  ]);
}

/** What our program says of its memory, and those of its peers that can: each in a process of its own. */
async function memoryCheck() {
  const fresh = [() => new Program(process.execPath, ourProgram)];
  for (const { program, args = [], memory } of suite?.peers ?? [])
    if (memory) fresh.push(() => python(program, args));
  const answers = [];
  for (const start of fresh) {
    const program = start();
    answers.push(await program.ask({ check: "memory" }));
    program.close();
  }
  return { ok: answers.every(({ ok }) => ok), text: answers.map(({ text }) => text).join("\n\n") };
}

/** @param {string} option @param {string} text */
function positiveInteger(option, text) {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  process.stderr.write(`bench: --${option} is '${text}'; accepted: a whole number of 1 or more\n`);
  process.exit(2);
}

/** @typedef {{ median: number, minimum: number }} Summary */
/** @param {number[]} numbers @returns {Summary} */
function summary(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (/** @type {number} */ i) => sorted[i] ?? Number.NaN;
  return { median: at(Math.floor(sorted.length / 2)), minimum: at(0) };
}

/** Times, or how many fit into a second. @param {Summary} of @param {string} [per] */
function times(of, per) {
  const rate = (/** @type {number} */ ms) => Math.round(1e3 / ms).toLocaleString("en");
  return per === undefined
    ? `${time(of.median)} (${time(of.minimum)})`
    : `${rate(of.median)} ${per}/s (${rate(of.minimum)})`;
}

/** @param {number} ms */
function time(ms) {
  return ms < 1e-3
    ? `${(ms * 1e6).toFixed(0)} ns`
    : ms < 1
      ? `${(ms * 1e3).toFixed(2)} µs`
      : `${ms.toFixed(2)} ms`;
}

function build() {
  const result = spawnSync(join("node_modules", ".bin", "tsc"), ["-b", "bench"], { stdio: "inherit" });
  if (result.status !== 0 || !existsSync(join("bench", "dist"))) process.exit(1);
}
