// Verbs that systems offer, as commands.

import type { CommandEntry, CommandResult, FlagEntry } from "@throughline/lab";
import { commandLine, visibleLine } from "@throughline/lab/text";
import { type Command, Option } from "commander";
import { load } from "./experiments.js";
import { flagName } from "./flags.js";
import { count, number, seed, usualRoot, withJson, withRoot } from "./options.js";
import { resolveRun, shown } from "./run-name.js";
import { note, paint, print, printJson } from "./terminal.js";

/** Defines the command of a verb. @returns the command that help lists: the verb's own, or that of its group */
export function offer(program: Command, entry: CommandEntry): Command {
  const { purpose, operand, flags, readsRuns = false } = entry;
  const [parent, own] = placeOf(program, entry);
  const command = parent.command(own).description(purpose);
  if (operand !== undefined) {
    const places = `${operand.name}${operand.isVariadic ? "..." : ""}`;
    command.argument(operand.isOptional ? `[${places}]` : `<${places}>`, operand.sentence);
  }
  for (const [flag, described] of Object.entries(flags)) command.addOption(optionOf(flag, described));
  if (readsRuns) withRoot(command);
  withJson(command).action(async () => {
    const typed = command.processedArgs[0] as string | string[] | undefined;
    const given = command.opts<Record<string, unknown>>();
    const { root = usualRoot(), json, ...rest } = given;
    const verb = await entry.load();
    const result = await verb({
      operands: [typed ?? []].flat(),
      flags: rest as Record<string, string | number | boolean | undefined>,
      findRun: (text, latest) => resolveRun(text, String(root), latest),
      findExperiment: async (name) => (await load(name)).experiment,
    });
    if (json) printJson(result.json);
    else show(result);
  });
  return parent === program ? command : parent;
}

/** The command under which a verb is defined, and its own word: for two words the group, made when its first verb comes. */
function placeOf(
  program: Command,
  { name, groupPurpose = "" }: CommandEntry,
): [parent: Command, own: string] {
  const [first, second] = name.split(" ") as [string, string?];
  if (second === undefined) return [program, first];
  const known = program.commands.find((one) => one.name() === first);
  if (known !== undefined) return [known, second];
  const group = program.command(first).description(groupPurpose);
  return [group.action(() => group.outputHelp()), second];
}

function optionOf(
  name: string,
  { sentence, value, kind, choices, default: usual, isRequired }: FlagEntry,
): Option {
  const flag = kind === "switch" ? flagName(name) : `${flagName(name)} <${value}>`;
  const option = new Option(flag, sentence).makeOptionMandatory(isRequired ?? false);
  if (usual !== undefined) option.default(usual);
  if (choices !== undefined) option.choices([...choices]);
  if (kind === "count") option.argParser(count);
  if (kind === "whole") option.argParser(seed);
  if (kind === "number") option.argParser(number);
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
  if (heading !== "") print(`${paint("bold", visibleLine(heading))}${visibleLine(detail)}`);
  for (const line of lines) print(visibleLine(line));
  const width = Math.max(0, ...files.map(({ what }) => what.length));
  for (const { what, path } of files) print(`${what.padEnd(width)}  ${shown(path)}`);
  if (next !== undefined) print(`next  ${commandLine(...next)}`);
  for (const sentence of notes) note(`note: ${sentence}`);
}
