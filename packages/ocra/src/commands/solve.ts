// `throughline solve PUZZLE.png --model RUN`: the answer of a trained model to one puzzle, and why.
import { basename, extname } from "node:path";
import { type CommandCall, type CommandResult, freshFigure, freshPath, saveFigure } from "@throughline/lab";
import { readJsonFile } from "@throughline/torch/files";
import { OcraDataError } from "../datasets/errors.js";
import { solvePuzzle } from "../experiments/task/solve.js";
import { gridOf, type SheetLayout } from "../puzzles/layout.js";

/** `1x2`, rows by columns, or a file with the layout of answers.json. */
function layoutOf(text: string | undefined): SheetLayout | undefined {
  if (text === undefined) return undefined;
  const grid = gridOf(text);
  if (grid !== undefined) return grid;
  try {
    const said = readJsonFile(text) as { layout?: SheetLayout } | null;
    return said?.layout ?? (said as SheetLayout);
  } catch (error) {
    throw new OcraDataError(
      "argument",
      `--layout is ${text}; give ROWSxCOLUMNS, such as 1x2, or a JSON file (${(error as Error).message})`,
    );
  }
}

export async function solve({ operands, flags, findRun }: CommandCall): Promise<CommandResult> {
  const layout = layoutOf(flags.layout as string | undefined);
  const run = await findRun(String(flags.model), (runs) =>
    runs.findLast(({ experiment, status }) => experiment === "ocra/task" && status === "finished"),
  );
  const { figures, answer, choice, probabilities, scores } = solvePuzzle(run, operands, { layout });
  const first = operands[0]!;
  const folder = (flags.out as string | undefined) ?? freshPath(`${basename(first, extname(first))}-solved`);
  const files: string[] = [];
  for (const [name, figure] of Object.entries(figures))
    files.push(...(await saveFigure(folder, freshFigure(folder, name), figure)));
  const sure =
    probabilities.length === 1 ? Math.max(probabilities[0]!, 1 - probabilities[0]!) : probabilities[choice]!;
  return {
    heading: `answer ${answer}`,
    detail: `  with probability ${sure.toFixed(3)}`,
    files: files.filter((file) => file.endsWith(".png")).map((path) => ({ what: "figure", path })),
    json: { answer, choice, probabilities, scores, model: run.id, files },
  };
}
