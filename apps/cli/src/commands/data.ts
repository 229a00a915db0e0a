// `throughline data`: what data sets there are, how they look, and as files.
import { join } from "node:path";
import { type Command, Option } from "commander";
import { dataOptions, dataSetName } from "../data-options.js";
import { UsageError } from "../exit.js";
import { freshFigure } from "../fresh-path.js";
import { count, seed, withJson, withRoot } from "../options.js";
import { shown } from "../run-name.js";
import { note, paint, print, printJson } from "../terminal.js";

interface Flags {
  readonly root: string;
  readonly out?: string;
  readonly show?: number;
  readonly draw?: number;
  readonly precision?: "float32" | "uint8";
  readonly json?: boolean;
}

/** The data set that a command line names, made with its options. */
async function made(args: readonly string[]) {
  const [typed, ...rest] = args;
  if (typed === undefined || typed.startsWith("-"))
    throw new UsageError("name a data set first", "See `throughline data list`.");
  const { dataSetEntry, dataSets } = await import("@throughline/ocra");
  const entry = dataSetEntry(
    dataSetName(
      typed,
      dataSets.map(({ name }) => name),
    ),
  );
  const options = await dataOptions(rest, entry.options);
  return { entry, options, set: await entry.make(options) };
}

async function list(flags: { readonly json?: boolean }): Promise<void> {
  const { dataSets } = await import("@throughline/ocra");
  if (flags.json)
    return printJson(dataSets.map(({ name, purpose, kind, options }) => ({ name, purpose, kind, options })));
  for (const { name, purpose, options } of dataSets) {
    print(`${paint("bold", name)}  ${purpose}`);
    for (const [option, text] of Object.entries(options)) print(`    --${option}  ${text}`);
  }
}

async function preview(_name: string | undefined, flags: Flags, command: Command): Promise<void> {
  const { entry, options, set } = await made(command.args);
  const { previewSheet } = await import("@throughline/ocra");
  const { saveFigure } = await import("@throughline/lab");
  const sheet = previewSheet(set, { count: flags.show, seed: flags.draw });
  const folder = flags.out ?? join(flags.root, "data", entry.name);
  const name = ["preview", ...Object.entries(options).map(([key, value]) => `${key}-${said(value)}`)]
    .join("_")
    .replace(/[^\w.-]+/g, "-");
  const paths = await saveFigure(folder, freshFigure(folder, name), sheet);
  if (flags.json) return printJson({ name: entry.name, options, samples: set.length, files: paths });
  note(`${entry.name}: ${set.length} ${"form" in set ? "problems" : "displays"}`);
  for (const path of paths) print(shown(path));
}

const said = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

async function write(_name: string | undefined, flags: Flags, command: Command): Promise<void> {
  if (flags.out === undefined) throw new UsageError("name a folder: --out FOLDER");
  const { entry, options, set } = await made(command.args);
  const { writeDataset } = await import("@throughline/ocra");
  const { out, show, draw, precision } = flags;
  const files = writeDataset(set, out, { count: show, seed: draw, precision });
  if (flags.json) return printJson({ name: entry.name, options, folder: flags.out, files });
  for (const file of files) print(shown(join(flags.out, file)));
}

export function data(program: Command): Command {
  const parent = program.command("data").description("data sets: list, preview as a sheet, write to files");
  withJson(parent.command("list").description("names, purposes and options")).action(list);
  const sheet = parent
    .command("preview")
    .description("draw the first samples of a data set")
    .argument("[name]", "such as ocra/rmts")
    .usage("NAME [--option value …]")
    .option("--out <dir>", "folder to draw into (default: ROOT/data/NAME); never over a file");
  const files = parent
    .command("write")
    .description("write a data set to a folder, as .npz with a card")
    .argument("[name]", "such as ocra/rmts")
    .usage("NAME --out FOLDER [--option value …]")
    .option("--out <dir>", "the folder, new or empty")
    .addOption(
      new Option("--precision <form>", "how pixels are kept (default: float32)").choices([
        "float32",
        "uint8",
      ]),
    );
  for (const [command, act] of [
    [sheet, preview],
    [files, write],
  ] as const) {
    withJson(withRoot(command))
      .option("--show <n>", "how many samples", count)
      .option("--draw <n>", "seed of what differs from access to access", seed)
      .allowUnknownOption()
      .allowExcessArguments()
      .passThroughOptions(false)
      .action(act);
  }
  return parent.action(() => parent.outputHelp());
}
