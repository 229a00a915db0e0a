// `throughline show RUN`: everything about one run that fits on a screen.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RunRecord } from "@throughline/lab";
import type { Command } from "commander";
import { withJson, withRoot } from "../options.js";
import { pairs } from "../outcome.js";
import { resolveRun, shown } from "../run-name.js";
import { cut, table } from "../table.js";
import { note, paint, print, printJson, widthOf } from "../terminal.js";
import { typed } from "./describe.js";
import { ago, inShort, statusStyle } from "./runs.js";

/** Progress of each loop: its name, steps and last metrics. */
async function loops(
  run: RunRecord,
): Promise<{ loop: string; step: number; metrics: Record<string, unknown> }[]> {
  const last = new Map<string, { step: number; metrics: Record<string, unknown> }>();
  const { legibleMetrics } = await import("@throughline/lab/runs");
  for (const { loop, step, time: _, ...metrics } of (await legibleMetrics(run.path)).rows)
    last.set(loop, { step, metrics: { ...last.get(loop)?.metrics, ...metrics } });
  return [...last].map(([loop, rest]) => ({ loop, ...rest }));
}

function versions({ environment }: RunRecord): string {
  const { throughline, libtorch, node, git, host, cpu, kernels } = environment as Record<string, unknown> & {
    git?: { commit?: string; dirty?: boolean } | null;
  };
  const commit = git?.commit ? `commit ${git.commit.slice(0, 9)}${git.dirty ? " with changes" : ""}` : "";
  const parts = [
    `throughline ${throughline}`,
    libtorch ? `libtorch ${libtorch}` : "",
    `node ${node}`,
    commit,
  ];
  return [...parts, `${cpu ?? ""}`, kernels ? `${kernels} kernels` : "", host ? `on ${host}` : ""]
    .filter((part) => part !== "")
    .join(", ");
}

async function text(run: RunRecord): Promise<string[]> {
  const { brief, figureFiles, filesIn, flattenConfig, loopUnits, readInputs } = await import(
    "@throughline/lab/runs"
  );
  const width = widthOf(process.stdout);
  const status = paint(statusStyle[run.status] ?? "dim", run.status);
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", paint("bold", title), ...lines.map((line) => cut(line, width))];
  const units = loopUnits(run.path);
  const progress = (await loops(run)).map(({ loop, step, metrics }) => {
    const values = Object.entries(metrics).map(([name, value]) => `${name} ${brief(value)}`);
    return [loop, `${units[loop] ?? "step"} ${step}: ${values.join(", ")}`] as const;
  });
  const config = table(
    [{ title: "option" }, { title: "value", shrinks: true }, { title: "from", shrinks: true }],
    flattenConfig(run.config).map(([name, value]) => [name, typed(value), run.sources[name] ?? ""]),
    { width, indent: "  " },
  );
  const checkpoints = filesIn(run, "checkpoints").filter((name) => !name.endsWith(".json"));
  const files = [
    ["directory", shown(run.path)],
    ...figureFiles(run).map((path, i) => [i === 0 ? "figures" : "", shown(path)]),
    ...(checkpoints.length > 0 ? [["checkpoints", checkpoints.join(", ")]] : []),
    ...filesIn(run, "artifacts").map((name, i) => [i === 0 ? "artifacts" : "", name]),
    ...(existsSync(join(run.path, "log.txt")) ? [["log", shown(join(run.path, "log.txt"))]] : []),
  ] as [string, string][];
  const read = Object.entries(readInputs(run.path) ?? {}).map(
    ([name, { path, sha256 }]) => [name, `SHA-256 ${sha256.slice(0, 12)}…  ${shown(path)}`] as const,
  );
  return [
    `${paint("bold", run.experiment)}  ${run.id}  ${status}, ${run.preset} preset, ${ago(run.created)}`,
    ...(run.error ? [paint("red", run.error)] : []),
    ...section("Result", pairs(Object.entries(run.summary).map(([name, value]) => [name, brief(value)]))),
    ...section("Last metrics", pairs(progress)),
    ...section("Options", config.slice(1)),
    ...section("Reads", pairs(read)),
    ...section("Files", pairs(files)),
    ...section("Made with", [`  ${versions(run)}`]),
  ];
}

async function action(typedRun: string, flags: { root: string; json?: boolean }): Promise<void> {
  const run = await resolveRun(typedRun, flags.root);
  const { filesIn, lastMetrics, legibleMetrics, readInputs } = await import("@throughline/lab/runs");
  for (const problem of (await legibleMetrics(run.path)).problems)
    note(`${paint("yellow", "warning")}: ${problem}; the rest is shown`);
  if (!flags.json) return print((await text(run)).join("\n"));
  printJson({
    ...inShort(run),
    sources: run.sources,
    environment: run.environment,
    metrics: Object.fromEntries(await lastMetrics(run)),
    loops: await loops(run),
    figures: filesIn(run, "figures").map((name) => join(run.path, "figures", name)),
    checkpoints: filesIn(run, "checkpoints"),
    inputs: readInputs(run.path) ?? null,
    artifacts: filesIn(run, "artifacts").map((name) => join(run.path, "artifacts", name)),
  });
}

export function show(program: Command): Command {
  const command = program
    .command("show")
    .description("show a run's status, results, options and files")
    .argument("<run>", "directory, id, beginning of an id, or latest");
  return withJson(withRoot(command)).action(action);
}
