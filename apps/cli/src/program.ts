// The command tree. Every command's work is imported when it is carried out, so that help is there at once.
import type { CommandEntry } from "@throughline/lab";
import { Command, CommanderError } from "commander";
import { clean } from "./commands/clean.js";
import { compare } from "./commands/compare.js";
import { completion } from "./commands/completion.js";
import { data } from "./commands/data.js";
import { describe } from "./commands/describe.js";
import { doctor } from "./commands/doctor.js";
import { exporting } from "./commands/export.js";
import { figures } from "./commands/figures.js";
import { list } from "./commands/list.js";
import { reproduce } from "./commands/reproduce.js";
import { resume } from "./commands/resume.js";
import { run } from "./commands/run.js";
import { runs } from "./commands/runs.js";
import { setup } from "./commands/setup.js";
import { show } from "./commands/show.js";
import { sweep } from "./commands/sweep.js";
import { unlock } from "./commands/unlock.js";
import { UsageError } from "./exit.js";
import { offer } from "./offered.js";
import { mayColour, paint, printable, widthOf } from "./terminal.js";
import { version } from "./version.js";

const AFTER = `
A RUN is a run's directory, its id, the beginning of an id, or \`latest\`.
--json prints one JSON document to stdout; progress and messages go to stderr.

Exit codes:
  0    done
  1    failed: a run, a cell or a check
  2    the command line is not accepted; nothing was started
  130  interrupted; runs are checkpointed and can be resumed

Begin with:
  throughline list                            list experiments
  throughline describe examples/digits        show its options
  throughline run examples/digits             run it
  throughline show latest                     show the result`;

/** `error: unknown option '--x'\n(Did you mean --y?)` as one sentence of ours. */
function sentence(message: string): string {
  return message
    .replace(/^error: /, "")
    .replace(/\n\(Did you mean (.+?)\?\)/s, "; did you mean $1?")
    .replaceAll("'", "")
    .trim();
}

/** Turns commander's errors into ours; help and version are no errors. */
export function translate(error: unknown, program: Command, argv: readonly string[]): unknown {
  if (!(error instanceof CommanderError)) return error;
  if (error.exitCode === 0 || error.code === "commander.help") return undefined;
  const name = program.commands.find((command) => command.name() === argv[0])?.name();
  return new UsageError(sentence(error.message), `See \`throughline ${name ? `${name} ` : ""}--help\`.`);
}

/** Everything `throughline` can do. @param offered verbs of the systems */
export function createProgram(offered: readonly CommandEntry[]): Command {
  const program = new Command("throughline")
    .description("Run and study experiments on learners that carry structure over a long horizon.")
    .usage("COMMAND [options]")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help, or a command's")
    .helpCommand("help [command]", "print a command's help")
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => process.stdout.write(printable(text)),
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(widthOf(process.stdout), 110),
      getOutHasColors: () => mayColour(process.stdout),
    })
    .configureHelp({
      styleTitle: (text) => paint("bold", text),
      subcommandTerm: (command) => {
        const operands = command.registeredArguments.map((argument) => {
          const name = `${argument.name()}${argument.variadic ? "…" : ""}`;
          return argument.required ? name : `[${name}]`;
        });
        return [command.name(), ...operands].join(" ");
      },
    })
    .addHelpText("after", AFTER);
  const groups: [string, ((parent: Command) => Command)[]][] = [
    ["Look:", [list, describe, data]],
    ["Run:", [run, resume, sweep, reproduce]],
    ["Results:", [runs, show, compare, figures, exporting]],
    ["House-keeping:", [setup, doctor, clean, unlock, completion]],
  ];
  for (const [heading, commands] of groups) {
    for (const define of commands) define(program).helpGroup(heading);
    for (const entry of offered.filter(({ group }) => `${group}:` === heading))
      offer(program, entry).helpGroup(heading);
  }
  program.commandsGroup("House-keeping:");
  return program;
}
