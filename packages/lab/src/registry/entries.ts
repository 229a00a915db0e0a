// Experiments, reproductions, data sets and verbs as they are registered: named and described at once, loaded when needed.
// A cell's own process is told the modules that register experiments, since a value with functions cannot cross to another
// process.
import type { Experiment } from "../experiment.js";
import type { Reproduction } from "../reproduce/reproduction.js";
import type { CommandEntry } from "./command.js";
import type { DataSetEntry } from "./data-set.js";
import type { ImporterEntry } from "./importer.js";
import type { StoreEntry } from "./store.js";

/** An experiment before it is loaded. */
export interface ExperimentEntry {
  /** The experiment's own name. */
  readonly name: string;
  /** The experiment's own purpose, so that a list needs not load it. */
  readonly purpose: string;
  // biome-ignore lint/suspicious/noExplicitAny: an entry may load an experiment of any configuration
  load(): Promise<Experiment<any>>;
}

/** A reproduction before it is loaded. */
export interface ReproductionEntry {
  /** The reproduction's own name. */
  readonly name: string;
  /** The reproduction's own title. */
  readonly purpose: string;
  load(): Promise<Reproduction>;
}

/** Lists that a module registers, exported under these names. */
export interface RegistryModule {
  readonly experiments?: readonly ExperimentEntry[];
  readonly reproductions?: readonly ReproductionEntry[];
  readonly dataSets?: readonly DataSetEntry[];
  readonly commands?: readonly CommandEntry[];
  readonly stores?: readonly StoreEntry[];
  readonly importers?: readonly ImporterEntry[];
}
