// `throughline figures RUN`: a run's figures, made anew from its files.

import { join } from "node:path";
import type { Command } from "commander";
import { load } from "../experiments.js";
import { withJson, withRoot } from "../options.js";
import { resolveRun, shown } from "../run-name.js";
import { note, print, printJson } from "../terminal.js";

async function action(typed: string, flags: { root: string; json?: boolean }): Promise<void> {
  const run = await resolveRun(typed, flags.root);
  const { experiment } = await load(run.experiment);
  if (run.status !== "finished") note(`${run.id} is ${run.status}: its figures show the steps so far`);
  const { remakeFigures } = await import("@throughline/lab");
  const { filesIn } = await import("@throughline/lab/runs");
  const paths = await remakeFigures(run, experiment);
  const others = filesIn(run, "figures").filter(
    (name) => name.endsWith(".svg") && !paths.includes(join(run.path, "figures", name)),
  );
  if (flags.json) return printJson({ id: run.id, path: run.path, figures: paths, kept: others });
  if (paths.length === 0) note(`${experiment.name} has no figures that can be redrawn from files`);
  for (const path of paths) print(shown(path));
  if (others.length > 0) note(`not redrawn, kept from the run: ${others.join(", ")}`);
}

export function figures(program: Command): Command {
  const command = program
    .command("figures")
    .description("redraw a run's figures from its files")
    .argument("<run>", "directory, id, beginning of an id, or latest");
  return withJson(withRoot(command)).action(action);
}
