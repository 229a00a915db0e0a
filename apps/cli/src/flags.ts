// Flags derived from an experiment's options: `--learning-rate 0.1`, `--learning-rate=0.1`, `--nesterov`,
// `--no-nesterov`, and `learningRate=0.1`, all become `learningRate=0.1`.
import type { OptionRow } from "@throughline/lab";

/** Typed flags, as `key=value`, and all that cannot be understood. */
export interface ParsedFlags {
  readonly overrides: readonly string[];
  readonly problems: readonly string[];
}

type Suggest = (typed: string, names: readonly string[]) => string;

/** `model.hiddenSize` as the flag `--model.hidden-size`. */
export function flagName(name: string): string {
  return `--${name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase()}`;
}

/** Names are compared without case, `-` and `_`, so that `--learningRate` is understood too. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}

/** The option of a name, however it is spelt. */
export function optionOf(name: string, rows: readonly OptionRow[]): OptionRow | undefined {
  return rows.find((row) => row.name === name) ?? rows.find((row) => plain(row.name) === plain(name));
}

/** `learning-rate=0.1` with the option's own name; text that is no option's stays as it is, to be refused later. */
export function assignment(text: string, rows: readonly OptionRow[]): string {
  const at = text.indexOf("=");
  const option = optionOf(text.slice(0, at).trim(), rows);
  return option ? `${option.name}=${text.slice(at + 1)}` : text;
}

/**
 * @param rows the options there are
 * @param also flags of the command itself, for suggestions
 */
export function parseFlags(
  args: readonly string[],
  rows: readonly OptionRow[],
  also: readonly string[],
  suggest: Suggest,
): ParsedFlags {
  const overrides: string[] = [];
  const problems: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") continue;
    if (!arg.startsWith("-")) {
      if (arg.indexOf("=") > 0) overrides.push(assignment(arg, rows));
      else problems.push(`${arg}: not understood; options are written --name value or name=value`);
      continue;
    }
    const at = arg.indexOf("=");
    const typed = at < 0 ? arg : arg.slice(0, at);
    const name = typed.replace(/^--?/, "");
    const option = arg.startsWith("--") ? optionOf(name, rows) : undefined;
    const negated = name.startsWith("no-") ? optionOf(name.slice(3), rows) : undefined;
    if (option && at >= 0) overrides.push(`${option.name}=${arg.slice(at + 1)}`);
    else if (option?.isBoolean) {
      const next = args[i + 1];
      const given = next === "true" || next === "false";
      overrides.push(`${option.name}=${given ? next : "true"}`);
      if (given) i++;
    } else if (option) {
      const value = args[++i];
      if (value === undefined || value.startsWith("--")) {
        problems.push(`${typed} needs a value: ${option.type}`);
        i--;
      } else overrides.push(`${option.name}=${value}`);
    } else if (negated?.isBoolean && at < 0) overrides.push(`${negated.name}=false`);
    else {
      problems.push(
        `there is no option ${typed}${suggest(typed, [...rows.map((row) => flagName(row.name)), ...also])}`,
      );
      // Its value, most likely; to complain of that as well would help nobody.
      if (at < 0 && args[i + 1] !== undefined && !args[i + 1]?.includes("=") && !args[i + 1]?.startsWith("-"))
        i++;
    }
  }
  return { overrides, problems };
}
