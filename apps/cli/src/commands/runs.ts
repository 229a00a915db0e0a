// `throughline runs`: the runs there are, filtered and sorted.
import type { RunRecord } from "@throughline/lab";
import type { Command } from "commander";
import { collect, count, withJson, withRoot } from "../options.js";
import { shown } from "../run-name.js";
import { type Column, table } from "../table.js";
import { note, paint, print, printJson, type Style, widthOf } from "../terminal.js";

export const statusStyle: Readonly<Record<string, Style>> = {
  created: "dim",
  running: "cyan",
  interrupted: "yellow",
  failed: "red",
  finished: "green",
};

interface Flags {
  readonly root: string;
  readonly json?: boolean;
  readonly status?: string;
  readonly experiment?: string;
  readonly where?: readonly string[];
  readonly sort?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
  readonly columns?: string;
}

/** `3 min ago`. */
export function ago(then: Date, now: number = Date.now()): string {
  const minutes = Math.floor((now - then.getTime()) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / 1440)} d ago`;
}

/** A run in short, as JSON. */
export function inShort(run: RunRecord): Record<string, unknown> {
  const { id, experiment, status, preset, created, config, summary, error, path } = run;
  return {
    id,
    experiment,
    status,
    preset,
    created: created.toISOString(),
    config,
    summary,
    error: error ?? null,
    path,
  };
}

async function action(flags: Flags): Promise<void> {
  const { brief, listRuns, lookUp, parseCondition, selectRuns, unknownNames } = await import(
    "@throughline/lab/runs"
  );
  const conditions = (flags.where ?? []).map(parseCondition);
  const { runs: all, problems } = listRuns(flags.root);
  for (const problem of problems) note(`${paint("yellow", "warning")}: ${problem}`);
  const asked = (flags.columns ?? "").split(",").map((name) => name.trim());
  const named = [...new Set([...asked, ...conditions.map(({ name }) => name), flags.sort ?? ""])].filter(
    (name) => name !== "",
  );
  for (const sentence of await unknownNames(all, named)) note(`${paint("yellow", "warning")}: ${sentence}`);
  const statuses = flags.status?.split(",").map((status) => status.trim());
  const runs = await selectRuns(all, { ...flags, statuses, conditions });
  if (flags.json) return printJson(runs.map(inShort));
  if (runs.length === 0) {
    note(
      all.length === 0 ? `there are no runs in ${shown(flags.root)}` : `none of ${all.length} runs matches`,
    );
    return;
  }
  const extra = named.filter((name) => !["id", "experiment", "preset", "status", "created"].includes(name));
  const columns: Column[] = [
    { title: "run" },
    { title: "experiment", shrinks: true, drops: true, keepsEnd: true },
    { title: "preset", drops: true },
    { title: "status" },
    { title: "created", drops: true },
    ...extra.map((title) => ({ title, right: true, shrinks: true })),
    { title: "result", shrinks: true, drops: true },
  ];
  const rows = await Promise.all(
    runs.map(async (run) => {
      const values = await Promise.all(extra.map((name) => lookUp(run, name)));
      const merits = Object.entries(run.summary)
        .filter(([name]) => !extra.includes(name))
        .slice(0, 3)
        .map(([name, value]) => `${name} ${brief(value)}`);
      return [
        ...[run.id, run.experiment, run.preset, run.status, ago(run.created)],
        ...values.map((value) => (value === undefined || value === null ? "" : brief(value))),
        run.status === "failed" ? ((run.error ?? "").split("\n")[0] ?? "") : merits.join(", "),
      ];
    }),
  );
  const lines = table(columns, rows, {
    width: widthOf(process.stdout),
    paintTitle: (text) => paint("bold", text),
    paint: (text, row, column) =>
      column === 3 ? paint(statusStyle[runs[row]!.status] ?? "dim", text) : text,
  });
  print(lines.join("\n"));
}

export function runs(program: Command): Command {
  const command = program
    .command("runs")
    .description("list runs, filtered and sorted")
    .option("--status <list>", `only runs with these statuses: ${Object.keys(statusStyle).join(", ")}`)
    .option("--experiment <name>", "only runs of an experiment, or of all experiments of a system")
    .option(
      "--where <condition>",
      "only runs that satisfy a condition, such as learningRate=0.1 or 'accuracy>0.9'; repeatable",
      collect,
    )
    .option("--sort <name>", "option, result or metric to sort by", "created")
    .option("--reverse", "sort in reverse order")
    .option("--limit <n>", "list only the last n runs (default: all)", count)
    .option("--columns <names>", "additional columns, by name: options, results, metrics");
  return withJson(withRoot(command)).action(action);
}
