// A sweep written in a file: YAML or JSON with a grid or a list of cells, or a CSV table with a cell in each row.
import { createRequire } from "node:module";
import { extname } from "node:path";
import { knownOptions, suggestion } from "@throughline/torch/checks";
import { parseTable, readText } from "@throughline/torch/files";
import { z } from "zod";
import { show } from "../config/accepted.js";
import { plainName, sameTwice } from "../config/spelling.js";
import { LabError } from "../errors.js";
import { parseSeeds, parseValues } from "./grid.js";
import { type CellRequest, gridRows } from "./table.js";

/** Content of a file of cells; the command line takes precedence on `jobs` and `name`. */
export interface TableFile {
  readonly name?: string;
  readonly jobs?: number;
  readonly rows: readonly CellRequest[];
}

const values = z.record(z.string(), z.unknown());
const several = z.union([z.string(), z.array(z.string()).min(1)]);

const schema = z.strictObject({
  name: z.string().optional(),
  experiment: several.optional(),
  experiments: several.optional(),
  preset: z.string().optional(),
  jobs: z.int().min(1).optional(),
  config: values.optional(),
  grid: z.record(z.string(), z.union([z.array(z.unknown()).min(1), z.string(), z.number()])).optional(),
  seeds: z.union([z.string(), z.int(), z.array(z.int())]).optional(),
  cells: z.array(values).min(1).optional(),
});

/** A cell's keys that are no options. */
const reserved = ["experiment", "preset"];

/**
 * Reads a table of cells.
 * @param given what the command line adds: experiments and preset for cells that name none, options for all of them
 * @throws LabError lab/sweep-file with every problem of the file
 */
export function readTable(
  file: string,
  given: { experiments?: readonly string[]; preset?: string; overrides?: readonly string[] } = {},
): TableFile {
  knownOptions("readTable", { experiments: true, preset: true, overrides: true }, given);
  const text = read(file);
  const tree = parse(file, text);
  const known = Object.keys(schema.shape);
  const parsed = schema.safeParse(Array.isArray(tree) ? { cells: tree } : tree);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => `there is no ${key} in a table${suggestion(key, known)}`)
        : [`${issue.path.join(".") || "the table"}: ${issue.message}`],
    );
    throw bad(file, problems.join("; "));
  }
  const { name, jobs, preset = given.preset, config = {}, grid, seeds, cells } = parsed.data;
  for (const part of [config, grid ?? {}, ...(cells ?? [])]) refuseDoubles(file, Object.keys(part));
  if (seeds !== undefined && grid !== undefined && Object.keys(grid).some((key) => plainName(key) === "seed"))
    throw bad(file, "seeds are given twice, in its grid and as seeds");
  const named = [parsed.data.experiments ?? [], parsed.data.experiment ?? []].flat();
  const experiments = named.length > 0 ? named : (given.experiments ?? []);
  const overrides = [...assignments(config), ...(given.overrides ?? [])];
  const rows: CellRequest[] = [];
  if (grid !== undefined || seeds !== undefined || cells === undefined) {
    if (experiments.length === 0) throw bad(file, "it names no experiment");
    rows.push(
      ...gridRows({
        experiments,
        preset,
        overrides,
        grid: axes(file, grid ?? {}),
        seeds: seedList(file, seeds),
      }),
    );
  }
  for (const cell of cells ?? []) rows.push(...cellRows(file, cell, { experiments, preset, overrides }));
  return { name, jobs, rows };
}

function read(file: string): string {
  try {
    return readText(file);
  } catch (cause) {
    throw new LabError("lab/sweep-file", `cannot use the table ${(cause as Error).message}`, { cause });
  }
}

function parse(file: string, text: string): unknown {
  try {
    if (extname(file).toLowerCase() === ".csv") return csvCells(text);
    if (extname(file).toLowerCase() === ".json") return JSON.parse(text);
    const yaml = createRequire(import.meta.url)("yaml") as typeof import("yaml");
    return yaml.parse(text);
  } catch (cause) {
    throw bad(file, `it is not well-formed: ${(cause as Error).message.split("\n")[0]}`);
  }
}

/** Rows under a line of titles; an empty field leaves its option as it is. */
function csvCells(text: string): Record<string, string>[] {
  const { titles, rows, lines } = parseTable(text, (_, problem) => new Error(problem));
  const twice = sameTwice(titles.filter((title) => title !== ""));
  if (twice !== undefined) throw new Error(`the titles ${twice.join(" and ")} mean the same`);
  const cells = rows.map((row, i) => {
    if (row.length > titles.length)
      throw new Error(`line ${lines[i]} has ${row.length} fields, the titles ${titles.length}`);
    const entries = titles.map((title, k) => [title, row[k] ?? ""] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== ""));
  });
  return cells.filter((cell) => Object.keys(cell).length > 0);
}

function axes(file: string, grid: Readonly<Record<string, unknown>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(grid).map(([name, list]) => {
      try {
        return [name, Array.isArray(list) ? list.map(show) : parseValues(String(list))];
      } catch (error) {
        throw bad(file, `grid.${name}: ${(error as Error).message}`);
      }
    }),
  );
}

function seedList(
  file: string,
  seeds: string | number | readonly number[] | undefined,
): number[] | undefined {
  if (seeds === undefined) return undefined;
  try {
    return parseSeeds(typeof seeds === "object" ? seeds.join(",") : String(seeds));
  } catch (error) {
    throw bad(file, (error as Error).message);
  }
}

function cellRows(
  file: string,
  cell: Readonly<Record<string, unknown>>,
  all: { experiments: readonly string[]; preset: string | undefined; overrides: readonly string[] },
): CellRequest[] {
  const experiments = cell.experiment === undefined ? all.experiments : [String(cell.experiment)];
  if (experiments.length === 0) throw bad(file, "a cell names no experiment, and neither does the table");
  const preset = cell.preset === undefined ? all.preset : String(cell.preset);
  const own = Object.entries(cell).filter(([key]) => !reserved.includes(key));
  const overrides = [...all.overrides, ...assignments(Object.fromEntries(own))];
  return experiments.map((experiment) => ({ experiment, preset, overrides }));
}

function refuseDoubles(file: string, keys: readonly string[]): void {
  const twice = sameTwice(keys);
  if (twice !== undefined) throw bad(file, `${twice.join(" and ")} mean the same option; give one`);
}

function assignments(config: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(config).map(([key, value]) => `${key}=${show(value)}`);
}

function bad(file: string, why: string): LabError {
  return new LabError("lab/sweep-file", `cannot use the table ${file}: ${why}`);
}
