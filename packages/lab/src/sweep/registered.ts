// What a module registers, looked at before it is relied on: modules are written by users, and what is wrong with one is
// said in a sentence.
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import type { Reproduction } from "../reproduce/reproduction.js";
import type { ExperimentEntry, RegistryModule, ReproductionEntry } from "./registry.js";

const NAME = /^[a-z0-9][\w-]*(\/[\w-][\w.-]*)+$/i;
const LISTS = ["experiments", "reproductions"] as const;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The entries of a module, whose `load` throws only what a user can read.
 * @param where the module's file or URL, for messages
 * @throws LabError lab/registry listing everything that is wrong with the module
 */
export function registered(module: object, where: string): Required<RegistryModule> {
  const given = module as Fields;
  const problems: string[] = [];
  if (LISTS.every((list) => given[list] === undefined))
    problems.push(
      `it exports ${Object.keys(given).join(", ") || "nothing"}; write \`export const experiments = [{ name, purpose, load }]\``,
    );
  for (const list of LISTS) problems.push(...problemsOf(given[list] ?? [], list));
  if (problems.length > 0)
    throw new LabError("lab/registry", `${where} cannot be used as a registry: ${problems.join("; ")}`);
  const { experiments = [], reproductions = [] } = module as Partial<RegistryModule>;
  return {
    experiments: experiments.map((entry) => guarded(entry, where, whatIsNoExperiment)),
    reproductions: reproductions.map((entry) => guarded(entry, where, whatIsNoReproduction)),
  };
}

function problemsOf(list: unknown, called: string): string[] {
  if (!Array.isArray(list)) return [`${called} is ${said(list)}, not a list`];
  return list.flatMap((entry: unknown, i) => {
    const at = `${called}[${i}]`;
    if (!isObject(entry)) return [`${at} is ${said(entry)}; give { name, purpose, load }`];
    const { name, purpose, load } = entry;
    const problems: string[] = [];
    const isNamed = typeof name === "string" && NAME.test(name);
    if (!isNamed) problems.push(`${at} has the name ${said(name)}; give one like system/what`);
    const who = isNamed ? name : at;
    if (typeof purpose !== "string" || purpose.trim() === "" || purpose.includes("\n"))
      problems.push(`${who} has ${said(purpose)} as its purpose; give one line of text`);
    if (typeof load !== "function") problems.push(`${who} has ${said(load)} as load; give a function`);
    return problems;
  });
}

/** The entry with a `load` that says what is wrong with what it gives. */
function guarded<Entry extends ExperimentEntry | ReproductionEntry>(
  entry: Entry,
  where: string,
  mistake: (value: unknown) => string | undefined,
): Entry {
  const refuse = (why: string, cause?: unknown): LabError =>
    new LabError("lab/load", `${entry.name} cannot be loaded: ${why} (registered by ${where})`, {
      cause,
    });
  const load = async (): Promise<Experiment | Reproduction> => {
    let value: Experiment | Reproduction;
    try {
      value = await entry.load();
    } catch (error) {
      throw refuse(`${error instanceof Error ? `${error.message}${place(error)}` : String(error)}`, error);
    }
    const wrong = mistake(value);
    if (wrong !== undefined) throw refuse(`its load() gives ${wrong}`);
    if (value.name !== entry.name) throw refuse(`its load() gives ${value.name}, which has another name`);
    return value;
  };
  return { ...entry, load };
}

/** Where an error was thrown, for the one who has to mend it. */
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
