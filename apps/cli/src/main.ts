// The command from start to exit code.
import type { Command } from "commander";

import { EXIT, UsageError } from "./exit.js";
import { watchOutput } from "./output.js";
import { createProgram, translate } from "./program.js";
import { note, paintError } from "./terminal.js";

/** Codes of errors that say the command line was not right. */
const USAGE = [
  "lab/config",
  "lab/config-file",
  "lab/preset",
  "lab/inputs",
  "lab/sweep",
  "lab/sweep-file",
  "lab/no-run",
  "lab/no-sweep",
  "lab/name",
  "lab/exists",
  "lab/unknown-experiment",
  "ocra/argument",
];

/** Says what went wrong. @returns the exit code */
function report(error: unknown): number {
  const { code, message, stack } = error as Partial<Error> & { code?: unknown };
  const isOurs =
    error instanceof UsageError ||
    (typeof code === "string" && /^(lab|torch|io|data|flossing|ocra|figure)\//.test(code));
  // A mistake of ours, not of the person's: where it happened helps to mend it.
  note(`${paintError("red", "throughline")}: ${isOurs ? message : (stack ?? String(error))}`);
  return error instanceof UsageError || USAGE.includes(String(code)) ? EXIT.usage : EXIT.failed;
}

/** What commander is given: of a command that does not exist the name alone, since it would help with anything else. */
function askedOf(program: Command, argv: readonly string[]): string[] {
  const name = argv[0] === "help" ? argv[1] : argv[0];
  if (name === "help") return ["--help"];
  const known = name === undefined || name.startsWith("-");
  if (known || program.commands.some((command) => command.name() === name))
    return argv[0] === "help" && name !== undefined ? [name, "--help"] : [...argv];
  return [name];
}

/** Carries out a command line; the exit code is left in `process.exitCode`. */
export async function main(argv: readonly string[]): Promise<void> {
  watchOutput();
  const program = createProgram();
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(askedOf(program, argv), { from: "user" });
  } catch (error) {
    const translated = translate(error, program, argv);
    if (translated !== undefined) process.exitCode = report(translated);
  }
}
