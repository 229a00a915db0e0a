// Message about a run that has ended.
import { join } from "node:path";
import type { Outcome, RunRecord } from "@throughline/lab";
import { commandLine, visibleLine } from "@throughline/lab/text";
import { statusStyle } from "./commands/runs.js";
import { sameRoot } from "./options.js";
import { shown } from "./run-name.js";
import { note, paint, paintError, print, printJson } from "./terminal.js";

/** Aligned names and values, each pair on a line. */
export function pairs(given: readonly (readonly [string, string])[], indent = "  "): string[] {
  const entries = given.map(([name, value]) => [visibleLine(name), visibleLine(value)] as const);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${indent}${name.padEnd(width)}  ${value}`);
}

function next(run: RunRecord, root: string): string[] {
  const where = sameRoot(root);
  if (run.status !== "finished") {
    return run.status === "interrupted" || run.status === "failed"
      ? [commandLine("throughline", "resume", run.id, ...where)]
      : [];
  }
  const seed = Number(run.config.seed ?? 0);
  const preset = run.preset === "default" ? [] : ["--preset", run.preset];
  const seeds = ["--seeds", `${seed}..${seed + 2}`];
  return [
    commandLine("throughline", "show", run.id, ...where),
    commandLine("throughline", "sweep", run.experiment, ...preset, ...seeds, ...where),
  ];
}

/** Prints how a run ended and sets the exit code. */
export async function conclude(outcome: Outcome, flags: { root: string; json?: boolean }): Promise<void> {
  const { brief, figureFiles, filesIn } = await import("@throughline/lab/runs");
  const { record: run, error } = outcome;
  process.exitCode = outcome.exitCode;
  if (flags.json) {
    const figures = filesIn(run, "figures").map((name) => join(run.path, "figures", name));
    const { id, experiment, path, preset, status, config, summary } = run;
    printJson({
      id,
      experiment,
      path,
      preset,
      status,
      config,
      summary,
      figures,
      error: error?.message ?? null,
    });
    return;
  }
  if (error) note(`${paintError("red", "failed")}: ${error.message}`);
  print(`${paint(statusStyle[run.status] ?? "dim", run.status)}  ${run.experiment}  ${run.id}`);
  for (const line of pairs(Object.entries(run.summary).map(([name, value]) => [name, brief(value)])))
    print(line);
  print(`files    ${shown(run.path)}`);
  for (const [i, path] of figureFiles(run).entries())
    print(`${i === 0 ? "figures" : "       "}  ${shown(path)}`);
  for (const [i, command] of next(run, flags.root).entries())
    print(paint("dim", `${i === 0 ? "next   " : "       "}  ${command}`));
}
