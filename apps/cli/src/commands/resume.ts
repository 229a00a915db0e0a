// `throughline resume RUN`: an interrupted or failed run goes on from its last checkpoint.
import type { RunRecord } from "@throughline/lab";
import type { Command } from "commander";
import { load } from "../experiments.js";
import { withJson, withRoot } from "../options.js";
import { type RankFlags, Ranks, startRanks, startsRanks, withRanks } from "../ranks.js";
import { resolveRun, shown } from "../run-name.js";
import { note, paint } from "../terminal.js";
import { work } from "../work.js";

/** True if something is left to be done, and nobody is at it. */
function isLeft({ status }: RunRecord): boolean {
  return status !== "finished" && status !== "running";
}

interface Flags extends RankFlags {
  readonly root: string;
  readonly json?: boolean;
}

function tell(record: RunRecord): void {
  if (record.status === "finished") note(`${record.id} is finished; nothing to resume`);
  else note(paint("dim", `${record.experiment}, ${record.preset} preset, in ${shown(record.path)}`));
}

async function action(typed: string, flags: Flags): Promise<void> {
  const record = await resolveRun(typed, flags.root, (runs) => runs.findLast(isLeft));
  const { experiment } = await load(record.experiment);
  const { checkRanks, createReporter, executeRun } = await import("@throughline/lab");
  if (flags.ranks !== undefined && flags.ranks !== 1) checkRanks(experiment);
  if (startsRanks(flags)) return startRanks(Number(flags.ranks));
  const ranks = await Ranks.join(flags);
  if (ranks.isFirst) tell(record);
  work.busy = true;
  const path = await ranks.decide(async () => record.path);
  const outcome = await ranks.guard(() =>
    executeRun(path, experiment, {
      ...(ranks.isFirst && { reporter: createReporter("auto") }),
      ...ranks.options(Number(record.config.threads)),
    }),
  );
  await ranks.conclude(outcome, flags);
}

export function resume(program: Command): Command {
  const command = program
    .command("resume")
    .description("resume an interrupted or failed run from its last checkpoint")
    .argument("<run>", "directory, id, beginning of an id, or latest: the last unfinished one");
  return withJson(withRoot(withRanks(command))).action(action);
}
