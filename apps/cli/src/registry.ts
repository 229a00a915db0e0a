// Offers of the systems, named by them and loaded when it is needed. Modules named by the project's package.json and in
// THROUGHLINE_REGISTRY (paths, separated as in PATH) are offered too: they export what `RegistryModule` lists.
import { existsSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as cec from "@throughline/cec/registry";
import * as envs from "@throughline/envs/registry";
import * as examples from "@throughline/examples/registry";
import * as flossing from "@throughline/flossing/registry";
import type {
  CommandEntry,
  DataSetEntry,
  ExperimentEntry,
  RegistryModule,
  ReproductionEntry,
  StoreEntry,
} from "@throughline/lab";
import * as ocra from "@throughline/ocra/registry";
import { UsageError } from "./exit.js";
import { importCommand } from "./import.js";
import { type NamedModule, projectModules } from "./project.js";
import { isTypeScript, readTypeScript } from "./typescript.js";

const systems: readonly RegistryModule[] = [flossing, ocra, envs, cec, examples];

// Cells' own processes import this module for these two lists.
export const experiments: readonly ExperimentEntry[] = systems.flatMap((one) => one.experiments ?? []);
export const reproductions: readonly ReproductionEntry[] = systems.flatMap((one) => one.reproductions ?? []);

/** Everything on offer, and the modules a cell's own process must import to find it. */
export interface Registry {
  readonly experiments: readonly ExperimentEntry[];
  readonly reproductions: readonly ReproductionEntry[];
  readonly dataSets: readonly DataSetEntry[];
  readonly commands: readonly CommandEntry[];
  readonly stores: readonly StoreEntry[];
  readonly modules: readonly string[];
}

let read: Promise<Registry> | undefined;

/**
 * The built-in entries, the project's and those of THROUGHLINE_REGISTRY, read once for the process.
 * @throws UsageError if a module cannot be used.
 */
export function registry(): Promise<Registry> {
  read ??= readRegistry();
  return read;
}

async function readRegistry(): Promise<Registry> {
  const named = new Map(
    [...namedByEnvironment(), ...projectModules(process.cwd())].map((one) => [one.path, one]),
  );
  const modules: RegistryModule[] = [...systems];
  for (const one of named.values()) modules.push(await registeredBy(one));
  const paths = [...named.keys()];
  const importers = modules.flatMap((module) => module.importers ?? []);
  const all = {
    experiments: modules.flatMap((module) => module.experiments ?? []),
    reproductions: modules.flatMap((module) => module.reproductions ?? []),
    dataSets: modules.flatMap((module) => module.dataSets ?? []),
    commands: [...modules.flatMap((module) => module.commands ?? []), importCommand(importers)],
    stores: modules.flatMap((module) => module.stores ?? []),
  };
  refuseDoubles("experiment", all.experiments);
  refuseDoubles("reproduction", all.reproductions);
  refuseDoubles("data set", all.dataSets);
  refuseDoubles("command", all.commands);
  refuseDoubles("store", all.stores);
  refuseDoubles("importer", importers);
  return { ...all, modules: [import.meta.url, ...paths.map((path) => pathToFileURL(path).href)] };
}

function namedByEnvironment(): NamedModule[] {
  const paths = (process.env.THROUGHLINE_REGISTRY ?? "").split(delimiter).filter((path) => path !== "");
  return paths.map((path) => ({ path: resolve(path), by: "THROUGHLINE_REGISTRY" }));
}

async function registeredBy({ path, by }: NamedModule): Promise<Required<RegistryModule>> {
  const refuse = (why: string) => new UsageError(`${by} names ${path}, which cannot be loaded: ${why}`);
  if (!existsSync(path)) throw refuse("there is no such file");
  const problem = isTypeScript(path) ? await readTypeScript(path) : undefined;
  if (problem !== undefined) throw refuse(problem);
  let module: object;
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    throw refuse(String(error));
  }
  const { registered } = await import("@throughline/lab/registry");
  return registered(module, path);
}

function refuseDoubles(what: string, entries: readonly { readonly name: string }[]): void {
  const names = entries.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new UsageError(`the ${what} ${twice} is registered twice; give yours another name`);
}

/**
 * The entry of a name: the whole name, or what follows its slash where that is enough.
 * @throws UsageError with the nearest name.
 */
export async function find<Entry extends { readonly name: string }>(
  entries: readonly Entry[],
  what: "experiment" | "reproduction" | "data set",
  name: string,
): Promise<Entry> {
  const whole = entries.find((entry) => entry.name === name);
  if (whole) return whole;
  const short = entries.filter((entry) => entry.name.endsWith(`/${name}`));
  if (short.length === 1) return short[0] as Entry;
  if (short.length > 1) {
    const list = short.map((entry) => entry.name).join(" or ");
    throw new UsageError(`${name} is ambiguous: ${list}; write the whole name`);
  }
  const near = await nearestName(name, entries);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw new UsageError(
    `there is no ${what} ${name}${hint}`,
    what === "data set" ? "See `throughline data list`." : "See `throughline list`.",
  );
}

/** The name that was meant, compared with whole names and with what follows their slashes. */
export async function nearestName(
  typed: string,
  entries: readonly { readonly name: string }[],
): Promise<string | undefined> {
  const { nearest } = await import("@throughline/lab/runs");
  const names = entries.map((entry) => entry.name);
  const tails = new Map(names.map((name) => [name.slice(name.lastIndexOf("/") + 1), name]));
  const near = nearest(typed, [...names, ...(typed.includes("/") ? [] : tails.keys())]);
  return near === undefined ? undefined : (tails.get(near) ?? near);
}
