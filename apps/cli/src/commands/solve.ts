// `throughline solve PUZZLE.png --model RUN`: the answer of a trained model to one puzzle, and why.
import { basename, extname } from "node:path";
import type { SheetLayout } from "@throughline/ocra";
import { readJsonFile } from "@throughline/torch/files";
import type { Command } from "commander";
import { gridOf } from "../data-options.js";
import { UsageError } from "../exit.js";
import { freshFigure, freshPath } from "../fresh-path.js";
import { withJson, withRoot } from "../options.js";
import { resolveRun, shown } from "../run-name.js";
import { paint, print, printJson } from "../terminal.js";

interface Flags {
  readonly root: string;
  readonly model: string;
  readonly layout?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `1x2`, rows by columns, or a file with the layout of answers.json. */
function layoutOf(text: string | undefined): SheetLayout | undefined {
  if (text === undefined) return undefined;
  const grid = gridOf(text);
  if (grid !== undefined) return grid;
  try {
    const said = readJsonFile(text) as { layout?: SheetLayout } | null;
    return said?.layout ?? (said as SheetLayout);
  } catch (error) {
    throw new UsageError(
      `--layout is ${text}; give ROWSxCOLUMNS, such as 1x2, or a JSON file (${(error as Error).message})`,
    );
  }
}

async function action(pictures: readonly string[], flags: Flags): Promise<void> {
  const layout = layoutOf(flags.layout);
  const run = await resolveRun(flags.model, flags.root, (runs) =>
    runs.findLast(({ experiment, status }) => experiment === "ocra/task" && status === "finished"),
  );
  const { solvePuzzle } = await import("@throughline/ocra");
  const { saveFigure } = await import("@throughline/lab");
  const { figures, answer, choice, probabilities, scores } = solvePuzzle(run, pictures, { layout });
  const folder = flags.out ?? freshPath(`${basename(pictures[0]!, extname(pictures[0]!))}-solved`);
  const files: string[] = [];
  for (const [name, figure] of Object.entries(figures))
    files.push(...(await saveFigure(folder, freshFigure(folder, name), figure)));
  if (flags.json) return printJson({ answer, choice, probabilities, scores, model: run.id, files });
  const sure =
    probabilities.length === 1 ? Math.max(probabilities[0]!, 1 - probabilities[0]!) : probabilities[choice]!;
  print(`${paint("bold", `answer ${answer}`)}  with probability ${sure.toFixed(3)}`);
  for (const path of files.filter((file) => file.endsWith(".png"))) print(`figure  ${shown(path)}`);
}

export function solve(program: Command): Command {
  const command = program
    .command("solve")
    .description("answer one puzzle with a trained model, and draw why")
    .argument("<pictures...>", "one picture, one sheet of candidates, or a picture for each candidate")
    .requiredOption(
      "--model <run>",
      "a finished run of ocra/task: directory, id, beginning of an id, or latest",
    )
    .option(
      "--layout <grid>",
      "of a sheet: ROWSxCOLUMNS or a JSON file (default: as in the training puzzles, else candidates side by side)",
    )
    .option("--out <dir>", "where figures go (default: PUZZLE-solved, with a number if that is there)");
  return withJson(withRoot(command)).action(action);
}
