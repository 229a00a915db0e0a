// The command line of an example.
import { parseArgs } from "node:util";

export interface Options {
  /** Run in a few seconds: enough to see that it works, too little for a result. */
  readonly smoke: boolean;
  /** Further `--name value` pairs that the example takes. */
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly files: readonly string[];
}

/** Reads `--smoke`, and the named options of an example; on a mistake says what is accepted, and ends with code 2. */
export function readOptions(names: readonly string[] = [], files = 0): Options {
  try {
    const { values, positionals } = parseArgs({
      options: {
        smoke: { type: "boolean" },
        ...Object.fromEntries(names.map((name) => [name, { type: "string" as const }])),
      },
      allowPositionals: files > 0,
    });
    if (positionals.length > files) throw new Error(`at most ${files} file, got ${positionals.join(" ")}`);
    const { smoke = false, ...rest } = values as { smoke?: boolean } & Record<string, string | undefined>;
    return { smoke, values: rest, files: positionals };
  } catch (error) {
    const accepted = [
      "--smoke",
      ...names.map((name) => `--${name} …`),
      ...(files > 0 ? ["a file"] : []),
    ].join(", ");
    console.error(`${(error as Error).message.split("\n")[0]}\naccepted: ${accepted}`);
    process.exit(2);
  }
}

/** A whole number among the options. */
export function wholeOption(options: Options, name: string, fallback: number): number {
  const text = options.values[name];
  if (text === undefined) return fallback;
  if (/^\d+$/.test(text)) return Number(text);
  console.error(`--${name} is ${text}; accepted: a whole number of 0 or more`);
  process.exit(2);
}
