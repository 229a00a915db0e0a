// Checks of the entries that a module registers, before they are used: modules are written by users.
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import type { Reproduction } from "../reproduce/reproduction.js";
import type { CommandEntry, Verb } from "./command.js";
import type { ExperimentEntry, RegistryModule, ReproductionEntry } from "./entries.js";

const NAME = /^[a-z0-9][\w-]*(\/[\w-][\w.-]*)+$/i;
const WORD = /^[a-z][a-z0-9-]*$/;
const WORDS = /^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)?$/;

/** Requirements on the entries of a list. */
interface Kind {
  readonly isName: (name: string) => boolean;
  readonly example: string;
  /** Name of the function that each entry has. */
  readonly does: string;
  /** Names of the objects that each entry has besides. */
  readonly has: readonly string[];
}

const LISTS: Readonly<Record<keyof RegistryModule, Kind>> = {
  experiments: { isName: (name) => NAME.test(name), example: "system/what", does: "load", has: [] },
  reproductions: { isName: (name) => NAME.test(name), example: "system/what", does: "load", has: [] },
  dataSets: {
    isName: (name) => NAME.test(name) || WORD.test(name),
    example: "family/what",
    does: "open",
    has: ["options"],
  },
  commands: { isName: (name) => WORDS.test(name), example: "verb", does: "load", has: ["flags"] },
  stores: { isName: (name) => WORD.test(name), example: "episodes", does: "load", has: [] },
  importers: { isName: (name) => WORD.test(name), example: "ocra", does: "load", has: ["marks", "flags"] },
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * The checked entries of a module. Their `load` throws errors that name the entry and the mistake.
 * @param where the module's file or URL, for messages
 * @throws LabError lab/registry listing everything that is wrong with the module
 */
export function registered(module: object, where: string): Required<RegistryModule> {
  const given = module as Fields;
  const problems: string[] = [];
  const lists = Object.entries(LISTS);
  if (lists.every(([list]) => given[list] === undefined))
    problems.push(
      `it exports ${Object.keys(given).join(", ") || "nothing"}; write \`export const experiments = [{ name, purpose, load }]\``,
    );
  for (const [list, kind] of lists) problems.push(...problemsOf(given[list] ?? [], list, kind));
  if (problems.length > 0)
    throw new LabError("lab/registry", `${where} cannot be used as a registry: ${problems.join("; ")}`);
  const {
    experiments = [],
    reproductions = [],
    dataSets = [],
    commands = [],
    stores = [],
    importers = [],
  } = module as RegistryModule;
  return {
    experiments: experiments.map((entry) => guarded(entry, where, whatIsNoExperiment)),
    reproductions: reproductions.map((entry) => guarded(entry, where, whatIsNoReproduction)),
    dataSets,
    stores,
    importers,
    commands: commands.map((entry) => guardedCommand(entry, where)),
  };
}

function problemsOf(list: unknown, called: string, { isName, example, does, has }: Kind): string[] {
  if (!Array.isArray(list)) return [`${called} is ${said(list)}, not a list`];
  return list.flatMap((entry: unknown, i) => {
    const at = `${called}[${i}]`;
    if (!isObject(entry))
      return [`${at} is ${said(entry)}; give { ${["name", "purpose", ...has, does].join(", ")} }`];
    const { name, purpose } = entry;
    const problems: string[] = [];
    const isNamed = typeof name === "string" && isName(name);
    if (!isNamed) problems.push(`${at} has the name ${said(name)}; give one like ${example}`);
    const who = isNamed ? name : at;
    if (typeof purpose !== "string" || purpose.trim() === "" || purpose.includes("\n"))
      problems.push(`${who} has ${said(purpose)} as its purpose; give one line of text`);
    for (const part of has)
      if (!isObject(entry[part])) problems.push(`${who} has ${said(entry[part])} as ${part}; give an object`);
    if (typeof entry[does] !== "function")
      problems.push(`${who} has ${said(entry[does])} as ${does}; give a function`);
    return problems;
  });
}

/** The entry with a `load` that checks its result. */
function guarded<Entry extends ExperimentEntry | ReproductionEntry>(
  entry: Entry,
  where: string,
  mistake: (value: unknown) => string | undefined,
): Entry {
  const load = async (): Promise<Experiment | Reproduction> => {
    const value = await loaded<Experiment | Reproduction>(entry, where);
    const wrong = mistake(value);
    if (wrong !== undefined) throw refuse(entry, where, `its load() gives ${wrong}`);
    if (value.name !== entry.name)
      throw refuse(entry, where, `its load() gives ${value.name}, which has another name`);
    return value;
  };
  return { ...entry, load };
}

function guardedCommand(entry: CommandEntry, where: string): CommandEntry {
  const load = async (): Promise<Verb> => {
    const verb = await loaded<Verb>(entry, where);
    if (typeof verb === "function") return verb;
    throw refuse(entry, where, `its load() gives ${said(verb)}; give a function`);
  };
  return { ...entry, load };
}

/** An entry before it is loaded. */
interface Loading {
  readonly name: string;
  load(): Promise<unknown>;
}

async function loaded<T>(entry: Loading, where: string): Promise<T> {
  try {
    return (await entry.load()) as T;
  } catch (error) {
    const why = error instanceof Error ? `${error.message}${place(error)}` : String(error);
    throw refuse(entry, where, why, error);
  }
}

function refuse({ name }: Loading, where: string, why: string, cause?: unknown): LabError {
  return new LabError("lab/load", `${name} cannot be loaded: ${why} (registered by ${where})`, { cause });
}

/** Place where an error was thrown: file and line. */
function place({ stack = "" }: Error): string {
  const found = /^\s+at (?:.*\()?(?:file:\/\/)?(\/[^()]+:\d+):\d+\)?$/m.exec(stack);
  return found === null ? "" : `, at ${found[1]}`;
}

function whatIsNoExperiment(value: unknown): string | undefined {
  if (!isObject(value)) return `${said(value)}; give what defineExperiment makes`;
  return missing(value, {
    name: "string",
    purpose: "string",
    config: "object",
    presets: "object",
    run: "function",
  });
}

function whatIsNoReproduction(value: unknown): string | undefined {
  if (!isObject(value)) return `${said(value)}; give what defineReproduction makes`;
  return missing(value, {
    name: "string",
    title: "string",
    source: "object",
    cells: "function",
    report: "function",
  });
}

function missing(value: Fields, types: Readonly<Record<string, string>>): string | undefined {
  const wrong = Object.keys(types).filter((key) => typeof value[key] !== types[key] || value[key] === null);
  return wrong.length === 0 ? undefined : `an object without ${wrong.join(", ")}`;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function said(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  return isObject(value) ? "an object" : String(value);
}
