// A data set and its options, as they are typed: `art/rmts --m 95 --size 64`.

import type { DataSetEntry } from "@throughline/lab";
import { UsageError } from "./exit.js";
import { flagName } from "./flags.js";
import { find } from "./registry.js";

/** Options of a data set, and the meaning of each. */
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
    } else found[name] = parsed(value);
    if (isFlag && rest.length === 0) i++;
  }
  if (problems.length > 0) throw new UsageError(problems.join("; "));
  return found;
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

/** The data set that a name means: its own, another of its names, or what follows its slash where that is enough. */
export async function findDataSet(entries: readonly DataSetEntry[], typed: string): Promise<DataSetEntry> {
  const also = entries.find(({ name, aliases = [] }) => name !== typed && aliases.includes(typed));
  const isOwn = entries.some(({ name }) => name === typed);
  return also === undefined || isOwn ? find(entries, "data set", typed) : also;
}
