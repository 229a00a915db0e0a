// From words on the command line to an experiment and a complete configuration; everything wrong is said at once.
import type { Experiment, OptionRow, ResolvedConfig } from "@throughline/lab";
import { commandLine } from "@throughline/lab/text";
import { UsageError } from "./exit.js";
import { parseFlags } from "./flags.js";
import { find, type Registry, registry } from "./registry.js";

/** An experiment with its options described. */
export interface Loaded {
  readonly experiment: Experiment;
  readonly rows: readonly OptionRow[];
}

/** Loads the experiment of a name, or of what follows its slash. */
export async function load(name: string, known?: Registry): Promise<Loaded> {
  const entry = await find((known ?? (await registry())).experiments, "experiment", name);
  const [experiment, lab] = await Promise.all([entry.load(), import("@throughline/lab")]);
  return { experiment, rows: lab.describeConfig(experiment) };
}

/** Flags of `run` beside an experiment's own options. */
export interface ConfigFlags {
  readonly preset?: string;
  readonly config?: string;
  readonly seed?: string;
  readonly device?: string;
  readonly threads?: string;
}

/** The flags of the lab's own options as assignments. */
export function labAssignments(flags: ConfigFlags): string[] {
  return (["seed", "device", "threads"] as const).flatMap((name) =>
    flags[name] === undefined ? [] : [`${name}=${flags[name]}`],
  );
}

/** One sentence a problem, out of the lab's error. */
export function problemsOf(error: Error): string[] {
  const lines = error.message.split("\n  ");
  return lines.length > 1 ? lines.slice(1) : lines;
}

/**
 * The configuration that flags, preset and file make.
 * @param args what the command itself did not understand
 * @param also the command's own flags, for suggestions
 * @throws UsageError with every problem
 */
export async function configure(
  { experiment, rows }: Loaded,
  args: readonly string[],
  flags: ConfigFlags,
  also: readonly string[],
): Promise<ResolvedConfig> {
  const { LabError, nearest, resolveConfig } = await import("@throughline/lab");
  const suggest = (typed: string, names: readonly string[]) => {
    const near = nearest(typed, names);
    return near === undefined ? "" : `; did you mean ${near}?`;
  };
  const { overrides, problems } = parseFlags(args, rows, also, suggest);
  const all = [...problems];
  let resolved: ResolvedConfig | undefined;
  try {
    resolved = resolveConfig(experiment, {
      preset: flags.preset,
      file: flags.config,
      overrides: [...overrides, ...labAssignments(flags)],
    });
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    all.push(...problemsOf(error));
  }
  if (resolved === undefined || all.length > 0)
    throw new UsageError(all, `See \`${commandLine("throughline", "describe", experiment.name)}\`.`);
  return resolved;
}
