// What gpu.sh does, on a machine with a GPU that has PyTorch, CMake and a C++ compiler: compiles the addon and the operators against that
// PyTorch, runs the tests of devices, benchmarks beside PyTorch on the same card, and a pre-training of OCRA at the `paper` preset for as
// long as it may, and writes one report. A step that fails is in the report too, and the next one goes on.
import { spawn, spawnSync } from "node:child_process";
import { createWriteStream, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeFolder } from "../../packages/torch/setup/folders.mjs";
import { placesIn } from "../make-ready.mjs";

const HELP = `gpu.sh [options]

  --device <name>     device that is tried, such as cuda, cuda:1 or cpu (default: cuda)
  --out <folder>      where the report and the logs go (default: gpu-report)
  --steps <list>      which of set-up, tests, bench, pretrain, with commas (default: all)
  --suites <list>     benchmarks, of torch, flossing, ocra, cec (default: all)
  --rounds <n>        alternating samples of a benchmark (default: 5)
  --minutes <n>       how long the pre-training may take (default: 5)
  --preset <name>     its preset: paper, laptop or smoke (default: paper)
`;

const steps = ["set-up", "tests", "bench", "pretrain"];
const root = join(import.meta.dirname, "..", "..");
const env = { BENCH_PYTHON: "python3", ...process.env };
const { values } = asked();
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const out = resolve(values.out);
const wanted = listOf("steps", values.steps, steps);
const suites = listOf("suites", values.suites, ["torch", "flossing", "ocra", "cec"]);
const minutes = numberOf("minutes", values.minutes);
const rounds = Math.floor(numberOf("rounds", values.rounds));
makeFolder(out);
/** @type {string[]} */
const report = [`# Throughline on ${values.device}`, "", ...machine()];
let failures = 0;

if (wanted.includes("set-up")) await setUp();
if (wanted.includes("tests")) await tests();
if (wanted.includes("bench")) await bench();
if (wanted.includes("pretrain")) await pretrain();
write();
process.stdout.write(`${join(out, "report.md")}\n`);
process.exitCode = failures === 0 ? 0 : 1;

function asked() {
  /** @param {string} value */
  const text = (value) => /** @type {const} */ ({ type: "string", default: value });
  try {
    return parseArgs({
      options: {
        ...{ device: text("cuda"), out: text("gpu-report"), steps: text(steps.join(",")) },
        ...{
          suites: text("torch,flossing,ocra,cec"),
          rounds: text("5"),
          minutes: text("5"),
          preset: text("paper"),
        },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return fail(/** @type {Error} */ (error).message.split(". ")[0] ?? "");
  }
}

/** @param {string} sentence @returns {never} */
function fail(sentence) {
  process.stderr.write(`gpu.sh: ${sentence}; see gpu.sh --help\n`);
  process.exit(2);
}

/** @param {string} option @param {string} text @param {readonly string[]} accepted */
function listOf(option, text, accepted) {
  const found = text.split(",").filter((item) => item !== "");
  const wrong = found.find((item) => !accepted.includes(item));
  if (wrong !== undefined) fail(`--${option} has '${wrong}', accepted: ${accepted.join(", ")}`);
  return found;
}

/** @param {string} option @param {string} text */
function numberOf(option, text) {
  const number = Number(text);
  return number > 0 && Number.isFinite(number)
    ? number
    : fail(`--${option} is '${text}', accepted: a number above 0`);
}

/** @returns {string[]} */
function machine() {
  /** @param {string} command @param {string[]} args */
  const first = (command, ...args) => {
    const { status, stdout } = spawnSync(command, args, { encoding: "utf8" });
    return status === 0 ? stdout.trim().split("\n")[0] : undefined;
  };
  const card = first("nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader");
  const torch = first("python3", "-c", "import torch; print(torch.__version__, torch.version.cuda)");
  return [
    "| | |",
    "| --- | --- |",
    `| date | ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC |`,
    `| card | ${card ?? "none that nvidia-smi knows"} |`,
    `| PyTorch, CUDA | ${torch ?? "no python3 with torch"} |`,
    `| processor | ${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB |`,
    `| Node | ${process.version} |`,
    "",
  ];
}

/**
 * Runs a program; what it prints goes to a log and to the terminal.
 * @param {string} log @param {string[]} args of Node @param {{ seconds?: number }} limit after which it is asked to stop
 * @returns {Promise<{ code: number | null, text: string, seconds: number }>}
 */
function node(log, args, { seconds } = {}) {
  const begin = performance.now();
  const file = createWriteStream(join(out, log));
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (/** @type {Buffer} */ data) => {
      text += data;
      file.write(data);
      process.stderr.write(data);
    });
  }
  const timer = seconds && setTimeout(() => child.kill("SIGINT"), 1000 * seconds);
  return new Promise((done) => {
    child.on("close", (code) => {
      if (timer) clearTimeout(timer);
      file.end();
      done({ code, text, seconds: (performance.now() - begin) / 1000 });
    });
  });
}

/** @param {string} title @param {boolean} isGood @param {...string} lines */
function section(title, isGood, ...lines) {
  if (!isGood) failures += 1;
  report.push(`## ${title}${isGood ? "" : ": FAILED"}`, "", ...lines, "");
  write();
}

function write() {
  writeFileSync(join(out, "report.md"), `${report.join("\n").trimEnd()}\n`);
}

async function setUp() {
  const install = join(root, "packages", "torch", "setup", "install.mjs");
  const lines = [];
  let isGood = true;
  for (const { native } of placesIn(root)) {
    const name = native.split("/").at(-2) ?? native;
    const { code, seconds, text } = await node(`set-up-${name}.log`, [install, join(native, "..")]);
    isGood &&= code === 0;
    const last = text.trim().split("\n").at(-1) ?? "";
    lines.push(`- ${name}: ${code === 0 ? `compiled in ${seconds.toFixed(0)} s` : last}`);
  }
  const devices = spawnSync(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      'import { devices } from "@throughline/torch"; console.log(devices().join(", "))',
    ],
    { cwd: join(root, "bench"), encoding: "utf8" },
  );
  lines.push(
    `- devices: ${devices.status === 0 ? devices.stdout.trim() : devices.stderr.trim().split("\n").at(-1)}`,
  );
  section("Set-up", isGood && devices.status === 0, ...lines);
}

async function tests() {
  const results = join(out, "tests.json");
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", "devices", "module-contract", "--reporter=default", "--reporter=json"];
  const { code } = await node("tests.log", [...args, `--outputFile.json=${results}`]);
  if (!existsSync(results)) {
    section("Tests on every device", false, "They did not run; see tests.log.");
    return;
  }
  /** @typedef {{ fullName: string, status: string, failureMessages?: string[] }} Result */
  /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, testResults: { assertionResults: Result[] }[] }} */
  const found = JSON.parse(readFileSync(results, "utf8"));
  const failed = found.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "failed");
  const counts = `${found.numPassedTests} passed, ${found.numFailedTests} failed, ${found.numPendingTests} skipped.`;
  const list = failed.map(
    ({ fullName, failureMessages }) => `- ${fullName}: ${failureMessages?.[0]?.split("\n")[0]}`,
  );
  section("Tests on every device", code === 0, counts, ...(list.length > 0 ? ["", ...list] : []));
}

async function bench() {
  for (const suite of suites) {
    const of = ["--device", values.device, "--versus", "PyTorch", "--rounds", String(rounds)];
    const { code, text } = await node(`bench-${suite}.log`, [join(root, "bench", "run.mjs"), suite, ...of]);
    const table = text.split("\n").filter((line) => line.startsWith("|"));
    // Targets are for processors: missing one makes the program end with 1, which is no failure here.
    section(`Benchmark ${suite}`, table.length > 2 && (code === 0 || code === 1), ...table);
  }
}

async function pretrain() {
  const runs = join(out, "runs");
  const main = join(root, "apps", "cli", "bin", "throughline.js");
  const args = ["run", "ocra/pretrain", "--preset", values.preset, "--device", values.device, "--root", runs];
  const { text } = await node("pretrain.log", [main, ...args], { seconds: 60 * minutes });
  const folder = join(runs, "ocra", "pretrain");
  const [name] = existsSync(folder) ? readdirSync(folder) : [];
  const metrics = name === undefined ? "" : join(folder, name, "metrics.jsonl");
  const rows = existsSync(metrics) ? readFileSync(metrics, "utf8").trim().split("\n") : [];
  /** @type {{ step?: number, time?: number, loss?: number }[]} */
  const parsed = rows.filter((row) => row !== "").map((row) => JSON.parse(row));
  const timed = parsed.filter(({ step, time }) => step !== undefined && time !== undefined);
  const [first, last] = [timed[0], timed.at(-1)];
  if (!first || !last || last.step === first.step) {
    section("Pre-training", false, "", "```", ...text.trim().split("\n").slice(-15), "```");
    return;
  }
  const rate = (Number(last.step) - Number(first.step)) / (Number(last.time) - Number(first.time));
  section(
    `Pre-training of OCRA, preset ${values.preset}, ${minutes} minutes`,
    true,
    `\`throughline ${args.slice(0, 6).join(" ")}\` came to step ${last.step} at ${rate.toFixed(2)} steps/s, loss ${last.loss}.`,
  );
}
