// Verbs that systems offer, as commands.

import type { CommandEntry, CommandResult, FlagEntry } from "@throughline/lab";
import { commandLine, visibleLine } from "@throughline/lab/text";
import { type Command, Option } from "commander";
import { flagName } from "./flags.js";
import { count, seed, usualRoot, withJson, withRoot } from "./options.js";
import { resolveRun, shown } from "./run-name.js";
import { note, paint, print, printJson } from "./terminal.js";

/** Defines the command of a verb. */
export function offer(program: Command, entry: CommandEntry): Command {
  const { name, purpose, operand, flags, readsRuns = false } = entry;
  const places = operand.isVariadic ? `<${operand.name}...>` : `<${operand.name}>`;
  const command = program.command(name).description(purpose).argument(places, operand.sentence);
  for (const [flag, described] of Object.entries(flags)) command.addOption(optionOf(flag, described));
  if (readsRuns) withRoot(command);
  return withJson(command).action(async (typed: string | string[], given: Record<string, unknown>) => {
    const { root = usualRoot(), json, ...rest } = given;
    const verb = await entry.load();
    const result = await verb({
      operands: [typed].flat(),
      flags: rest as Record<string, string | number | undefined>,
      findRun: (text, latest) => resolveRun(text, String(root), latest),
    });
    if (json) printJson(result.json);
    else show(result);
  });
}

function optionOf(
  name: string,
  { sentence, value, kind, choices, default: usual, isRequired }: FlagEntry,
): Option {
  const option = new Option(`${flagName(name)} <${value}>`, sentence).makeOptionMandatory(
    isRequired ?? false,
  );
  if (usual !== undefined) option.default(usual);
  if (choices !== undefined) option.choices([...choices]);
  if (kind === "count") option.argParser(count);
  if (kind === "whole") option.argParser(seed);
  return option;
}

/** Prints the result of a verb. */
export function show({
  heading,
  detail = "",
  lines = [],
  files = [],
  notes = [],
  next,
}: CommandResult): void {
  print(`${paint("bold", visibleLine(heading))}${visibleLine(detail)}`);
  for (const line of lines) print(visibleLine(line));
  const width = Math.max(0, ...files.map(({ what }) => what.length));
  for (const { what, path } of files) print(`${what.padEnd(width)}  ${shown(path)}`);
  if (next !== undefined) print(`next  ${commandLine(...next)}`);
  for (const sentence of notes) note(`note: ${sentence}`);
}
