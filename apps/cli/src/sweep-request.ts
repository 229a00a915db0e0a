// Request to a sweep: words, flags or a file become a name and a table of checked cells.

import { existsSync, statSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import type { Cell, CellRequest, Experiment, OptionRow } from "@throughline/lab";
import { checkName, nameFrom } from "@throughline/lab/text";
import { ThroughlineError } from "@throughline/torch/errors";
import { hashOfContent } from "@throughline/torch/files";
import { UsageError } from "./exit.js";
import { type ConfigFlags, labAssignments, load } from "./experiments.js";
import { assignment, parseFlags } from "./flags.js";
import { registry } from "./registry.js";

export interface SweepFlags extends ConfigFlags {
  readonly root: string;
  readonly grid?: readonly string[];
  readonly seeds?: string;
  readonly jobs?: number;
  readonly name?: string;
}

export interface SweepRequest {
  readonly name: string;
  readonly root: string;
  readonly cells: readonly Cell[];
  readonly jobs?: number;
}

const TABLES = [".yaml", ".yml", ".json", ".csv"];

/** The names of experiments at the beginning of what was typed, and the rest. */
export function splitOperands(args: readonly string[]): { names: string[]; rest: string[] } {
  const end = args.findIndex((arg) => arg.startsWith("-") || arg.includes("="));
  const at = end < 0 ? args.length : end;
  return { names: args.slice(0, at), rest: args.slice(at) };
}

/** The directory of a sweep that was begun, if the word names one. */
function begun(word: string, root: string): string | undefined {
  return [word, join(root, "sweeps", word)].find((path) => existsSync(join(path, "manifest.json")));
}

/** @throws UsageError, LabError with everything that is wrong */
export async function sweepRequest(
  args: readonly string[],
  flags: SweepFlags,
  also: readonly string[],
): Promise<SweepRequest> {
  const { names, rest } = splitOperands(args);
  const [first] = names;
  if (first === undefined)
    throw new UsageError(
      "name an experiment, a table file, or a sweep to continue",
      "See `throughline sweep --help`.",
    );
  const directory = begun(first, flags.root);
  if (directory !== undefined) return goOn(directory, names, rest, flags);
  const isTable =
    TABLES.includes(extname(first).toLowerCase()) || (existsSync(first) && statSync(first).isFile());
  if (isTable && names.length > 1)
    throw new UsageError(`give the table ${first} alone, without ${names.slice(1).join(", ")}`);
  return isTable ? fromTable(first, rest, flags, also) : fromGrid(names, rest, flags, also);
}

/** A sweep that was begun names its cells itself. */
async function goOn(
  directory: string,
  names: readonly string[],
  rest: readonly string[],
  flags: SweepFlags,
): Promise<SweepRequest> {
  const given = [...names.slice(1), ...rest, ...(flags.grid ?? []), ...labAssignments(flags)];
  if (given.length > 0 || flags.seeds !== undefined)
    throw new UsageError(
      `${directory} has its cells already; omit ${[...given, flags.seeds ?? ""].join(" ").trim()}`,
    );
  const { checkInputs, prepareCells, readSweep } = await import("@throughline/lab");
  const { root, cells } = readSweep(directory);
  const name = basename(resolve(directory));
  for (const { inputs } of cells) if (inputs !== undefined) checkInputs(inputs, `the sweep ${name}`);
  // The cells stay what they are; whether they can be run is looked at all the same.
  await prepareCells(cells, { root, find: await finder() });
  return { name, root, cells };
}

async function fromTable(
  file: string,
  rest: readonly string[],
  flags: SweepFlags,
  also: readonly string[],
): Promise<SweepRequest> {
  const { readTable } = await import("@throughline/lab");
  if (flags.grid !== undefined || flags.seeds !== undefined)
    throw new UsageError(`${file} contains its grid and seeds; omit --grid and --seeds`);
  const experiments = [...new Set(readTable(file).rows.map((row) => row.experiment))];
  const rows = (await Promise.all(experiments.map((name) => load(name)))).flatMap((one) => one.rows);
  const overrides = await flagOverrides(rest, rows, flags, also);
  const table = readTable(file, { preset: flags.preset, overrides });
  const name = flags.name ?? table.name ?? nameFrom(basename(file, extname(file)));
  checkName("a sweep", name);
  const cells = await check(
    table.rows.map((row) => ({ ...row, file: flags.config ?? row.file })),
    flags.root,
  );
  return { name, root: flags.root, cells, jobs: flags.jobs ?? table.jobs };
}

async function fromGrid(
  names: readonly string[],
  rest: readonly string[],
  flags: SweepFlags,
  also: readonly string[],
): Promise<SweepRequest> {
  const { gridRows, parseSeeds } = await import("@throughline/lab");
  const known = await registry();
  const loaded = await Promise.all(names.map((name) => load(name, known)));
  const rows = loaded.flatMap((one) => one.rows);
  const overrides = await flagOverrides(rest, rows, flags, also);
  const grid = await axes(flags.grid ?? [], rows);
  const seeds = flags.seeds;
  if ("seed" in grid && seeds !== undefined)
    throw new UsageError("seeds are given twice, by --grid seed and by --seeds");
  const request = {
    experiments: loaded.map((one) => one.experiment.name),
    preset: flags.preset,
    file: flags.config,
    overrides,
    grid,
    seeds: seeds === undefined ? undefined : await usage("--seeds", () => parseSeeds(seeds)),
  };
  const cells = await check(await usage("--grid", () => gridRows(request)), flags.root);
  const ids = hashOfContent(
    cells
      .map((cell) => cell.id)
      .sort()
      .join(),
  );
  const tails = loaded.map(({ experiment }) => basename(experiment.name));
  const name = flags.name ?? `${tails.join("-").slice(0, 80)}-${ids.slice(0, 8)}`;
  checkName("a sweep", name);
  return { name, root: flags.root, cells, jobs: flags.jobs };
}

/** `learning-rate=0.1,0.01` as values by option. */
async function axes(grid: readonly string[], rows: readonly OptionRow[]): Promise<Record<string, string[]>> {
  const { parseValues } = await import("@throughline/lab");
  const entries: [string, string[]][] = [];
  for (const text of grid) {
    const named = assignment(text, rows);
    const at = named.indexOf("=");
    if (at <= 0)
      throw new UsageError(`--grid ${text}: write an option and its values, as in learning-rate=0.1,0.01`);
    entries.push([named.slice(0, at), await usage(`--grid ${text}`, () => parseValues(named.slice(at + 1)))]);
  }
  const twice = entries.find(([name], i) => entries.findIndex(([other]) => other === name) !== i);
  if (twice) throw new UsageError(`--grid ${twice[0]} is given twice; write all its values in one`);
  return Object.fromEntries(entries);
}

async function flagOverrides(
  rest: readonly string[],
  rows: readonly OptionRow[],
  flags: SweepFlags,
  also: readonly string[],
): Promise<string[]> {
  const { nearest } = await import("@throughline/lab");
  const suggest = (typed: string, names: readonly string[]) => {
    const near = nearest(typed, names);
    return near === undefined ? "" : `; did you mean ${near}?`;
  };
  const { overrides, problems } = parseFlags(rest, rows, also, suggest);
  if (problems.length > 0) throw new UsageError(problems);
  return [...overrides, ...labAssignments({ ...flags, threads: undefined })];
}

async function check(rows: readonly CellRequest[], root: string): Promise<Cell[]> {
  const threads = rows.flatMap((row) => row.overrides).find((text) => text.startsWith("threads="));
  if (threads !== undefined)
    throw new UsageError(
      `${threads}: a sweep divides the cores itself; give --threads N, the number for each cell`,
    );
  const { prepareCells, resolveCells } = await import("@throughline/lab");
  const find = await finder();
  return prepareCells(await resolveCells(rows, find), { find, root });
}

/** The experiment of a name. */
async function finder(): Promise<(name: string) => Promise<Experiment>> {
  const known = await registry();
  return async (name) => (await load(name, known)).experiment;
}

/** Turns a parser's error into a mistake on the command line. */
async function usage<T>(where: string, work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    if (error instanceof ThroughlineError && error.code === "lab/grid")
      throw new UsageError(`${where}: ${error.message}`);
    throw error;
  }
}
