// `throughline data`: lists data sets, previews them, writes them to files; looks at recorded data.
import { join } from "node:path";
import { type Command, Option } from "commander";
import { dataOptions, findDataSet } from "../data-options.js";
import { UsageError } from "../exit.js";
import { flagName } from "../flags.js";
import { count, seed, withJson, withRoot } from "../options.js";
import { registry } from "../registry.js";
import { shown } from "../run-name.js";
import { note, paint, print, printJson } from "../terminal.js";
import { recordedData } from "./recorded-data.js";

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
  const entry = await findDataSet((await registry()).dataSets, typed);
  const options = await dataOptions(rest, entry.options);
  return { entry, options, set: await entry.open(options) };
}

async function list(flags: { readonly json?: boolean }): Promise<void> {
  const { dataSets } = await registry();
  if (flags.json)
    return printJson(dataSets.map(({ name, purpose, kind, options }) => ({ name, purpose, kind, options })));
  for (const { name, purpose, options } of dataSets) {
    print(`${paint("bold", name)}  ${purpose}`);
    for (const [option, text] of Object.entries(options)) print(`    ${flagName(option)}  ${text}`);
  }
}

async function preview(_name: string | undefined, flags: Flags, command: Command): Promise<void> {
  const { entry, options, set } = await made(command.args);
  const { freshFigure, saveFigure } = await import("@throughline/lab");
  const sheet = set.preview({ count: flags.show, seed: flags.draw });
  const folder = flags.out ?? join(flags.root, "data", entry.name);
  const name = ["preview", ...Object.entries(options).map(([key, value]) => `${key}-${said(value)}`)]
    .join("_")
    .replace(/[^\w.-]+/g, "-");
  const paths = await saveFigure(folder, freshFigure(folder, name), sheet);
  if (flags.json) return printJson({ name: entry.name, options, samples: set.length, files: paths });
  note(`${entry.name}: ${set.length} ${set.unit}`);
  for (const path of paths) print(shown(path));
}

const said = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

async function write(_name: string | undefined, flags: Flags, command: Command): Promise<void> {
  if (flags.out === undefined) throw new UsageError("name a folder: --out FOLDER");
  const { entry, options, set } = await made(command.args);
  const { out, show, draw, precision } = flags;
  const files = set.write(out, { count: show, seed: draw, precision });
  if (flags.json) return printJson({ name: entry.name, options, folder: flags.out, files });
  for (const file of files) print(shown(join(flags.out, file)));
}

export function data(program: Command): Command {
  const parent = program
    .command("data")
    .description("list data sets, preview them, write them to files; look at recorded data");
  withJson(parent.command("list").description("list data sets with their purposes and options")).action(list);
  const sheet = parent
    .command("preview")
    .description("draw the first samples of a data set")
    .argument("[name]", "data set, such as art/rmts")
    .usage("NAME [--option value …]")
    .option("--out <dir>", "folder for the picture (default: ROOT/data/NAME); overwrites no file");
  const files = parent
    .command("write")
    .description("write a data set to a folder, as .npz with a card")
    .argument("[name]", "data set, such as art/rmts")
    .usage("NAME --out FOLDER [--option value …]")
    .option("--out <dir>", "folder for the files, new or empty")
    .addOption(
      new Option("--precision <form>", "number type of stored pixels (default: float32)").choices([
        "float32",
        "uint8",
      ]),
    );
  for (const [command, act] of [
    [sheet, preview],
    [files, write],
  ] as const) {
    withJson(withRoot(command))
      .option(
        "--show <n>",
        "number of samples, from the first (default: 12, or 4 with candidates, for a preview; all for files)",
        count,
      )
      .option("--draw <n>", "seed of jitter and other randomness of an access (default: 0)", seed)
      .allowUnknownOption()
      .allowExcessArguments()
      .passThroughOptions(false)
      .action(act);
  }
  recordedData(parent);
  return parent.action(() => parent.outputHelp());
}
