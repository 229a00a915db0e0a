// `throughline resume RUN`: an interrupted or failed run goes on from its last checkpoint.
import type { RunRecord } from "@throughline/lab";
import type { Command } from "commander";
import { load } from "../experiments.js";
import { withJson, withRoot } from "../options.js";
import { conclude } from "../outcome.js";
import { resolveRun, shown } from "../run-name.js";
import { note, paint } from "../terminal.js";
import { work } from "../work.js";

/** True if something is left to be done, and nobody is at it. */
function isLeft({ status }: RunRecord): boolean {
  return status !== "finished" && status !== "running";
}

async function action(typed: string, flags: { root: string; json?: boolean }): Promise<void> {
  const record = await resolveRun(typed, flags.root, (runs) => runs.findLast(isLeft));
  if (record.status === "finished") note(`${record.id} is finished; nothing to resume`);
  else note(paint("dim", `${record.experiment}, ${record.preset} preset, in ${shown(record.path)}`));
  const { experiment } = await load(record.experiment);
  const { createReporter, executeRun } = await import("@throughline/lab");
  work.busy = true;
  const outcome = await executeRun(record, experiment, { reporter: createReporter("auto") });
  await conclude(outcome, flags);
}

export function resume(program: Command): Command {
  const command = program
    .command("resume")
    .description("resume an interrupted or failed run from its last checkpoint")
    .argument("<run>", "directory, id, beginning of an id, or latest: the last unfinished one");
  return withJson(withRoot(command)).action(action);
}
