// A data set and its options, as they are typed: `ocra/rmts --m 95 --size 64`.

import { UsageError } from "./exit.js";
import { flagName } from "./flags.js";

/** What a data set can be asked for, and what each means. */
type OptionTexts = Readonly<Record<string, string>>;

/** `--test-share 0.2`, `--test-share=0.2` and `testShare=0.2`, by option; numbers, switches, lists and JSON as such. */
export async function dataOptions(
  args: readonly string[],
  known: OptionTexts,
): Promise<Record<string, unknown>> {
  const { suggestion } = await import("@throughline/lab");
  const plain = (name: string): string => name.toLowerCase().replace(/[-_]/g, "");
  const found: Record<string, unknown> = {};
  const problems: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const [typed = "", ...rest] = arg.replace(/^--/, "").split("=");
    const name = Object.keys(known).find((candidate) => plain(candidate) === plain(typed));
    const isFlag = arg.startsWith("--");
    const value = rest.length > 0 ? rest.join("=") : isFlag ? args[i + 1] : undefined;
    if (name === undefined) {
      const names = Object.keys(known).map(flagName);
      problems.push(
        `there is no option ${isFlag ? `--${typed}` : arg}${suggestion(isFlag ? `--${typed}` : typed, names)}`,
      );
    } else if (value === undefined || (rest.length === 0 && value.startsWith("--"))) {
      problems.push(`--${typed} needs a value: ${known[name]}`);
      continue;
    } else found[name] = (name === "layout" ? gridOf(value) : undefined) ?? parsed(value);
    if (isFlag && rest.length === 0) i++;
  }
  if (problems.length > 0) throw new UsageError(problems.join("; "));
  return found;
}

/** `1x2` as rows and columns of a sheet. */
export function gridOf(text: string): { rows: number; columns: number } | undefined {
  const grid = /^(\d+)x(\d+)$/.exec(text);
  return grid === null ? undefined : { rows: Number(grid[1]), columns: Number(grid[2]) };
}

function parsed(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  if (/^\d+(,\d+)+$/.test(text)) return text.split(",").map(Number);
  if (/^[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new UsageError(`${text} is not JSON: ${(error as Error).message}`);
    }
  }
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Names by which a data set may be meant: `ocra/rmts` is ART's, whose task it was first. */
export function dataSetName(typed: string, names: readonly string[]): string {
  const bare = typed.replace(/^ocra\//, "");
  const meant = [typed, bare, `art/${bare}`];
  const whole = meant.find((name) => names.includes(name));
  if (whole !== undefined) return whole;
  const tails = names.filter((name) => name.endsWith(`/${bare}`));
  return tails.length === 1 ? tails[0]! : typed;
}
