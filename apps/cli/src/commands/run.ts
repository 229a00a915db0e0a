// `throughline run EXPERIMENT`: one run, in this process or in one for each rank.
import { shellQuote } from "@throughline/lab/text";
import type { Command } from "commander";
import { UsageError } from "../exit.js";
import { type ConfigFlags, configure, type Loaded, load } from "../experiments.js";
import { withJson, withRoot } from "../options.js";
import { type RankFlags, Ranks, startRanks, startsRanks, withRanks } from "../ranks.js";
import { shown } from "../run-name.js";
import { note, paint, print, widthOf } from "../terminal.js";
import { work } from "../work.js";
import { optionLines } from "./describe.js";

interface Flags extends ConfigFlags, RankFlags {
  readonly root: string;
  readonly name?: string;
  readonly tensorboard?: boolean;
  readonly json?: boolean;
}

/** The experiment's options, for `run EXPERIMENT --help`. */
function printOptions({ experiment, rows }: Loaded): void {
  const own = rows.filter((row) => !row.isLab);
  const presets = Object.keys(experiment.presets).join(", ") || "none";
  print(`\n${paint("bold", `Options of ${experiment.name}`)} (presets: ${presets})`);
  print(optionLines(own, widthOf(process.stdout)).join("\n"));
}

/** Prints help with an experiment's options, where one is named. */
export async function helpWith(command: Command, names: readonly string[]): Promise<void> {
  command.outputHelp();
  for (const name of names) printOptions(await load(name));
}

export function asksForHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

async function action(_name: string | undefined, flags: Flags, command: Command): Promise<void> {
  const [name, ...rest] = command.args;
  if (asksForHelp(command.args)) return helpWith(command, name && !name.startsWith("-") ? [name] : []);
  if (name === undefined) throw new UsageError("name an experiment to run", "See `throughline list`.");
  if (name.startsWith("-"))
    throw new UsageError(
      `${name} stands before the experiment's name; write \`throughline run EXPERIMENT ${shellQuote(name)} …\``,
    );
  const loaded = await load(name);
  const own = command.options.map((option) => option.long ?? "");
  const resolved = await configure(loaded, rest, flags, own);
  const { checkRanks, createReporter, createRun, executeRun, prepareRun } = await import("@throughline/lab");
  if (flags.ranks !== undefined && flags.ranks !== 1) checkRanks(loaded.experiment);
  const prepare = () => prepareRun(loaded.experiment, resolved, flags.root);
  if (startsRanks(flags)) {
    await prepare(); // what is not accepted is said once, before anything is started
    return startRanks(Number(flags.ranks));
  }
  const ranks = await Ranks.join(flags);
  const path = await ranks.decide(async () => {
    const prepared = await prepare();
    work.busy = true;
    const made = createRun(loaded.experiment, prepared, { root: flags.root, name: flags.name });
    note(paint("dim", `${loaded.experiment.name}, ${resolved.preset} preset, in ${shown(made)}`));
    return made;
  });
  const outcome = await ranks.guard(() =>
    executeRun(path, loaded.experiment, {
      ...(ranks.isFirst && { reporter: createReporter("auto") }),
      tensorboard: flags.tensorboard,
      ...ranks.options(Number(resolved.config.threads)),
    }),
  );
  await ranks.conclude(outcome, flags);
}

export function withConfig(command: Command): Command {
  return command
    .option(
      "--preset <name>",
      "preset of the experiment: laptop, smoke or paper, as far as it has them (default: none)",
    )
    .option("--config <file>", "YAML or JSON file of options; flags override it")
    .option("--seed <n>", "seed of every source of randomness (default: 0)")
    .option("--device <name>", "device of tensors: cpu, cuda, cuda:1, mps (default: cpu)")
    .option(
      "--threads <n>",
      "threads of one operation on the CPU (default: the number that suits the experiment, at most all)",
    );
}

export function run(program: Command): Command {
  const command = program
    .command("run")
    .description("run an experiment")
    .argument("[experiment]", "name, in full or after the slash")
    .usage("EXPERIMENT [options] [--option value | option=value …]")
    .helpOption(false)
    .allowUnknownOption()
    .option("--name <name>", "name of the run's directory (default: the time)")
    .option(
      "--tensorboard",
      "also write metrics as an event file for TensorBoard, in the run's tensorboard/",
    );
  return withJson(withRoot(withRanks(withConfig(command))))
    .addHelpText(
      "after",
      "\n`throughline run EXPERIMENT --help` lists the experiment's own options.\nCtrl-C writes a checkpoint and stops; `throughline resume latest` continues.",
    )
    .action(action)
    .allowExcessArguments();
}
