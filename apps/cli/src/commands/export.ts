// `throughline export RUN --to FORMAT --out PATH`: a run in another program's format.
import type { ExportFormat } from "@throughline/lab";
import { type Command, Option } from "commander";
import { UsageError } from "../exit.js";
import { load } from "../experiments.js";
import { withJson, withRoot } from "../options.js";
import { resolveRun, shown } from "../run-name.js";
import { note, print, printJson } from "../terminal.js";

interface Flags {
  readonly root: string;
  readonly to?: ExportFormat;
  readonly out?: string;
  readonly checkpoint?: string;
  readonly object?: string;
  readonly json?: boolean;
}

/** Same as `exportFormats`; a test compares them. The lab is loaded when there is something to export. */
const FORMATS = [
  "tensorboard",
  "csv",
  "parquet",
  "onnx",
  "huggingface",
] as const satisfies readonly ExportFormat[];

async function action(typed: string, flags: Flags): Promise<void> {
  const { to, out, root, checkpoint, object } = flags;
  if (to === undefined) throw new UsageError(`say what to export to: --to ${FORMATS.join("|")}`);
  if (out === undefined) throw new UsageError("say where to export to: --out PATH");
  const run = await resolveRun(typed, root);
  if (run.status !== "finished") note(`${run.id} is ${run.status}: what there is so far is exported`);
  const { exportRun } = await import("@throughline/lab");
  const files = await exportRun(run, to, out, {
    ...{ checkpoint, object },
    ...(to === "onnx" && { experiment: (await load(run.experiment)).experiment }),
  });
  if (flags.json) return printJson({ id: run.id, path: run.path, format: to, files });
  for (const file of files) print(shown(file));
}

/** The verb; `exports` is no word of its own, and `export` is one of the language. */
export function exporting(program: Command): Command {
  const command = program
    .command("export")
    .description("export a run's metrics or weights in the format of another program")
    .argument("<run>", "directory, id, beginning of an id, or latest")
    .addOption(new Option("--to <format>", "the format").choices(FORMATS))
    .option("--out <path>", "csv, parquet, onnx: a new file; tensorboard, huggingface: a new folder")
    .option("--checkpoint <name>", "whose weights: latest, best, or a checkpoint's name (default: latest)")
    .option("--object <name>", "whose weights, of what the run tracks (default: the only model)");
  return withJson(withRoot(command)).action(action);
}
