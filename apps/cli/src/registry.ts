// What the systems offer, named here and loaded when it is needed. Modules named in THROUGHLINE_REGISTRY (paths,
// separated as in PATH) are offered too: they export `experiments`, `reproductions` or both.
import { existsSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ExperimentEntry, RegistryModule, Reproduction, ReproductionEntry } from "@throughline/lab";
import { UsageError } from "./exit.js";

/** Listed by name; a test compares names and purposes with what is loaded. */
export const experiments: readonly ExperimentEntry[] = [
  {
    name: "flossing/condition",
    purpose: "Spectrum and condition number of a recurrent net before and after gradient flossing",
    load: async () => (await import("@throughline/flossing")).conditionExperiment,
  },
  {
    name: "flossing/train",
    purpose: "A recurrent net learns a task with a long time horizon, with or without gradient flossing",
    load: async () => (await import("@throughline/flossing")).trainExperiment,
  },
  {
    name: "ocra/pretrain",
    purpose: "A slot-attention autoencoder learns to take displays apart into objects",
    load: async () => (await import("@throughline/ocra")).pretrainExperiment,
  },
  {
    name: "ocra/task",
    purpose: "OCRA, an ablation or a baseline learns an abstract reasoning task on frozen slots",
    load: async () => (await import("@throughline/ocra")).taskExperiment,
  },
  {
    name: "examples/digits",
    purpose: "A small convolutional net learns to read handwritten digits",
    load: async () => (await import("@throughline/examples")).digits,
  },
];

/** Of a package whose reproductions are one list. */
function listed(load: () => Promise<{ readonly reproductions: readonly Reproduction[] }>) {
  return (name: string, purpose: string): ReproductionEntry => ({
    name,
    purpose,
    load: async () => (await load()).reproductions.find((one) => one.name === name)!,
  });
}

const flossing = listed(() => import("@throughline/flossing"));
const ocra = listed(() => import("@throughline/ocra"));

export const reproductions: readonly ReproductionEntry[] = [
  flossing("flossing/all", "Gradient flossing: every figure, the appendix and the controls"),
  flossing("flossing/fig1", "Gradient flossing controls Lyapunov exponents"),
  flossing("flossing/fig2", "Flossing tames the condition number of the long-term Jacobian"),
  flossing("flossing/fig3", "Flossing before training lets nets learn longer delays"),
  flossing("flossing/fig4", "Flossing during training bridges longer delays still"),
  flossing("flossing/fig5", "Longer delays need more flossed exponents"),
  flossing("flossing/orthogonal", "Orthogonal nets gain from flossing too"),
  flossing("flossing/throughout", "Flossing that never stops"),
  flossing("flossing/gradient", "Gradients reach the initial state"),
  flossing("flossing/gru", "Flossing GRUs"),
  flossing("flossing/lstm", "Flossing LSTMs"),
  flossing("flossing/controls", "Controls at equal compute"),
  flossing("flossing/adaptive", "When to floss during training"),
  flossing("flossing/robustness", "Whether flossing depends on rounding"),
  ocra("ocra/all", "OCRA: tables 1 and S11 to S17"),
  ocra("ocra/table-1", "What each part of OCRA is worth"),
  ocra("ocra/s11", "Same or different: accuracy by objects held out"),
  ocra("ocra/s12", "Relational match-to-sample: accuracy by objects held out"),
  ocra("ocra/s13", "Distribution of 3: accuracy by objects held out"),
  ocra("ocra/s14", "Identity rules: accuracy by objects held out"),
  ocra("ocra/s15", "CLEVR-ART: rendered scenes"),
  ocra("ocra/s16", "SVRT: same and different"),
  ocra("ocra/s17", "SVRT: spatial relations"),
  {
    name: "examples/digits",
    purpose: "What dropout does to reading digits",
    load: async () => (await import("@throughline/examples")).digitsReproduction,
  },
];

/** Everything on offer, and the modules a cell's own process must import to find it. */
export interface Registry {
  readonly experiments: readonly ExperimentEntry[];
  readonly reproductions: readonly ReproductionEntry[];
  readonly modules: readonly string[];
}

/** The built-in entries and those of THROUGHLINE_REGISTRY. @throws UsageError if a module cannot be used. */
export async function registry(): Promise<Registry> {
  const named = (process.env.THROUGHLINE_REGISTRY ?? "").split(delimiter).filter((path) => path !== "");
  const paths = [...new Set(named.map((path) => resolve(path)))];
  const loaded = await Promise.all(paths.map(registeredBy));
  const all = {
    experiments: [...experiments, ...loaded.flatMap((module) => module.experiments)],
    reproductions: [...reproductions, ...loaded.flatMap((module) => module.reproductions)],
  };
  refuseDoubles("experiment", all.experiments);
  refuseDoubles("reproduction", all.reproductions);
  return { ...all, modules: [import.meta.url, ...paths.map((path) => pathToFileURL(path).href)] };
}

async function registeredBy(path: string): Promise<Required<RegistryModule>> {
  const refuse = (why: string) =>
    new UsageError(`THROUGHLINE_REGISTRY names ${path}, which cannot be loaded: ${why}`);
  if (!existsSync(path)) throw refuse("there is no such file");
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
    throw new UsageError(
      `the ${what} ${twice} is registered twice; give the one in THROUGHLINE_REGISTRY another name`,
    );
}

/**
 * The entry of a name: the whole name, or what follows its slash where that is enough.
 * @throws UsageError with the nearest name.
 */
export async function find<Entry extends { readonly name: string }>(
  entries: readonly Entry[],
  what: "experiment" | "reproduction",
  name: string,
): Promise<Entry> {
  const whole = entries.find((entry) => entry.name === name);
  if (whole) return whole;
  const short = entries.filter((entry) => entry.name.endsWith(`/${name}`));
  if (short.length === 1) return short[0] as Entry;
  if (short.length > 1) {
    const list = short.map((entry) => entry.name).join(" or ");
    throw new UsageError(`${name} may be ${list}; write the whole name`);
  }
  const near = await nearestName(name, entries);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw new UsageError(`there is no ${what} ${name}${hint}`, "See `throughline list`.");
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
