// `throughline list`: the experiments and reproductions on offer. Loads none of them.
import { visibleLine } from "@throughline/lab/text";
import type { Command } from "commander";
import { UsageError } from "../exit.js";
import { nearestName, registry } from "../registry.js";
import { cut } from "../table.js";
import { paint, print, printJson, widthOf } from "../terminal.js";

interface Listed {
  readonly name: string;
  readonly purpose: string;
}

function section(title: string, given: readonly Listed[]): string[] {
  if (given.length === 0) return [];
  const entries = given.map(({ name, purpose }) => ({
    name: visibleLine(name),
    purpose: visibleLine(purpose),
  }));
  const width = Math.max(...entries.map(({ name }) => name.length));
  const room = Math.max(20, widthOf(process.stdout) - width - 4);
  return [
    paint("bold", title),
    ...entries.map(({ name, purpose }) => `  ${paint("cyan", name.padEnd(width))}  ${cut(purpose, room)}`),
    "",
  ];
}

async function action(words: string[], options: { json?: boolean }): Promise<void> {
  const { experiments, reproductions } = await registry();
  const wanted = ({ name, purpose }: Listed) =>
    words.every((word) => `${name} ${purpose}`.toLowerCase().includes(word.toLowerCase()));
  const pick = (entries: readonly Listed[]) =>
    entries.filter(wanted).map(({ name, purpose }) => ({ name, purpose }));
  const found = { experiments: pick(experiments), reproductions: pick(reproductions) };
  if (options.json) return printJson(found);
  if (found.experiments.length + found.reproductions.length === 0) {
    const near = await nearestName(words.join(" "), [...experiments, ...reproductions]);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    throw new UsageError(`no experiment or reproduction matches ${words.join(" ")}${hint}`);
  }
  const lines = [
    ...section("Experiments", found.experiments),
    ...section("Reproductions", found.reproductions),
    paint("dim", "throughline describe EXPERIMENT shows the options of an experiment."),
  ];
  print(lines.join("\n"));
}

export function list(program: Command): Command {
  return program
    .command("list")
    .description("list experiments and reproductions")
    .argument("[words...]", "words that the name or purpose must contain")
    .option("--json", "print JSON")
    .action(action);
}
