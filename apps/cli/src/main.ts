// The command from start to exit code.
import type { Command } from "commander";

import { ending } from "./exit.js";
import { watchOutput } from "./output.js";
import { createProgram, translate } from "./program.js";
import { registry } from "./registry.js";
import { note, paintError } from "./terminal.js";

/** Prints the error. @returns the exit code */
function report(error: unknown): number {
  const { text, exitCode } = ending(error);
  note(`${paintError("red", "throughline")}: ${text}`);
  return exitCode;
}

/** Arguments for commander: the name alone of a command that does not exist, since it would help with anything else. */
function askedOf(program: Command, argv: readonly string[]): string[] {
  const name = argv[0] === "help" ? argv[1] : argv[0];
  if (name === "help") return ["--help"];
  const known = name === undefined || name.startsWith("-");
  if (known || program.commands.some((command) => command.name() === name))
    return argv[0] === "help" && name !== undefined ? [name, "--help"] : [...argv];
  return [name];
}

/** Carries out a command line. @throws what goes wrong, commander's errors as ours */
async function carryOut(argv: readonly string[]): Promise<void> {
  const program = createProgram((await registry()).commands);
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(askedOf(program, argv), { from: "user" });
  } catch (error) {
    const translated = translate(error, program, argv);
    if (translated !== undefined) throw translated;
  }
}

/** Carries out a command line; the exit code is left in `process.exitCode`. */
export async function main(argv: readonly string[]): Promise<void> {
  watchOutput();
  try {
    await carryOut(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}
