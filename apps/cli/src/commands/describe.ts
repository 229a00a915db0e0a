// `throughline describe EXPERIMENT`: what it is for and what can be set.
import type { OptionRow } from "@throughline/lab";
import { commandLine } from "@throughline/lab/text";
import type { Command } from "commander";
import { load } from "../experiments.js";
import { flagName } from "../flags.js";
import { wrap } from "../table.js";
import { paint, print, printJson, widthOf } from "../terminal.js";

/** A value as it would be typed. */
export function typed(value: unknown): string {
  if (value === undefined) return "not set";
  return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}

/** Characters of a value that a line of help shows. */
const SHOWN = 60;

function brief(value: unknown): string {
  const text = typed(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}

/** The options in lines: flag, default and presets; what is accepted; what it does. */
export function optionLines(rows: readonly OptionRow[], width: number): string[] {
  return rows.flatMap((row) => {
    const unit = row.unit === undefined ? "" : ` ${row.unit}`;
    const presets = Object.entries(row.presets)
      .filter(([, value]) => JSON.stringify(value) !== JSON.stringify(row.default))
      .map(([preset, value]) => `${preset} ${brief(value)}`);
    const usual = row.default === undefined ? "not set by default" : `default ${brief(row.default)}${unit}`;
    const values = [usual, ...presets, ...(row.isCompleted ? ["depends on other options"] : [])].join(" · ");
    const says = `${row.sentence.replace(/\.$/, "")}. Accepts ${row.type}.`;
    return [
      `  ${paint("cyan", flagName(row.name))}  ${paint("dim", values)}`,
      ...wrap(says, Math.min(width, 100) - 6).map((line) => `      ${line}`),
    ];
  });
}

async function action(name: string, options: { json?: boolean }): Promise<void> {
  const { experiment, rows } = await load(name);
  const presets = Object.keys(experiment.presets);
  if (options.json) {
    const { purpose, presets: values } = experiment;
    printJson({ name: experiment.name, purpose, presets: values, options: rows });
    return;
  }
  const width = widthOf(process.stdout);
  const own = rows.filter((row) => !row.isLab);
  print(
    [
      `${paint("bold", experiment.name)}: ${experiment.purpose}`,
      "",
      presets.length > 0 ? `presets: ${presets.join(", ")}` : "It has no presets.",
      "",
      paint("bold", "Options"),
      ...optionLines(own, width),
      "",
      paint("bold", "Options of every experiment"),
      ...optionLines(
        rows.filter((row) => row.isLab),
        width,
      ),
      "",
      paint(
        "dim",
        commandLine(
          "throughline",
          "run",
          experiment.name,
          ...presets.slice(-1).flatMap((name) => ["--preset", name]),
        ),
      ),
    ].join("\n"),
  );
}

export function describe(program: Command): Command {
  return program
    .command("describe")
    .description("show an experiment's purpose and options")
    .argument("<experiment>", "name, in full or after the slash")
    .option("--json", "print JSON")
    .action(action);
}
