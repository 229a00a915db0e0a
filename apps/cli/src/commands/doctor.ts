// `throughline doctor`: is everything there that runs need? The engine's own doctor, then the folder of runs.

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { plural } from "@throughline/torch/checks";
import type { Command } from "commander";
import { EXIT } from "../exit.js";
import { withJson, withRoot } from "../options.js";
import { registry } from "../registry.js";
import { shown } from "../run-name.js";
import { wrap } from "../table.js";
import { paint, print, printJson, type Style, widthOf } from "../terminal.js";

/** As the engine's doctor has it. */
interface Check {
  readonly name: string;
  readonly status: "ok" | "warning" | "problem";
  readonly detail: string;
  readonly advice?: string;
}

/** Less than this, and a long run may fill the disk. */
const LITTLE_SPACE = 2 ** 30;

function engineChecks(): Check[] {
  const name = "engine";
  try {
    const package_ = dirname(dirname(fileURLToPath(import.meta.resolve("@throughline/torch"))));
    const doctor = join(package_, "setup", "doctor.mjs");
    const result = spawnSync(process.execPath, [doctor, "--json"], { encoding: "utf8", maxBuffer: 2 ** 24 });
    const said: { checks: Check[] } = JSON.parse(result.stdout);
    return said.checks;
  } catch (error) {
    const detail = `the engine's doctor gives no answer: ${(error as Error).message}`;
    return [{ name, status: "problem", detail, advice: "npm ci" }];
  }
}

/** Checks that the operators that were compiled for the systems load, and names the instructions that they use. */
async function kernels(): Promise<Check> {
  const name = "kernels";
  try {
    const { kernelLevel } = await import("@throughline/flossing");
    return { name, status: "ok", detail: `those of flossing load and use ${kernelLevel()} instructions` };
  } catch (error) {
    return { name, status: "problem", detail: (error as Error).message, advice: "npm run setup" };
  }
}

/** Checks that a folder, or the nearest one above it that exists, can be written to. */
function writable(root: string): Check {
  const name = "folder of runs";
  let folder = resolve(root);
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    const probe = join(folder, `.throughline-doctor-${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
    const made = existsSync(root) ? "" : ", created by the first run";
    return { name, status: "ok", detail: `${shown(root)} can be written to${made}` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const advice = "give another one: --root DIR or THROUGHLINE_RUNS";
    return { name, status: "problem", detail: `${shown(folder)} cannot be written to (${code})`, advice };
  }
}

function space(root: string): Check[] {
  let folder = resolve(root);
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const detail = `${(free / 2 ** 30).toFixed(1)} GiB free`;
  return free < LITTLE_SPACE
    ? [{ name: "disk", status: "warning", detail, advice: "throughline clean --checkpoints" }]
    : [{ name: "disk", status: "ok", detail }];
}

async function runChecks(root: string): Promise<Check[]> {
  const { listRuns } = await import("@throughline/lab/runs");
  const { runs, problems } = listRuns(root);
  const count = (status: string) => runs.filter((run) => run.status === status).length;
  const parts = ["running", "interrupted", "failed", "finished"].map(
    (status) => `${count(status)} ${status}`,
  );
  const checks: Check[] = [{ name: "runs", status: "ok", detail: `${runs.length}: ${parts.join(", ")}` }];
  if (count("interrupted") > 0)
    checks.push({
      ...{ name: "runs", status: "warning" },
      detail: `${count("interrupted")} stopped before the end`,
      advice: "throughline runs --status interrupted; throughline resume RUN",
    });
  for (const detail of problems) checks.push({ name: "runs", status: "problem", detail });
  return checks;
}

async function registered(): Promise<Check[]> {
  const { experiments, reproductions } = await registry();
  const checks: Check[] = [];
  for (const entry of [...experiments, ...reproductions]) {
    try {
      await entry.load();
    } catch (error) {
      const { code, message } = error as Error & { code?: unknown };
      const detail = code === "lab/load" ? message : `${entry.name} cannot be loaded: ${message}`;
      checks.push({ name: "experiments", status: "problem", detail });
    }
  }
  const detail = `${plural(experiments.length, "experiment")}, ${plural(reproductions.length, "reproduction")}`;
  return checks.length > 0 ? checks : [{ name: "experiments", status: "ok", detail }];
}

const styles: Readonly<Record<Check["status"], Style>> = { ok: "green", warning: "yellow", problem: "red" };

async function action(flags: { root: string; json?: boolean }): Promise<void> {
  const checks = [
    ...engineChecks(),
    await kernels(),
    ...(await registered()),
    writable(flags.root),
    ...space(flags.root),
    ...(await runChecks(flags.root)),
  ];
  const ok = checks.every(({ status }) => status !== "problem");
  if (!ok) process.exitCode = EXIT.failed;
  if (flags.json) return printJson({ ok, checks });
  const width = Math.max(...checks.map(({ name }) => name.length));
  const room = Math.max(30, widthOf(process.stdout) - width - 14);
  const lines = checks.flatMap(({ name, status, detail, advice }) =>
    wrap(`${detail}${advice ? ` → ${advice}` : ""}`, room).map((line, i) =>
      i === 0
        ? `  ${paint(styles[status], status.padEnd(7))}  ${name.padEnd(width)}  ${line}`
        : `${" ".repeat(width + 13)}${line}`,
    ),
  );
  const count = (wanted: Check["status"]) => checks.filter(({ status }) => status === wanted).length;
  print(
    [...lines, "", `  ${plural(count("problem"), "problem")}, ${plural(count("warning"), "warning")}`].join(
      "\n",
    ),
  );
}

export function doctor(program: Command): Command {
  const command = program
    .command("doctor")
    .description("check the engine, the experiments and the folder of runs");
  return withJson(withRoot(command)).action(action);
}
