// Candidates for the end of an unfinished command line, for the shells' completion.
import type { Command, Option } from "commander";
import { flagName } from "./flags.js";
import { usualRoot } from "./options.js";
import { find, registry } from "./registry.js";

export interface Candidate {
  readonly name: string;
  readonly text?: string;
}

/** Number of runs that are offered, the newest ones. */
const MOST_RUNS = 50;

/** @param words what was typed after `throughline`, the last one unfinished */
export async function candidates(program: Command, words: readonly string[]): Promise<Candidate[]> {
  const current = words.at(-1) ?? "";
  const [name, ...rest] = words.slice(0, -1);
  const fits = ({ name }: Candidate) => name.startsWith(current);
  if (name === undefined) return commandsOf(program).filter(fits);
  const first = program.commands.find((one) => one.name() === name);
  if (first === undefined) return name === "help" ? commandsOf(program).filter(fits) : [];
  const within = first.commands.find((one) => one.name() === rest[0]);
  const command = within ?? first;
  const before = within === undefined ? rest : rest.slice(1);
  const below = current.startsWith("-") ? [] : commandsOf(command);
  // A command that has commands below it may take operands, too.
  if (below.length > 0 && command.registeredArguments.length === 0) return below.filter(fits);
  const asked = command.options.find((option) => option.long === before.at(-1));
  if (asked && (asked.required || asked.optional)) return (await valuesOf(asked, before)).filter(fits);
  if (current.startsWith("-")) return (await optionsOf(command, before)).filter(fits);
  const value = await valuesOfFlag(before);
  if (value !== undefined) return value.filter(fits);
  return [...(before.length === 0 ? below : []), ...(await operandsOf(command, before))].filter(fits);
}

function commandsOf(program: Command): Candidate[] {
  return program.commands
    .filter((command) => !command.name().startsWith("__"))
    .map((command) => ({ name: command.name(), text: command.description() }));
}

/** The experiment among the words, with its options. */
async function described(words: readonly string[]) {
  const { experiments } = await registry();
  for (const word of words.filter((one) => !one.startsWith("-"))) {
    const entry = await find(experiments, "experiment", word).catch(() => undefined);
    if (!entry) continue;
    const [experiment, { describeConfig }] = await Promise.all([entry.load(), import("@throughline/lab")]);
    return { experiment, rows: describeConfig(experiment) };
  }
  return undefined;
}

async function optionsOf(command: Command, before: readonly string[]): Promise<Candidate[]> {
  const own = command.options.map((option) => ({
    name: option.long ?? option.flags,
    text: option.description,
  }));
  if (!["run", "sweep"].includes(command.name())) return own;
  const rows = (await described(before))?.rows.filter((row) => !row.isLab) ?? [];
  return [...own, ...rows.map((row) => ({ name: flagName(row.name), text: row.sentence }))];
}

async function valuesOf(option: Option, before: readonly string[]): Promise<Candidate[]> {
  if (option.argChoices !== undefined) return option.argChoices.map((name) => ({ name }));
  if (option.long === "--preset")
    return Object.keys((await described(before))?.experiment.presets ?? {}).map((name) => ({ name }));
  if (option.long === "--experiment") return (await registry()).experiments.map(({ name }) => ({ name }));
  if (option.long === "--grid")
    return ((await described(before))?.rows ?? []).map((row) => ({
      name: `${flagName(row.name).slice(2)}=`,
    }));
  return [];
}

/** The values of an experiment's own flag; undefined if the last word is no such flag or has any value. */
async function valuesOfFlag(before: readonly string[]): Promise<Candidate[] | undefined> {
  const last = before.at(-1);
  if (!last?.startsWith("--")) return undefined;
  const row = (await described(before))?.rows.find((one) => flagName(one.name) === last);
  if (row === undefined || row.isBoolean) return undefined;
  return (row.choices ?? []).map((name) => ({ name }));
}

async function operandsOf(command: Command, before: readonly string[]): Promise<Candidate[]> {
  const { experiments, reproductions, commands } = await registry();
  const own = [command.parent, command].flatMap((one) => (one?.parent ? [one.name()] : [])).join(" ");
  const offered = commands.find(({ name }) => name === own);
  if (offered !== undefined) {
    const choices = (await offered.operand?.choices?.()) ?? [];
    return offered.operand?.isRun ? runsIn(before) : choices.map((name) => ({ name }));
  }
  switch (command.name()) {
    case "describe":
    case "run":
    case "sweep":
      return experiments.map(({ name, purpose }) => ({ name, text: purpose }));
    case "reproduce":
      return [...reproductions.map(({ name, purpose }) => ({ name, text: purpose })), { name: "all" }];
    case "completion":
      return ["bash", "zsh", "fish"].map((name) => ({ name }));
    case "resume":
    case "show":
    case "compare":
    case "figures":
    case "export":
    case "clean":
    case "unlock":
      return runsIn(before);
    default:
      return [];
  }
}

async function runsIn(before: readonly string[]): Promise<Candidate[]> {
  const { listRuns } = await import("@throughline/lab/runs");
  const at = before.indexOf("--root");
  const root = at >= 0 ? before[at + 1] : undefined;
  const { runs } = listRuns(root ?? usualRoot());
  const recent = runs.slice(-MOST_RUNS).reverse();
  return [
    { name: "latest", text: "the last run" },
    ...recent.map(({ id, experiment, status }) => ({ name: id, text: `${experiment}, ${status}` })),
  ];
}
