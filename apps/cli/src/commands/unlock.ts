// `throughline unlock RUN | SWEEP`: releases a lock whose owner is dead, which only a person can know.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { agreed } from "../agreed.js";
import { EXIT } from "../exit.js";
import { withJson, withRoot } from "../options.js";
import { shown } from "../run-name.js";
import { note, print, printJson } from "../terminal.js";

interface Flags {
  readonly root: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** The directory of a sweep or a run of this name. */
async function directoryOf(typed: string, root: string): Promise<string> {
  const sweep = [typed, join(root, "sweeps", typed)].find((path) => existsSync(join(path, "manifest.json")));
  if (sweep !== undefined) return resolve(sweep);
  const { findRunPath } = await import("@throughline/lab/runs");
  return findRunPath(typed, root);
}

async function action(typed: string, flags: Flags): Promise<void> {
  const { releaseLock } = await import("@throughline/lab/runs");
  const directory = await directoryOf(typed, flags.root);
  const words = `release the lock of ${shown(directory)}`;
  if (existsSync(join(directory, "lock")) && !flags.yes && !(await agreed(words, "released"))) {
    note("nothing was released");
    process.exitCode = EXIT.failed;
    return;
  }
  const was = existsSync(join(directory, "lock"));
  const owner = releaseLock(directory);
  if (flags.json) return printJson({ path: directory, released: was, owner: owner ?? null });
  if (!was) return print(`${shown(directory)} is not locked`);
  const { ownerWords } = await import("@throughline/lab/runs");
  print(`${shown(directory)} is free${owner === undefined ? "" : `; it was in use by ${ownerWords(owner)}`}`);
}

const AFTER = `
A lock is taken over by itself where its owner can be seen to be dead: on this machine, in an earlier start of the same
job of a scheduler, or when Slurm says that its job is over. Release it by hand if its process was on another machine and is
known to be dead: the machine was switched off, the container was removed, the job was cancelled. Nothing is damaged if
that is a mistake: the other process notices before it writes anything more, and stops; what it computed since its last
checkpoint is lost. The lock of a process that can be seen to run here is not released: end the process.`;

export function unlock(program: Command): Command {
  const command = program
    .command("unlock")
    .description("release the lock of a run or sweep whose process is known to be dead; asks first")
    .argument("<name>", "run or sweep: its directory, name, id or the beginning of the id")
    .option("--yes", "do not ask for confirmation");
  return withJson(withRoot(command)).addHelpText("after", AFTER).action(action);
}
