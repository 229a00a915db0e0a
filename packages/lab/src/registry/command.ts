// Verbs of the command that a system offers, described so that help lists them without loading the system.
import type { Experiment } from "../experiment.js";
import type { RunRecord } from "../run/record.js";

/** One flag of a verb. Its name is the key in camelCase, as `testShare` of `--test-share`. */
export interface FlagEntry {
  /** Description of the flag, with its default. */
  readonly sentence: string;
  /** Placeholder of its value in help, such as `file`; a switch has none. */
  readonly value?: string;
  /** `text`; `count`, a whole number from 1; `whole`, one from 0; `number`; `switch`, without a value. Default `text`. */
  readonly kind?: "text" | "count" | "whole" | "number" | "switch";
  /** Accepted values. */
  readonly choices?: readonly string[];
  readonly default?: string | number;
  readonly isRequired?: boolean;
}

/** A verb before it is loaded. */
export interface CommandEntry {
  /** Name: one word, or two, of which the first names a group of verbs, such as `env list`. */
  readonly name: string;
  /** Purpose, in one line. */
  readonly purpose: string;
  /** Purpose of the group of verbs, in one line; the first verb of a group says it. */
  readonly groupPurpose?: string;
  /** Heading of `--help` under which it is listed. */
  readonly group: "Look" | "Results" | "House-keeping";
  /** Operand after the verb's name; left out if it has none. */
  readonly operand?: {
    readonly name: string;
    readonly sentence: string;
    readonly isVariadic?: boolean;
    readonly isOptional?: boolean;
    /** True if it may name a run, for completion. */
    readonly isRun?: boolean;
    /** Usual values, for completion. */
    choices?(): Promise<readonly string[]>;
  };
  /** Flags by name. `--json` is added always, `--root` if the verb reads runs. */
  readonly flags: Readonly<Record<string, FlagEntry>>;
  readonly readsRuns?: boolean;
  load(): Promise<Verb>;
}

/** Request to a verb. */
export interface CommandCall {
  readonly operands: readonly string[];
  /** Values of flags by name: numbers for numbers, true for switches, undefined for flags that were not given. */
  readonly flags: Readonly<Record<string, string | number | boolean | undefined>>;
  /**
   * Finds a run by its directory, its id, the beginning of one, or `latest`.
   * @param latest selects the run that `latest` names among all runs, oldest first; default: the last one
   */
  findRun(text: string, latest?: (runs: readonly RunRecord[]) => RunRecord | undefined): Promise<RunRecord>;
  /** The experiment of a name, such as a run's. */
  findExperiment(name: string): Promise<Experiment>;
}

/** Result of a verb. */
export interface CommandResult {
  /** Printed first, in bold. */
  readonly heading: string;
  /** Text after the heading on its line. */
  readonly detail?: string;
  readonly lines?: readonly string[];
  /** Files that were written, each with what it is, such as `figure`. */
  readonly files?: readonly { readonly what: string; readonly path: string }[];
  /** Remarks on the result, printed to stderr. */
  readonly notes?: readonly string[];
  /** Words of a command to suggest as the next one. */
  readonly next?: readonly string[];
  /** Value that `--json` prints instead. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Carries out the verb. @throws ThroughlineError, whose `fault` decides the exit code */
export type Verb = (call: CommandCall) => Promise<CommandResult>;
